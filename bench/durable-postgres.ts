// The PostgreSQL of the benchmarks: temporary, but as durable as a real one. The baselines run on the same server, so both
// wait for the same disk.

import { openDatabase, startTemporaryPostgres } from '@shua/postgres'

/** Off in a temporary server otherwise, because its data dies with it anyway. */
export const durability = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const

export interface DurablePostgres {
  /** The server's process. */
  readonly pid: number
  /** Makes an empty database and answers its address. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/** Other settings of postgresql.conf may be added; those of durability stay. */
export async function startDurablePostgres(settings: Readonly<Record<string, string>> = {}): Promise<DurablePostgres> {
  const server = await startTemporaryPostgres({ settings: { ...settings, ...durability } })
  return {
    pid: server.pid,
    createDatabase: (name) => createDatabase(server.url, name),
    stop: () => server.stop(),
  }
}

export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const database = openDatabase({ url: serverUrl, connectionsMax: 1, applicationName: 'shua-bench' })
  try {
    await database.query(`create database ${name}`)
  } finally {
    await database.close()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
