import { inspect } from 'node:util'
import { Fault } from '@shua/assert'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, type EmbeddedPostgres, notify, openDatabase, startTemporaryPostgres } from './index.ts'
import { isTransactionConflict, isUniqueViolation, sqlStateOf } from './index.ts'
import { versionFault } from './open-database.ts'

const pan = '6225880000000001'
let server: EmbeddedPostgres
let database: Database

beforeAll(async () => {
  server = await startTemporaryPostgres()
})

afterAll(async () => {
  await server.stop()
})

beforeEach(async () => {
  database = openDatabase({ url: server.url, connectionsMax: 4, applicationName: 'test', statementTimeoutMs: 5_000 })
  await database.query('drop schema if exists bank cascade; create schema bank')
  await database.query(
    `create table bank.account (id int primary key, pan text constraint account_pan unique, balance bigint not null,
       constraint balance_not_negative check (balance >= 0))`,
  )
  await database.query('insert into bank.account values (1, null, 100), (2, null, 100)')
})

afterEach(async () => {
  await database.close()
})

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (rejected: unknown) => rejected,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

async function balances(): Promise<bigint[]> {
  const rows = await database.query<{ balance: bigint }>('select balance from bank.account order by id')
  return rows.map((row) => row.balance)
}

/** Everything a log line could be made of: the texts, the stack, JSON of own and of all properties, the cause chain. */
function everyPrintedForm(error: unknown): string {
  const forms: string[] = []
  for (let link: unknown = error; link !== undefined; link = link instanceof Error ? link.cause : undefined) {
    forms.push(JSON.stringify(link), inspect(link, { depth: 20, showHidden: true }))
    if (link instanceof Error) {
      const all = Object.fromEntries(Object.getOwnPropertyNames(link).map((name) => [name, Reflect.get(link, name)]))
      forms.push(link.toString(), link.message, link.stack ?? '', JSON.stringify(all))
    }
  }
  return forms.join('\n')
}

describe('values', () => {
  test.each([
    ['int8 beyond 2^53', '9007199254740993::int8', 9007199254740993n],
    ['the largest int8', '9223372036854775807::int8', 9223372036854775807n],
    ['a negative int8', '(-9223372036854775808)::int8', -9223372036854775808n],
    ['int8[]', `'{9007199254740993,null,-1}'::int8[]`, [9007199254740993n, null, -1n]],
    [
      'int8[][]',
      `'{{1,2},{3,4}}'::int8[]`,
      [
        [1n, 2n],
        [3n, 4n],
      ],
    ],
    ['int4', '7::int4', 7],
    ['smallint', '63::smallint', 63],
    ['numeric', '12345678901234567890.10::numeric', '12345678901234567890.10'],
    ['numeric[]', `'{0.10,1}'::numeric[]`, ['0.10', '1']],
    ['date', `'2026-02-28'::date`, '2026-02-28'],
    ['date[]', `'{2026-02-28,null}'::date[]`, ['2026-02-28', null]],
    ['timestamp without zone', `'2026-02-28 01:02:03.5'::timestamp`, '2026-02-28 01:02:03.5'],
    ['timestamptz', `'2026-02-28T08:00:00.123+08'::timestamptz`, new Date('2026-02-28T00:00:00.123Z')],
    ['interval', `'1 day'::interval`, '1 day'],
    ['bytea', `'\\x00ff7f'::bytea`, Buffer.from('00ff7f', 'hex')],
    ['bytea[]', `array['\\x01'::bytea]`, [Buffer.from('01', 'hex')]],
    ['boolean', 'true', true],
    ['text', `'刷'`, '刷'],
    ['text[]', `'{a,"b,c"}'::text[]`, ['a', 'b,c']],
    ['jsonb', `'{"a":[1]}'::jsonb`, { a: [1] }],
    ['uuid', `'0198c0de-0000-7000-8000-000000000001'::uuid`, '0198c0de-0000-7000-8000-000000000001'],
    ['null', 'null::int8', null],
  ])('reads %s', async (_name, expression, expected) => {
    expect(await database.query(`select ${expression} as value`)).toEqual([{ value: expected }])
  })

  test.each([
    ['bigint', 'int8', 9007199254740993n],
    ['bigint array', 'int8[]', [1n, 9007199254740993n]],
    ['date', 'date', '2026-12-31'],
    ['instant', 'timestamptz', new Date('2026-07-01T12:00:00.001Z')],
    ['bytes', 'bytea', Buffer.from([0, 255])],
    ['array of bytes', 'bytea[]', [Buffer.from([0]), Buffer.from([255])]],
    ['text array with null', 'text[]', ['a"\\,b', null]],
    ['object', 'jsonb', { a: { b: '1' } }],
  ])('writes and reads back a %s', async (_name, type, value) => {
    const rows = await database.query(`select $1::${type} as value`, [value])
    expect(rows).toEqual([{ value }])
  })

  test('writes a Uint8Array as bytes', async () => {
    const rows = await database.query('select $1::bytea as value', [new Uint8Array([1, 2])])
    expect(rows).toEqual([{ value: Buffer.from([1, 2]) }])
  })

  test.each([
    ['undefined', undefined],
    ['a value that is still wrapped as a secret', { reveal: () => 'secret' }],
  ])('refuses %s as a parameter', async (_name, value) => {
    await expect(database.query('select $1::text', [value])).rejects.toThrow('assertion failed')
  })

  test('leaves the type parsers of pg itself alone', async () => {
    const { types } = await import('pg')
    expect((types.getTypeParser(20) as (text: string) => unknown)('1')).toBe('1')
  })

  test('prepares a named statement once per connection', async () => {
    const single = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    for (let id = 1; id <= 2; id++) await single.query('select * from bank.account where id = $1', [id], 'findAccount')
    const prepared = await single.query<{ name: string; uses: bigint }>(
      'select name, generic_plans + custom_plans as uses from pg_prepared_statements',
    )
    await single.close()
    expect(prepared).toEqual([{ name: 'findAccount', uses: 2n }])
  })
})

describe('transactions', () => {
  test('commits what the work did and answers its value', async () => {
    const value = await database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = balance - 30 where id = 1')
      await tx.query('update bank.account set balance = balance + 30 where id = 2')
      return 'moved'
    })
    expect(value).toBe('moved')
    expect(await balances()).toEqual([70n, 130n])
  })

  test('rolls back when the work throws, and rethrows that very error', async () => {
    const reason = new Error('changed my mind')
    const work = database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 0')
      throw reason
    })
    await expect(work).rejects.toBe(reason)
    expect(await balances()).toEqual([100n, 100n])
  })

  test('waits for statements still under way before it rolls back', async () => {
    const work = database.inTransaction(async (tx) => {
      await Promise.all([
        tx.query('update bank.account set balance = balance - 1000 where id = 1'),
        tx.query('select pg_sleep(0.05)'),
        tx.query('update bank.account set balance = 5 where id = 2'),
      ])
    })
    expect((await faultOf(work)).details).toMatchObject({ condition: 'check_violation' })
    expect(await balances()).toEqual([100n, 100n])
  })

  test('refuses to report success when the work swallowed the failure of a statement', async () => {
    const work = database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 5 where id = 1')
      await tx.query('update bank.account set balance = -1 where id = 2').catch(() => undefined)
    })
    const fault = await faultOf(work)
    expect(fault.code).toBe('DATABASE_STATEMENT')
    expect(fault.details).toMatchObject({ condition: 'in_failed_sql_transaction' })
    expect(fault.cause).toMatchObject({ details: { constraint: 'balance_not_negative' } })
    expect(await balances()).toEqual([100n, 100n])
  })

  test('commits together with the statements that were left to it', async () => {
    await database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 5 where id = 1')
      tx.leave(() => tx.query('update bank.account set balance = 6 where id = 2'))
    })
    expect(await balances()).toEqual([5n, 6n])
  })

  test('commits nothing when a statement that was left to the commit fails, and ends with its error', async () => {
    const work = database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 5 where id = 1')
      tx.leave(() => tx.query('update bank.account set balance = -1 where id = 2'))
    })
    expect((await faultOf(work)).details).toMatchObject({ condition: 'check_violation' })
    expect(await balances()).toEqual([100n, 100n])
  })

  test('refuses a statement that was left to the commit and does not start at once', async () => {
    const work = database.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 5 where id = 1')
      tx.leave(async () => {
        await new Promise((resolve) => setImmediate(resolve))
        await tx.query('update bank.account set balance = 6 where id = 2')
      })
    })
    await expect(work).rejects.toThrow('starts at once')
    expect(await balances()).toEqual([100n, 100n])
  })

  test('ends with the reason when a statement failed that left together with others', async () => {
    const work = database.inTransaction(async (tx) => {
      const announced = tx.query('update bank.account set balance = -1 where id = 1')
      announced.catch(() => undefined)
      await tx.query('select 1')
    })
    expect((await faultOf(work)).details).toMatchObject({ condition: 'check_violation' })
  })

  test('does not run what left together behind a statement that failed, and prepares it the next time', async () => {
    const single = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    const attempt = async (change: number): Promise<{ balance: bigint }[]> =>
      await single.inTransaction(
        async (tx) => {
          const text = 'update bank.account set balance = balance + $1 where id = 1'
          const [, rows] = await Promise.all([
            tx.query(text, [change], 'change'),
            tx.query<{ balance: bigint }>('select balance from bank.account order by id', [], 'balances'),
          ])
          return rows
        },
        { readsFirst: true },
      )
    const fault = await faultOf(attempt(-1000))
    expect(fault.details).toMatchObject({ condition: 'check_violation', statement: 'change' })
    for (const balance of [101n, 102n]) expect(await attempt(1)).toEqual([{ balance }, { balance: 100n }])
    await single.close()
  })

  test('a statement name belongs to one text, also among statements that leave together', async () => {
    const work = database.inTransaction(
      async (tx) =>
        await Promise.all([tx.query('select 1 as one', [], 'same'), tx.query('select 2 as two', [], 'same')]),
      { readsFirst: true },
    )
    await expect(work).rejects.toThrow('the statement name same belongs to another text')
    expect(await balances()).toEqual([100n, 100n])
  })

  test('several statements in one text leave together with others, too', async () => {
    await database.inTransaction(
      async (tx) => {
        const before = tx.query('update bank.account set balance = 1 where id = 1', [], 'before')
        const both = tx.query(
          'update bank.account set balance = 2 where id = 1; update bank.account set balance = 3 where id = 2',
        )
        const rows = await tx.query('select balance from bank.account order by id', [], 'after')
        expect(rows).toEqual([{ balance: 2n }, { balance: 3n }])
        await Promise.all([before, both])
      },
      { readsFirst: true },
    )
    expect(await balances()).toEqual([2n, 3n])
  })

  test('attempts again after a conflict of a statement that was left to the commit', async () => {
    let attempts = 0
    await database.inTransaction(
      async (tx) => {
        attempts += 1
        await tx.query('update bank.account set balance = 5 where id = 1')
        const text = `do $$ begin if ${attempts} = 1 then raise exception using errcode = '40001'; end if; end $$`
        tx.leave(() => tx.query(text))
      },
      { attemptCountMax: 2 },
    )
    expect(attempts).toBe(2)
    expect(await balances()).toEqual([5n, 100n])
  })

  test('refuses a statement after the end', async () => {
    let kept: { query(text: string): Promise<unknown> } | undefined
    await database.inTransaction(async (tx) => {
      kept = tx
      await tx.query('select 1')
    })
    await expect(kept?.query('select 1')).rejects.toThrow('used after its end')
  })

  test('applies isolation, access mode and time-out to one transaction only', async () => {
    const settings = `select current_setting('transaction_isolation') as isolation,
      current_setting('transaction_read_only') as readonly, current_setting('statement_timeout') as timeout`
    const options = { isolation: 'serializable', readOnly: true, statementTimeoutMs: 1_234 } as const
    const inside = await database.inTransaction(async (tx) => await tx.query(settings), options)
    expect(inside).toEqual([{ isolation: 'serializable', readonly: 'on', timeout: '1234ms' }])
    const after = await database.inTransaction(async (tx) => await tx.query(settings))
    expect(after).toEqual([{ isolation: 'read committed', readonly: 'off', timeout: '5s' }])
  })

  test('does not give back a connection on which a transaction was left open', async () => {
    const single = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    await single.query('begin')
    const [row] = await single.query<{ same: boolean }>('select now() = statement_timestamp() as same')
    await single.query('insert into bank.account values (3, null, 1)')
    await single.close()
    expect(row).toEqual({ same: true })
    expect(await balances()).toHaveLength(3)
  })

  /** Two transactions that read both rows and each change another one: one of them cannot be serialized. */
  async function skewedPair(attemptCountMax: number): Promise<{ results: PromiseSettledResult<void>[]; runs: number }> {
    let runs = 0
    let arrived = 0
    let release = (): void => undefined
    const bothRead = new Promise<void>((resolve) => (release = resolve))
    const one = async (id: number): Promise<void> =>
      await database.inTransaction(
        async (tx) => {
          runs++
          await tx.query('select sum(balance) from bank.account')
          if (++arrived >= 2) release()
          await bothRead
          await tx.query('update bank.account set balance = balance - 10 where id = $1', [id])
        },
        { isolation: 'serializable', attemptCountMax },
      )
    return { results: await Promise.allSettled([one(1), one(2)]), runs }
  }

  test('reports a serialization conflict when one attempt was allowed', async () => {
    const { results, runs } = await skewedPair(1)
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed).toHaveLength(1)
    expect(isTransactionConflict(failed[0]?.reason)).toBe(true)
    expect(sqlStateOf(failed[0]?.reason)).toBe('40001')
    expect(runs).toBe(2)
  })

  test('runs the work again after a serialization conflict', async () => {
    const { results, runs } = await skewedPair(3)
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled'])
    expect(runs).toBe(3)
    expect(await balances()).toEqual([90n, 90n])
  })

  test('runs the work again after a deadlock', async () => {
    let release = (): void => undefined
    let arrived = 0
    const bothLocked = new Promise<void>((resolve) => (release = resolve))
    const transfer = async (first: number, second: number): Promise<void> =>
      await database.inTransaction(
        async (tx) => {
          await tx.query('update bank.account set balance = balance + 1 where id = $1', [first])
          if (++arrived >= 2) release()
          await bothLocked
          await tx.query('update bank.account set balance = balance + 1 where id = $1', [second])
        },
        { attemptCountMax: 2 },
      )
    await Promise.all([transfer(1, 2), transfer(2, 1)])
    expect(arrived).toBe(3)
    expect(await balances()).toEqual([102n, 102n])
  })

  test('does not repeat work that failed for another reason', async () => {
    let runs = 0
    const work = database.inTransaction(
      async (tx) => {
        runs++
        await tx.query('update bank.account set balance = -1')
      },
      { attemptCountMax: 5 },
    )
    await faultOf(work)
    expect(runs).toBe(1)
  })
})

describe('faults', () => {
  test('a unique violation names statement and constraint and shows the value nowhere', async () => {
    const text = 'insert into bank.account values ($1, $2, 0)'
    await database.query(text, [3, pan], 'addAccount')
    const fault = await faultOf(database.query(text, [4, pan], 'addAccount'))
    expect(fault.code).toBe('DATABASE_STATEMENT')
    expect(fault.message).toBe('statement addAccount failed: 23505 unique_violation of account_pan in bank.account')
    expect(fault.details).toEqual({
      sqlState: '23505',
      condition: 'unique_violation',
      statement: 'addAccount',
      schema: 'bank',
      table: 'account',
      constraint: 'account_pan',
    })
    expect(fault.cause).toBeInstanceOf(Error)
    expect(isUniqueViolation(fault)).toBe(true)
    expect(isUniqueViolation(fault, 'account_pan')).toBe(true)
    expect(isUniqueViolation(fault, 'account_pkey')).toBe(false)
    expect(everyPrintedForm(fault)).not.toContain(pan)
  })

  test.each([
    ['a value of the wrong type', 'select $1::int4', [`x${pan}`], '22P02'],
    ['a number out of range', 'select $1::int8::int4 + 1', ['9'.repeat(30) + pan], '22003'],
    ['a wrong date', 'select $1::date', [`${pan}-01-01`], '22008'],
    ['a failed check', 'insert into bank.account values (9, $1, -1)', [pan], '23514'],
    ['a key that others refer to', 'delete from bank.account where pan = $1', [pan], '23503'],
    ['an exception raised by a function', `do $$ begin raise exception 'card ${pan}'; end $$`, undefined, 'P0001'],
    ['a literal in a wrong statement', `select ${pan}x`, undefined, '42601'],
  ])('%s shows the value nowhere', async (_name, text, values, sqlState) => {
    await database.query('create table bank.card (pan text references bank.account (pan))')
    await database.query('insert into bank.account values (8, $1, 0)', [pan])
    await database.query('insert into bank.card values ($1)', [pan])
    const fault = await faultOf(database.query(text, values))
    expect(fault.code).toBe('DATABASE_STATEMENT')
    expect(fault.details).toMatchObject({ sqlState })
    expect(everyPrintedForm(fault)).not.toContain(pan)
    // The same statement straight through pg does show it, so there is something to hide.
    const client = new Client({ connectionString: server.url })
    await client.connect()
    const raw: unknown = await client.query(text, values).catch((error: unknown) => error)
    await client.end()
    expect(everyPrintedForm(raw)).toContain(pan)
  })

  test('a mistake in the statement itself is explained to the developer', async () => {
    const fault = await faultOf(database.query('select nothing from bank.account', [], 'findNothing'))
    expect(fault.message).toContain('statement findNothing failed: 42703 undefined_column')
    expect(fault.message).toContain('column "nothing" does not exist')
  })

  test('the connection stays in use after a statement failed', async () => {
    const single = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    const [before] = await single.query<{ pid: number }>('select pg_backend_pid() as pid')
    await faultOf(single.query('select 1 / 0'))
    const [after] = await single.query<{ pid: number }>('select pg_backend_pid() as pid')
    await single.close()
    expect(after).toEqual(before)
  })

  test('a statement that takes too long is ended by the server', async () => {
    const hasty = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test', statementTimeoutMs: 50 })
    const fault = await faultOf(hasty.query('select pg_sleep(30)', [], 'sleep'))
    expect(fault.code).toBe('DATABASE_TIMEOUT')
    expect(fault.details).toMatchObject({ sqlState: '57014', statement: 'sleep' })
    expect(await hasty.query('select 1 as one')).toEqual([{ one: 1 }])
    await hasty.close()
  })

  test('a server that falls silent is given up, and its connection with it', async () => {
    const hasty = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test', statementTimeoutMs: 10 })
    const [row] = await hasty.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = row?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    const fault = await faultOf(hasty.query('select 1', [], 'ask')).finally(() => process.kill(pid, 'SIGCONT'))
    expect(fault.code).toBe('DATABASE_TIMEOUT')
    expect(fault.details).toMatchObject({ statement: 'ask', outcome: 'unknown' })
    const [fresh] = await hasty.query<{ pid: number }>('select pg_backend_pid() as pid')
    expect(fresh?.pid).not.toBe(pid)
    await hasty.close()
  })

  test('waiting too long for a free connection is a time-out', async () => {
    const single = openDatabase({
      url: server.url,
      connectionsMax: 1,
      applicationName: 'test',
      connectTimeoutMs: 1_000,
    })
    await single.inTransaction(async () => {
      const fault = await faultOf(single.query('select 1'))
      expect(fault.code).toBe('DATABASE_TIMEOUT')
      expect(fault.details).toMatchObject({ waitingFor: 'connection', outcome: 'notDone' })
    })
    await single.close()
  })

  test.each([
    ['nobody listens', 'postgres://u:hush@127.0.0.1:1/none', undefined],
    ['the password is wrong', () => server.url.replace(/:[^:@/]+@/, ':hush@'), '28P01'],
    ['the database does not exist', () => server.url.replace('/shua?', '/nowhere?'), '3D000'],
  ])('is unreachable when %s, without showing the password', async (_name, url, sqlState) => {
    const address = typeof url === 'string' ? url : url()
    const wrong = openDatabase({ url: address, connectionsMax: 1, applicationName: 'test' })
    const fault = await faultOf(wrong.query('select 1'))
    await wrong.close()
    expect(fault.code).toBe('DATABASE_UNREACHABLE')
    expect(fault.details).toMatchObject(sqlState === undefined ? { outcome: 'notDone' } : { sqlState })
    const password = /:([^:@/]+)@/.exec(address)?.[1] ?? ''
    expect(password.length).toBeGreaterThan(3)
    expect(everyPrintedForm(fault)).not.toContain(password)
  })

  test('an address that is no address is refused at once, without showing it', async () => {
    const url = 'postgres://u:hush@:x:/'
    const fault = await faultOf((async () => openDatabase({ url, connectionsMax: 1, applicationName: 'test' }))())
    expect(fault.code).toBe('DATABASE_URL')
    expect(everyPrintedForm(fault)).not.toContain('hush')
  })

  test.each([
    [140_011, 'DATABASE_VERSION'],
    [90_624, 'DATABASE_VERSION'],
    [150_000, undefined],
    [180_004, undefined],
  ])('server version %i gives %s', (version, code) => {
    expect(versionFault(version)?.code).toBe(code)
  })

  test('a closed database says so, and closing twice is fine', async () => {
    const closed = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
    await closed.query('select 1')
    await closed.close()
    await closed.close()
    expect((await faultOf(closed.query('select 1'))).code).toBe('DATABASE_CLOSED')
  })
})

describe('a lost connection', () => {
  async function killOthers(): Promise<void> {
    await database.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      'victim',
    ])
  }

  test('while idle is reported and replaced', async () => {
    const faults: Fault[] = []
    const onIdleConnectionLost = (fault: Fault): void => void faults.push(fault)
    const options = { url: server.url, connectionsMax: 1, applicationName: 'victim', onIdleConnectionLost }
    const victim = openDatabase(options)
    await victim.query('select 1')
    await killOthers()
    await expect.poll(() => faults.map((fault) => fault.code)).toEqual(['DATABASE_UNREACHABLE'])
    expect(await victim.query('select 1 as one')).toEqual([{ one: 1 }])
    await victim.close()
  })

  test('inside a transaction undoes it, and the next one gets a fresh connection', async () => {
    const victim = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'victim' })
    const work = victim.inTransaction(async (tx) => {
      await tx.query('update bank.account set balance = 0')
      await killOthers()
      await tx.query('select 1')
    })
    const fault = await faultOf(work)
    expect(fault.code).toBe('DATABASE_UNREACHABLE')
    expect(fault.details).toMatchObject({ outcome: 'notDone' })
    await victim.inTransaction(async (tx) => await tx.query('update bank.account set balance = 7 where id = 2'))
    await victim.close()
    expect(await balances()).toEqual([100n, 7n])
  })

  test('during a statement of its own leaves the outcome unknown', async () => {
    const victim = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'victim' })
    const sleeping = faultOf(victim.query('select pg_sleep(30)', [], 'sleep'))
    const asleep = `select count(*)::int as n from pg_stat_activity
      where application_name = 'victim' and wait_event = 'PgSleep'`
    await expect.poll(async () => await database.query(asleep)).toEqual([{ n: 1 }])
    await killOthers()
    const fault = await sleeping
    expect(fault.code).toBe('DATABASE_UNREACHABLE')
    expect(fault.details).toMatchObject({ outcome: 'unknown', statement: 'sleep' })
    await victim.close()
  })

  test('during commit says that the outcome is unknown', async () => {
    // A deferred trigger makes the commit itself wait, so that the connection can be cut in the middle of it.
    await database.query(`create function bank.dawdle() returns trigger language plpgsql as
      $$ begin perform pg_sleep(30); return null; end $$`)
    await database.query(`create constraint trigger dawdle after update on bank.account
      deferrable initially deferred for each row execute function bank.dawdle()`)
    const victim = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'victim' })
    const committing = faultOf(
      victim.inTransaction(async (tx) => await tx.query('update bank.account set balance = 1 where id = 1')),
    )
    const asleep = `select count(*)::int as n from pg_stat_activity
      where application_name = 'victim' and wait_event = 'PgSleep'`
    await expect.poll(async () => await database.query(asleep)).toEqual([{ n: 1 }])
    await killOthers()
    expect((await committing).code).toBe('DATABASE_COMMIT_UNKNOWN')
    await victim.close()
  })
})

describe('notifications', () => {
  test('arrive on commit, in order, and survive a lost connection', async () => {
    const listening = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'listener' })
    const heard: string[] = []
    let gapCount = 0
    const subscription = await listening.listen('payment', {
      onNotification: (payload) => void heard.push(payload),
      onGap: () => void gapCount++,
    })
    await database.inTransaction(async (tx) => {
      await notify(tx, 'payment', 'first')
      await notify(tx, 'payment', 'second')
      expect(heard).toEqual([])
    })
    await expect.poll(() => heard).toEqual(['first', 'second'])
    await database.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener'`)
    await expect.poll(() => gapCount, { timeout: 10_000 }).toBe(1)
    await notify(database, 'payment', 'third')
    await expect.poll(() => heard).toEqual(['first', 'second', 'third'])
    await subscription.close()
    await notify(database, 'payment', 'fourth')
    await listening.close()
    expect(heard).toEqual(['first', 'second', 'third'])
  })

  test('a first connection that fails is a fault', async () => {
    const nowhere = openDatabase({ url: 'postgres://u:p@127.0.0.1:1/none', connectionsMax: 1, applicationName: 'test' })
    const fault = await faultOf(nowhere.listen('payment', { onNotification: () => undefined }))
    expect(fault.code).toBe('DATABASE_UNREACHABLE')
    await nowhere.close()
  })
})
