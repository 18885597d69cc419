// A whole server in this process, on a database of its own, with its log kept and its web, metrics and health at a port.

import { get } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { readServerSettings } from '../../apps/server/src/server-settings.ts'
import { startServer, type RunningServer } from '../../apps/server/src/start-server.ts'

export interface OpenServer {
  readonly server: RunningServer
  readonly dataDir: string
  readonly terminalPort: number
  /** Every line of the log so far. */
  readonly logLines: readonly string[]
  get(path: string): Promise<Response>
  /** The status of a request that calls the server by this name. */
  statusAs(host: string, path: string): Promise<number | undefined>
  /** Takes the database away for good; only for a server that does not run its own. */
  loseDatabase(): Promise<void>
  close(): Promise<void>
}

/** `embedded`: the server runs its own PostgreSQL, so that the log has that one's lines too. */
export async function openServer(options: { logLevel?: string; embedded?: boolean } = {}): Promise<OpenServer> {
  let database: TestDatabase | undefined = options.embedded
    ? undefined
    : await createTestDatabase(await networkMigrations(), { connectionsMax: 2 })
  const dataDir = await mkdtemp(join(tmpdir(), 'shua-observability-'))
  const settings = readServerSettings({
    SHUA_HTTP_PORT: '0',
    SHUA_TERMINAL_PORT: '0',
    SHUA_DATA_DIR: join(dataDir, 'data'),
    SHUA_LOG_LEVEL: options.logLevel ?? 'silent',
    ...(database ? { DATABASE_URL: database.url } : {}),
  })
  const logLines: string[] = []
  const stream = { write: (line: string) => void logLines.push(line) }
  const server = await startServer(settings, () => undefined, { stream })
  return {
    server,
    dataDir: settings.dataDir,
    terminalPort: server.network.terminals.port,
    logLines,
    get: (path) => fetch(`${server.http.url}${path}`),
    statusAs: (host, path) => statusAs({ host, path, port: server.http.port }),
    async loseDatabase() {
      await database?.drop()
      database = undefined
    },
    async close() {
      await server.close()
      await database?.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function statusAs({ host, path, port }: { host: string; path: string; port: number }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    }).on('error', reject)
  })
}
