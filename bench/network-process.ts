// A whole network as a process of its own for the benchmarks: seeds the database named by its argument, starts all roles, and
// prints `{ "port": N }`. Ends when its standard input does, and prints then what it used: `{ "cpuSeconds", "memoryMax" }`.

import { randomBytes } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { migrate, openDatabase } from '@shua/postgres'
import { SoftwareSecurityModule } from '@shua/security-module'
import { networkMigrations, seedLoad, startNetwork } from '@shua/server'

interface Wanted {
  readonly url: string
  readonly terminals: number
  readonly cards: number
}

async function main({ url, terminals, cards }: Wanted): Promise<void> {
  const database = openDatabase({ url, connectionsMax: 12, applicationName: 'shua-bench', statementTimeoutMs: 30_000 })
  await migrate(database, await networkMigrations())
  const random = (size: number): Buffer => randomBytes(size)
  const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), random)
  const network = await startNetwork({
    database,
    securityModule,
    host: '127.0.0.1',
    terminalPort: 0,
    now: () => new Date(),
    nanoseconds: () => process.hrtime.bigint(),
    random,
    onAcquirerEvent: () => undefined,
    onLinkEvent: () => undefined,
    onFault: (where, error) => console.error(where, error),
  })
  await seedLoad({
    database,
    securityModule,
    keys: network.keys,
    issuer: network.issuer,
    terminals,
    cards,
    now: new Date(),
    random,
  })
  console.log(JSON.stringify({ port: network.terminals.port }))
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  await network.close({ drainMs: 5_000 })
  await database.close()
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, memoryMax: process.resourceUsage().maxRSS * 1024 }))
}

await main(JSON.parse(process.argv[2] ?? '{}') as Wanted)
