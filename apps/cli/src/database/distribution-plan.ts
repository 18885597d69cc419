// The plan of a distribution: what each table becomes and why, what stands in the way, and the statements in their order.
// Pure: made from the catalog of a migrated database, so that it can be read and tested without a cluster.

import type { Catalog, CatalogReference, CatalogTable } from './read-catalog.ts'
import { placements, shardWhy, type Placed, type Placement } from './table-placement.ts'

export interface PlannedTable {
  readonly table: string
  readonly placement: Placement
  readonly why: string
}

export interface PlanStep {
  readonly title: string
  readonly statements: readonly string[]
}

export interface DistributionPlan {
  readonly tables: readonly PlannedTable[]
  /** What the cluster could not do; a plan with problems is not carried out. */
  readonly problems: readonly string[]
  readonly steps: readonly PlanStep[]
}

/** As many as the shards of design §3, so that a shard of ours is never split and never shares more than it must. */
const shardCount = 64

/** `done` names tables that are distributed or reference tables already; they are left as they are. */
export function planDistribution(catalog: Catalog, done: ReadonlySet<string> = new Set()): DistributionPlan {
  const problems: string[] = []
  const tables = catalog.tables.map((table) => ({ table: table.name, ...place(table, problems) }))
  const placementOf = new Map(tables.map(({ table, placement }) => [table, placement]))
  checkKeys(catalog, placementOf, problems)
  checkReferences(catalog, placementOf, problems)
  const moving = tables.filter(({ table, placement }) => placement !== 'local' && !done.has(table))
  return { tables, problems, steps: moving.length === 0 ? [] : stepsOf(catalog, moving) }
}

function place(table: CatalogTable, problems: string[]): Placed {
  const named = placements[table.name]
  if (named) return named
  if (table.primaryKey.includes('shard')) return { placement: 'distributed', why: shardWhy }
  problems.push(`${table.name} has no shard in its key and no place in apps/cli/src/database/table-placement.ts`)
  return { placement: 'local', why: 'not thought about' }
}

/** A unique key is checked within one shard, so the shard is part of it; the value by which rows are spread is a plain column. */
function checkKeys(catalog: Catalog, placementOf: ReadonlyMap<string, Placement>, problems: string[]): void {
  const isDistributed = (name: string): boolean => placementOf.get(name) === 'distributed'
  for (const table of catalog.tables.filter(({ name }) => isDistributed(name))) {
    if (table.primaryKey.length === 0) problems.push(`${table.name} has no primary key`)
    if (table.generatedColumns.includes('shard')) problems.push(`the shard of ${table.name} is a generated column`)
    for (const column of table.identityColumns)
      problems.push(`${table.name}.${column} counts in a sequence, which differs from node to node`)
  }
  for (const { table, name, columns } of catalog.uniques) {
    if (isDistributed(table) && !columns.includes('shard'))
      problems.push(`${name} of ${table} is unique without the shard`)
  }
  for (const { name, ownedBy } of catalog.sequences) {
    if (ownedBy !== null && isDistributed(ownedBy)) problems.push(`${name} belongs to ${ownedBy}, which is distributed`)
  }
}

function checkReferences(catalog: Catalog, placementOf: ReadonlyMap<string, Placement>, problems: string[]): void {
  for (const reference of catalog.references) {
    const from = placementOf.get(reference.table)
    const to = placementOf.get(reference.to)
    if (isAllowed(reference, from, to)) continue
    problems.push(
      `${reference.name}: ${reference.table} (${from}) must not refer to ${reference.to} (${to ?? 'unknown'})`,
    )
  }
}

/** What Citus allows: distributed to distributed over the shard, anything to a reference table, and among tables of the coordinator. */
function isAllowed(
  { columns, toColumns, definition }: CatalogReference,
  from: Placement | undefined,
  to: Placement | undefined,
): boolean {
  if (from === 'distributed' && to === 'distributed') {
    return columns.indexOf('shard') !== -1 && columns.indexOf('shard') === toColumns.indexOf('shard')
  }
  if (from === 'reference' && to === 'local') return !/\bcascade\b/i.test(definition)
  return to === 'reference' || (from === 'local' && to === 'local')
}

function stepsOf(catalog: Catalog, moving: readonly PlannedTable[]): PlanStep[] {
  const names = new Set(moving.map(({ table }) => table))
  const references = catalog.references.filter(({ table, to }) => names.has(table) || names.has(to))
  const triggers = catalog.triggers.filter(({ table }) => names.has(table))
  const moved = (placement: Placement): string[] =>
    moving.filter((each) => each.placement === placement).map(({ table }) => table)
  // All distributed tables are colocated with the first one of them, whether it is moved now or was before.
  const anchor = firstDistributed(catalog)
  return [
    {
      title: 'settings',
      statements: [
        `set local citus.shard_count = ${shardCount}`,
        // All nodes do each statement over one connection, in the order in which it is asked for.
        `set local citus.multi_shard_modify_mode = 'sequential'`,
        // The trigger that keeps the ledger from being changed acts within one shard, on rows of that shard only.
        'set local citus.enable_unsafe_triggers = on',
      ],
    },
    {
      title: 'put aside what refers from table to table while they move, and triggers that would refuse the move',
      statements: [
        ...references.map(({ table, name }) => `alter table ${table} drop constraint ${name}`),
        ...triggers.map(({ table, name }) => `drop trigger ${name} on ${table}`),
      ],
    },
    {
      title: 'reference tables: whole on every node',
      statements: moved('reference').map((table) => `select create_reference_table('${table}')`),
    },
    {
      title: 'distributed tables: spread by shard, the same shard of all of them on one node',
      statements: moved('distributed').map(
        (table) =>
          `select create_distributed_table('${table}', 'shard', colocate_with => '${table === anchor ? 'none' : anchor}')`,
      ),
    },
    {
      title: 'the rows that were copied to the nodes are removed from the coordinator',
      statements: [...moved('reference'), ...moved('distributed')].map(
        (table) => `select truncate_local_data_after_distributing_table('${table}')`,
      ),
    },
    {
      title: 'put back references and triggers',
      statements: [
        ...references.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
        ...triggers.map(({ definition }) => definition),
      ],
    },
    { title: 'statistics', statements: moving.map(({ table }) => `analyze ${table}`) },
  ]
}

function firstDistributed(catalog: Catalog): string | undefined {
  return catalog.tables.find(({ name, primaryKey }) => placements[name] === undefined && primaryKey.includes('shard'))
    ?.name
}
