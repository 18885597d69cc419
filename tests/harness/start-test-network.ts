// A whole network for one test file: a fresh database with the demo data, all roles, and a terminal port on loopback.

import { randomBytes } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { checkMoneyRules } from '@shua/issuer'
import type { Database } from '@shua/postgres'
import { loadDemo } from '../../apps/server/src/demo/load-demo.ts'
import { networkMigrations, startNetwork, type Network } from '../../apps/server/src/network.ts'
import { SoftwareSecurityModule } from '@shua/security-module'
import { createTestDatabase } from '@shua/testkit'

export interface TestNetwork {
  readonly terminalPort: number
  readonly database: Database
  readonly url: string
  readonly network: Network
  readonly securityModule: SoftwareSecurityModule
  /** Faults that roles reported; a test that expects none asserts that this is empty. */
  readonly faults: { where: string; error: unknown }[]
  /** Violations of the money rules; empty means that they hold. */
  checkMoneyRules(): ReturnType<typeof checkMoneyRules>
  stop(): Promise<void>
}

export async function startTestNetwork(options: { now?: () => Date } = {}): Promise<TestNetwork> {
  const test = await createTestDatabase(await networkMigrations(), { connectionsMax: 8 })
  const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), (size) =>
    randomBytes(size),
  )
  const faults: { where: string; error: unknown }[] = []
  const now = options.now ?? (() => new Date())
  const network = await startNetwork({
    database: test.database,
    securityModule,
    host: '127.0.0.1',
    terminalPort: 0,
    now,
    nanoseconds: () => process.hrtime.bigint(),
    random: (size) => randomBytes(size),
    onAcquirerEvent: () => undefined,
    onLinkEvent: () => undefined,
    onFault: (where, error) => faults.push({ where, error }),
  })
  await loadDemo({
    database: test.database,
    securityModule,
    keys: network.keys,
    issuer: network.issuer,
    now: now(),
    random: (size) => randomBytes(size),
  })
  return {
    terminalPort: network.terminals.port,
    database: test.database,
    url: test.url,
    network,
    securityModule,
    faults,
    checkMoneyRules: () => checkMoneyRules(test.database),
    async stop() {
      await network.close({ drainMs: 1_000 })
      await test.drop()
    },
  }
}
