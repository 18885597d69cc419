// What the database itself says about the product's tables: columns, keys, references, triggers and sequences. The plan of a
// distribution is made from this and not from migration files, so it also holds for what a later migration changed.

import type { Queryable } from '@shua/postgres'

export interface CatalogTable {
  /** schema.table */
  readonly name: string
  readonly columns: readonly string[]
  readonly generatedColumns: readonly string[]
  readonly identityColumns: readonly string[]
  readonly primaryKey: readonly string[]
}

export interface CatalogUnique {
  readonly table: string
  readonly name: string
  readonly columns: readonly string[]
}

export interface CatalogReference {
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  readonly to: string
  readonly toColumns: readonly string[]
  /** As `alter table … add constraint … ` takes it. */
  readonly definition: string
}

export interface CatalogTrigger {
  readonly name: string
  readonly table: string
  /** The statement that creates it. */
  readonly definition: string
}

export interface Catalog {
  readonly tables: readonly CatalogTable[]
  /** Unique constraints and unique indexes, the primary keys among them. */
  readonly uniques: readonly CatalogUnique[]
  readonly references: readonly CatalogReference[]
  readonly triggers: readonly CatalogTrigger[]
  readonly sequences: readonly { readonly name: string; readonly ownedBy: string | null }[]
}

/** The schemas of the product, as `migrate` names them. */
export async function readCatalog(database: Queryable, schemas: readonly string[]): Promise<Catalog> {
  const read = async <Row extends object>(text: string): Promise<Row[]> => database.query<Row>(text, [schemas])
  return {
    tables: await read<CatalogTable>(tablesText),
    uniques: await read<CatalogUnique>(uniquesText),
    references: await read<CatalogReference>(referencesText),
    triggers: await read<CatalogTrigger>(triggersText),
    sequences: await read<Catalog['sequences'][number]>(sequencesText),
  }
}

// Behind a schema no name is read as a keyword, and ours are lower case, so none needs quotes.
const name = (relation: string, schema: string): string => `${schema}.nspname || '.' || ${relation}.relname`

const columnsOf = (numbers: string, relation: string): string =>
  `(select array_agg(a.attname::text order by k.position)
      from unnest(${numbers}) with ordinality as k(number, position)
      join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number)`

// Partitions of a table follow it; a partitioned table itself counts.
const tablesText = `
  select ${name('t', 's')} as name,
         array(select attname::text from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped
                order by attnum) as columns,
         array(select attname::text from pg_attribute where attrelid = t.oid and attgenerated <> '' order by attnum)
           as "generatedColumns",
         array(select attname::text from pg_attribute where attrelid = t.oid and attidentity <> '' order by attnum)
           as "identityColumns",
         coalesce((select ${columnsOf('p.conkey', 't.oid')} from pg_constraint p where p.conrelid = t.oid and p.contype = 'p'),
           '{}') as "primaryKey"
    from pg_class t join pg_namespace s on s.oid = t.relnamespace
   where s.nspname = any($1::text[]) and t.relkind in ('r', 'p') and not t.relispartition
   order by 1`

const uniquesText = `
  select ${name('t', 's')} as table, i.relname::text as name, ${columnsOf('x.indkey::int2[]', 't.oid')} as columns
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace s on s.oid = t.relnamespace
   where s.nspname = any($1::text[]) and x.indisunique and not t.relispartition
   order by 1, 2`

const referencesText = `
  select format('%I', c.conname) as name, ${name('t', 's')} as table, ${columnsOf('c.conkey', 't.oid')} as columns,
         ${name('r', 'rs')} as to, ${columnsOf('c.confkey', 'r.oid')} as "toColumns", pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace s on s.oid = t.relnamespace
    join pg_class r on r.oid = c.confrelid join pg_namespace rs on rs.oid = r.relnamespace
   where s.nspname = any($1::text[]) and c.contype = 'f' and c.conparentid = 0
   order by 2, 1`

const triggersText = `
  select format('%I', g.tgname) as name, ${name('t', 's')} as table, pg_get_triggerdef(g.oid) as definition
    from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace s on s.oid = t.relnamespace
   where s.nspname = any($1::text[]) and not g.tgisinternal and g.tgparentid = 0
   order by 2, 1`

const sequencesText = `
  select ${name('q', 's')} as name,
         (select o.nspname || '.' || t.relname from pg_depend d join pg_class t on t.oid = d.refobjid
            join pg_namespace o on o.oid = t.relnamespace
           where d.objid = q.oid and d.deptype in ('a', 'i') limit 1) as "ownedBy"
    from pg_class q join pg_namespace s on s.oid = q.relnamespace
   where s.nspname = any($1::text[]) and q.relkind = 'S'
   order by 1`
