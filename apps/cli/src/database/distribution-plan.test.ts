import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MigrationSet } from '@shua/postgres'
import { networkMigrations } from '@shua/server'
import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { databaseUsage, runDatabaseCommand } from './database-command.ts'
import { planDistribution, type DistributionPlan } from './distribution-plan.ts'
import { readCatalog, type Catalog } from './read-catalog.ts'
import { placements } from './table-placement.ts'

let sets: readonly MigrationSet[]
let test: TestDatabase
let catalog: Catalog
let plan: DistributionPlan

beforeAll(async () => {
  sets = await networkMigrations()
  test = await createTestDatabase(sets, { connectionsMax: 2 })
  catalog = await readCatalog(test.database, [...sets.map(({ schema }) => schema), 'shua'])
  plan = planDistribution(catalog)
})

afterAll(async () => {
  await test.drop()
})

const tablesOf = (placement: string): string[] =>
  plan.tables.filter((each) => each.placement === placement).map(({ table }) => table)
const allStatements = (): string[] => plan.steps.flatMap(({ statements }) => statements)

async function run(argv: readonly string[], env: Readonly<Record<string, string>>) {
  let out = ''
  let err = ''
  const code = await runDatabaseCommand(argv, env, {
    stdout: { write: (text: string) => void (out += text) } as never,
    stderr: { write: (text: string) => void (err += text) } as never,
  })
  return { code, out, err }
}

describe('the plan of a distribution', () => {
  it('places every table that the migrations create, and no other', () => {
    const created = sets.flatMap(({ schema, migrations }) =>
      migrations.flatMap(({ sql }) =>
        [...sql.matchAll(/^\s*create table (?:if not exists )?([a-z_]+)\.([a-z_]+)/gim)].map((match) => {
          expect(match[1]).toBe(schema)
          return `${schema}.${match[2]}`
        }),
      ),
    )
    const planned = plan.tables.map(({ table }) => table)
    expect(planned.toSorted()).toEqual([...created, 'shua.migration'].toSorted())
    expect(Object.keys(placements).filter((name) => !planned.includes(name))).toEqual([])
    expect(plan.problems).toEqual([])
  })

  it('spreads what belongs to a card by its shard', () => {
    expect(tablesOf('distributed')).toEqual(
      expect.arrayContaining([
        'acquirer.payment',
        'issuer.account',
        'issuer.authorization',
        'issuer.card',
        'issuer.case',
        'ledger.transfer',
      ]),
    )
    for (const table of tablesOf('distributed')) {
      const { primaryKey } = catalog.tables.find(({ name }) => name === table)!
      expect(primaryKey).toContain('shard')
      for (const unique of catalog.uniques.filter((each) => each.table === table))
        expect([unique.name, ...unique.columns]).toContain('shard')
    }
  })

  it('refers over the shard between distributed tables, and elsewhere to reference tables or within the coordinator', () => {
    const kindOf = new Map(plan.tables.map(({ table, placement }) => [table, placement]))
    const kinds = catalog.references.map(({ table, to, columns }) => [
      kindOf.get(table),
      kindOf.get(to),
      columns.includes('shard') ? 'shard' : '-',
    ])
    expect(kinds).toContainEqual(['distributed', 'distributed', 'shard'])
    expect(kinds).toContainEqual(['distributed', 'reference', '-'])
    for (const [from, to, by] of kinds) {
      if (to === 'distributed') expect([from, by]).toEqual(['distributed', 'shard'])
      if (to === 'local') expect(from).toBe('local')
    }
  })

  it('colocates all distributed tables, after the reference tables and with references and triggers put aside', () => {
    const statements = allStatements()
    const at = (text: string): number => statements.findIndex((each) => each.includes(text))
    const [anchor, ...others] = tablesOf('distributed')
    expect(at(`create_distributed_table('${anchor}', 'shard', colocate_with => 'none')`)).toBeGreaterThan(-1)
    for (const table of others)
      expect(at(`create_distributed_table('${table}', 'shard', colocate_with => '${anchor}')`)).toBeGreaterThan(-1)
    for (const table of tablesOf('reference')) {
      const reference = at(`create_reference_table('${table}')`)
      expect(reference).toBeGreaterThan(at('drop trigger transfer_is_immutable on ledger.transfer'))
      expect(reference).toBeLessThan(at('create_distributed_table'))
    }
    for (const { name, table } of catalog.references.filter((each) => !tablesOf('local').includes(each.table))) {
      const dropped = at(`alter table ${table} drop constraint ${name}`)
      expect(dropped).toBeGreaterThan(-1)
      expect(dropped).toBeLessThan(at('create_reference_table'))
      expect(at(`alter table ${table} add constraint ${name}`)).toBeGreaterThan(at('truncate_local_data'))
    }
    expect(at('CREATE TRIGGER transfer_is_immutable')).toBeGreaterThan(at('truncate_local_data'))
    expect(statements.filter((text) => text.includes("'shua.migration'"))).toEqual([])
  })

  it('puts aside and puts back so that the database is as before, but for what Citus does in between', async () => {
    const plain = allStatements().filter(
      (text) => !/citus|create_(reference|distributed)_table|truncate_local/.test(text),
    )
    expect(plain.length).toBeGreaterThan(10)
    await test.database.inTransaction(async (tx) => {
      for (const statement of plain) await tx.query(statement)
    })
    expect(await readCatalog(test.database, [...sets.map(({ schema }) => schema), 'shua'])).toEqual(catalog)
  })

  it('leaves alone what is distributed already, and joins the rest to it', () => {
    const done = new Set(['acquirer.merchant', tablesOf('distributed')[0]!])
    const rest = planDistribution(catalog, done)
    const statements = rest.steps.flatMap((step) => step.statements)
    for (const table of done) expect(statements.filter((text) => text.includes(`_table('${table}'`))).toEqual([])
    expect(statements.filter((text) => text.includes(`colocate_with => 'none'`))).toEqual([])
    expect(planDistribution(catalog, new Set(plan.tables.map(({ table }) => table))).steps).toEqual([])
  })

  it.each<[string, (catalog: Catalog) => Catalog, RegExp]>([
    [
      'a new table that nobody placed',
      (c) => ({ ...c, tables: [...c.tables, { ...c.tables[0]!, name: 'issuer.note', primaryKey: ['id'] }] }),
      /issuer\.note has no shard/,
    ],
    [
      'a key that is unique without the shard',
      (c) => ({ ...c, uniques: [...c.uniques, { table: 'issuer.card', name: 'card_hash', columns: ['pan_hash'] }] }),
      /card_hash of issuer\.card/,
    ],
    [
      'a reference between shards',
      (c) => ({
        ...c,
        references: [
          {
            name: 'wrong',
            table: 'issuer.card',
            to: 'issuer.account',
            columns: ['account_id'],
            toColumns: ['account_id'],
            definition: '',
          },
        ],
      }),
      /wrong: issuer\.card/,
    ],
    [
      'a reference into a distributed table',
      (c) => ({
        ...c,
        references: [
          {
            name: 'wrong',
            table: 'acquirer.batch',
            to: 'issuer.card',
            columns: ['x'],
            toColumns: ['x'],
            definition: '',
          },
        ],
      }),
      /wrong: acquirer\.batch \(local\) must not refer to issuer\.card \(distributed\)/,
    ],
    [
      'a number that counts in a sequence',
      (c) => ({
        ...c,
        tables: c.tables.map((each) => (each.name === 'issuer.card' ? { ...each, identityColumns: ['number'] } : each)),
      }),
      /issuer\.card\.number/,
    ],
  ])('names %s as a problem', (_, change, problem) => {
    expect(planDistribution(change(catalog)).problems).toEqual([expect.stringMatching(problem)])
  })
})

describe('shua database distribute', () => {
  it.each([
    ['en', /no Citus extension; nothing was changed/],
    ['zh', /没有 Citus 扩展,未作任何更改/],
  ])('says in %s that the database has no Citus, and changes nothing', async (lang, message) => {
    const before = await readCatalog(test.database, ['shua', 'issuer', 'ledger', 'acquirer'])
    const result = await run(['distribute', '--lang', lang], { DATABASE_URL: test.url })
    expect(result).toEqual({ code: 3, out: '', err: expect.stringMatching(message) as string })
    expect(await readCatalog(test.database, ['shua', 'issuer', 'ledger', 'acquirer'])).toEqual(before)
  })

  it('does not even migrate a database without Citus', async () => {
    const empty = await createTestDatabase([], { connectionsMax: 1 })
    const result = await run(['distribute'], { DATABASE_URL: empty.url, LANG: 'zh_CN.UTF-8' })
    expect(result).toMatchObject({ code: 3, err: expect.stringMatching(/未作任何更改/) as string })
    expect(await empty.database.query(`select 1 from pg_namespace where nspname in ('shua', 'issuer')`)).toEqual([])
    expect(await run(['distribute', '--plan'], { DATABASE_URL: empty.url })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/DISTRIBUTE_EMPTY/) as string,
    })
    await empty.drop()
  })

  it('prints the plan: each table once with its kind, and the SQL', async () => {
    const { code, out } = await run(['distribute', '--plan'], { DATABASE_URL: test.url })
    expect(code).toBe(0)
    for (const { table, placement } of plan.tables)
      expect(out).toMatch(new RegExp(`^-- ${table.replace('.', '\\.')} +${placement} +\\w`, 'm'))
    for (const statement of allStatements()) expect(out).toContain(`${statement};\n`)
  })

  it.each([[[]], [['split']], [['distribute', '--now']], [['distribute', '--lang', 'fr']]])(
    'does not understand %j',
    async (argv) => {
      expect(await run(argv, { DATABASE_URL: test.url })).toEqual({ code: 2, out: '', err: databaseUsage })
    },
  )

  it('asks for an address', async () => {
    expect(await run(['distribute'], {})).toMatchObject({
      code: 2,
      err: expect.stringMatching(/DATABASE_URL/) as string,
    })
  })
})
