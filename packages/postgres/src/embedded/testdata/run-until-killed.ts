// A process that owns an embedded database and says so, to be killed by a test. Argument: the data directory.
// On SIGTERM it ends by itself, without stopping the database.

import { startEmbeddedPostgres } from '../start-embedded-postgres.ts'

const [dataDir = ''] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ dataDir, log: () => undefined })
process.once('SIGTERM', () => process.exit(0))
setInterval(() => undefined, 1_000)
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`)
