// Whether this server can take payments now: the database answers in time, holds every migration of this program, and
// terminals can connect. Asked by load balancers and orchestrators; they take the server out while it says no.

import { Fault } from '@shua/assert'
import { migrationChecksum, type Database, type MigrationSet } from '@shua/postgres'
import { within } from './sample-database.ts'

export interface ReadinessCheck {
  readonly name: 'database' | 'migrations' | 'terminals'
  readonly status: 'ok' | 'failed'
  /** Why it failed, in words that are safe to show. */
  readonly reason?: string
}

export interface Readiness {
  readonly status: 'ready' | 'notReady'
  readonly checks: readonly ReadinessCheck[]
}

export interface ReadinessOptions {
  readonly database: Database
  readonly migrations: readonly MigrationSet[]
  /** Left out by a process that no terminal connects to. */
  readonly listening?: () => boolean
  readonly limitMs: number
}

interface AppliedMigration {
  readonly schema: string
  readonly version: number
  readonly checksum: Buffer
}

export function createReadinessCheck(options: ReadinessOptions): () => Promise<Readiness> {
  // One question at a time: a database that hangs must not collect one more connection with every probe.
  let asking: Promise<string | ReadinessCheck> | undefined

  async function ask(): Promise<string | ReadinessCheck> {
    try {
      await options.database.query('select 1')
    } catch (error) {
      return codeOf(error)
    }
    return checkMigrations(options)
  }

  return async () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    const answer = (await within(asking, options.limitMs)) ?? `no answer within ${options.limitMs} ms`
    const checks: ReadinessCheck[] = [
      ...(typeof answer === 'string'
        ? [failed('database', answer), failed('migrations', 'the database did not answer')]
        : [ok('database'), answer]),
      ...(options.listening === undefined ? [] : [checkTerminals(options.listening())]),
    ]
    return { status: checks.every(({ status }) => status === 'ok') ? 'ready' : 'notReady', checks }
  }
}

async function checkMigrations({ database, migrations }: ReadinessOptions): Promise<ReadinessCheck> {
  try {
    const applied = await database.query<AppliedMigration>('select schema, version, checksum from shua.migration')
    const known = new Map(applied.map(({ schema, version, checksum }) => [`${schema} ${version}`, checksum]))
    const missing = migrations.flatMap(({ schema, migrations: each }) =>
      each
        .filter(({ version, sql }) => known.get(`${schema} ${version}`)?.equals(migrationChecksum(sql)) !== true)
        .map(({ version }) => `${schema} ${version}`),
    )
    return missing.length === 0 ? ok('migrations') : failed('migrations', `not applied: ${missing.join(', ')}`)
  } catch (error) {
    return failed('migrations', codeOf(error))
  }
}

function checkTerminals(listening: boolean): ReadinessCheck {
  return listening ? ok('terminals') : failed('terminals', 'the terminal port is closed')
}

function ok(name: ReadinessCheck['name']): ReadinessCheck {
  return { name, status: 'ok' }
}

function failed(name: ReadinessCheck['name'], reason: string): ReadinessCheck {
  return { name, status: 'failed', reason }
}

function codeOf(error: unknown): string {
  return error instanceof Fault ? error.code : 'INTERNAL'
}
