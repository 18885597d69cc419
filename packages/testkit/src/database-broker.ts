// Gives every test worker of one run the same PostgreSQL, started when the first of them asks, so that a run of pure
// tests never pays for it. The broker lives in the process that outlives the workers (global-setup.ts) and answers by
// HTTP on a loopback port that the workers find in their environment, together with a token.

import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type EmbeddedPostgres, startTemporaryPostgres } from '@shua/postgres'

export const brokerVariable = 'SHUA_TEST_DATABASE_BROKER'

interface Answer {
  readonly url?: string
  readonly error?: string
}

export interface DatabaseBroker {
  /** What a worker needs to find the broker; goes into the environment under `brokerVariable`. */
  readonly address: string
  close(): Promise<void>
}

export async function startDatabaseBroker(): Promise<DatabaseBroker> {
  const path = `/${randomBytes(16).toString('hex')}`
  let starting: Promise<EmbeddedPostgres> | undefined
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end()
      return
    }
    starting ??= startTemporaryPostgres()
    starting.then(
      ({ url }) => response.end(JSON.stringify({ url } satisfies Answer)),
      (error: unknown) => response.end(JSON.stringify({ error: textOf(error) } satisfies Answer)),
    )
  })
  const port = await listen(server)
  // The test run ends when its tests do, not when the broker does.
  server.unref()
  return {
    address: `http://127.0.0.1:${port}${path}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await (await starting?.catch(() => undefined))?.stop()
    },
  }
}

/** Asks the broker for the database's address; the first one to ask waits while it starts. */
export async function askDatabaseBroker(address: string): Promise<string> {
  const response = await fetch(address)
  const { url, error } = response.ok ? ((await response.json()) as Answer) : { error: `status ${response.status}` }
  if (url === undefined) throw new Error(`the test database did not start: ${error ?? 'no reason given'}`)
  return url
}

async function listen(server: Server): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error'
}
