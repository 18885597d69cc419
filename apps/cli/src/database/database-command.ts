// `shua database distribute`: prepares the database for a Citus cluster, or tells why it cannot.

import type { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { migrate, openDatabase, type MigrationSet } from '@shua/postgres'
import { networkMigrations } from '@shua/server'
import { distribute, readPlan } from './distribute.ts'
import type { DistributionPlan } from './distribution-plan.ts'

export interface DatabaseCommandStreams {
  readonly stdout: Writable
  readonly stderr: Writable
}

export const databaseUsage = `shua database distribute [--plan] [--lang zh|en]

Turns the tables of the database in DATABASE_URL, empty or filled, into distributed tables (by shard, colocated) and reference
tables of a Citus cluster. Run it on the coordinator while no server runs.

  --plan   print every table with its kind and the reason, and the SQL; change nothing

Exit code 0 done, 1 failed, 2 not understood, 3 the database has no Citus: nothing was changed.
`

const noCitus = {
  en: {
    absent:
      'this PostgreSQL has no Citus extension; nothing was changed. Install it on every node, then: create extension citus',
    available:
      'Citus is installed on this server but not in this database; nothing was changed. First: create extension citus',
  },
  zh: {
    absent: '此 PostgreSQL 没有 Citus 扩展,未作任何更改。请先在每个节点安装,再执行:create extension citus',
    available: '服务器已安装 Citus,但此数据库尚未启用,未作任何更改。请先执行:create extension citus',
  },
} as const

const exitCode = { done: 0, failed: 1, notUnderstood: 2, noCitus: 3 } as const

export async function runDatabaseCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  io: DatabaseCommandStreams,
): Promise<number> {
  const options = readOptions(argv, env)
  if (options === undefined) {
    io.stderr.write(databaseUsage)
    return exitCode.notUnderstood
  }
  const url = env['DATABASE_URL']
  if (url === undefined || url === '') {
    io.stderr.write('shua database: name the database of the coordinator in DATABASE_URL\n')
    return exitCode.notUnderstood
  }
  const database = openDatabase({ url, connectionsMax: 2, applicationName: 'shua-database' })
  try {
    const sets = await networkMigrations()
    const schemas = sets.map(({ schema }) => schema)
    if (options.plan) {
      io.stdout.write(formatPlan(await readPlan(database, schemas)))
      return exitCode.done
    }
    const result = await distribute(database, schemas, {
      migrate: async () => migrate(database, sets satisfies readonly MigrationSet[]),
      say: (line) => io.stdout.write(`${line}\n`),
    })
    if (result.outcome === 'done') return exitCode.done
    const text = noCitus[options.lang]
    io.stderr.write(`shua database: ${result.available ? text.available : text.absent}\n`)
    return exitCode.noCitus
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.stderr.write(`shua database: ${error.message} (${error.code})\n`)
    return exitCode.failed
  } finally {
    await database.close()
  }
}

function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { plan: boolean; lang: 'zh' | 'en' } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { plan: { type: 'boolean' }, lang: { type: 'string' } },
    })
    const lang = values.lang ?? ((env['LC_ALL'] ?? env['LANG'] ?? '').startsWith('zh') ? 'zh' : 'en')
    if (positionals.join(' ') !== 'distribute' || (lang !== 'zh' && lang !== 'en')) return undefined
    return { plan: values.plan === true, lang }
  } catch {
    return undefined
  }
}

/** SQL with the reasons as its comments, so that it can be read, kept, and run by hand. */
function formatPlan(plan: DistributionPlan): string {
  const width = Math.max(...plan.tables.map(({ table }) => table.length))
  const lines = [
    ...plan.tables.map(({ table, placement, why }) => `-- ${table.padEnd(width)}  ${placement.padEnd(11)}  ${why}`),
    ...plan.problems.map((problem) => `-- PROBLEM: ${problem}`),
    '',
    'begin;',
    ...plan.steps.flatMap(({ title, statements }) => ['', `-- ${title}`, ...statements.map((text) => `${text};`)]),
    '',
    'commit;',
  ]
  return `${lines.join('\n')}\n`
}
