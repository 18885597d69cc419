// Vitest's global set-up for tests on a real database: name this file as `globalSetup` in vitest.config.ts. It runs once,
// in the process that starts the workers, and costs nothing until a test asks for a database. TEST_DATABASE_URL names
// a server to use instead; what a run creates there is dropped at its end.

import { randomBytes } from 'node:crypto'
import { brokerVariable, type DatabaseBroker, startDatabaseBroker } from './database-broker.ts'
import { dropDatabasesOf, runVariable } from './test-database.ts'

let broker: DatabaseBroker | undefined

export async function setup(): Promise<void> {
  // Workers inherit the environment, and so do programs that tests start.
  process.env[runVariable] ??= randomBytes(4).toString('hex')
  if (process.env['TEST_DATABASE_URL'] !== undefined) return
  broker = await startDatabaseBroker()
  process.env[brokerVariable] = broker.address
}

export async function teardown(): Promise<void> {
  await broker?.close()
  const url = process.env['TEST_DATABASE_URL']
  const run = process.env[runVariable]
  if (url !== undefined && run !== undefined) await dropDatabasesOf(url, run)
}
