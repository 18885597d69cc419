// Reads a role's migrations: plain SQL files 0001-name.sql, 0002-other.sql … in one directory, which reviewers can read
// and psql can run. Called by each store package for its own directory; `migrate` applies what this returns.

import { readdir, readFile } from 'node:fs/promises'
import { Fault } from '@shua/assert'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export interface MigrationSet {
  /** The schema that owns the tables; `migrate` creates it before the first migration. */
  readonly schema: string
  readonly migrations: readonly Migration[]
}

const fileName = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/

export async function loadMigrations(schema: string, directory: URL): Promise<MigrationSet> {
  // Without the slash, URL resolution would replace the directory's own name.
  const base = directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`)
  const files = (await readdir(base)).filter((file) => file.endsWith('.sql')).toSorted()
  const migrations: Migration[] = []
  for (const file of files) {
    const match = fileName.exec(file)
    if (match === null) throw fileFault(schema, file, 'is not named like 0001-add-card.sql')
    const version = Number(match[1])
    if (migrations.at(-1)?.version === version) throw fileFault(schema, file, 'repeats a version')
    migrations.push({ version, name: match[2] ?? '', sql: await readFile(new URL(file, base), 'utf8') })
  }
  return { schema, migrations }
}

function fileFault(schema: string, file: string, reason: string): Fault {
  return new Fault('DATABASE_MIGRATION_FILE', `migration ${file} of ${schema} ${reason}`, { details: { schema, file } })
}
