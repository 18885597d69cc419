// The PostgreSQL of the authorization benchmark: temporary, but as durable as a real one. The baseline runs on the same server,
// so both wait for the same disk.

import { openDatabase, startTemporaryPostgres } from '@shua/postgres'

/** Off in a temporary server otherwise, because its data dies with it anyway. */
export const durability = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const

export interface DurablePostgres {
  /** Makes an empty database and answers its address. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

export async function startDurablePostgres(): Promise<DurablePostgres> {
  const server = await startTemporaryPostgres({ settings: durability })
  return {
    async createDatabase(name) {
      const database = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'shua-bench' })
      try {
        await database.query(`create database ${name}`)
      } finally {
        await database.close()
      }
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
    stop: () => server.stop(),
  }
}
