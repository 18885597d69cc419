// A whole network as a process of its own for the benchmarks: seeds the database named by its argument, starts all roles, and
// prints `{ "port": N, "seedSeconds" }`. Each line of its standard input is a command that is answered with one line of JSON:
// `usage` (what it has used so far), `profile FILE` (begin to sample where the time goes), `profiled` (write the samples).
// When its standard input ends it ends too, and prints last what it used.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { createInterface } from 'node:readline'
import { Sensitive } from '@shua/card-data'
import { migrate, openDatabase, type Database } from '@shua/postgres'
import { createRandomSource, SoftwareSecurityModule } from '@shua/security-module'
import { networkMigrations, seedLoad, startNetwork, type Network } from '@shua/server'
import type { NetworkToStart, NetworkUsage } from './processes.ts'

const random = createRandomSource()

async function main(wanted: NetworkToStart): Promise<void> {
  const { url, masterKeyFile } = wanted
  const open = (statementTimeoutMs: number): Database =>
    openDatabase({ url, connectionsMax: 12, applicationName: 'shua-bench', statementTimeoutMs })
  const database = open(30_000)
  await migrate(database, await networkMigrations())
  const securityModule =
    masterKeyFile === undefined
      ? SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), random)
      : await SoftwareSecurityModule.open({ masterKeyFile, random })
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
  const startMs = performance.now()
  const patient = open(0)
  await seed(wanted, { database: patient, securityModule, network })
  await patient.close()
  tell({ port: network.terminals.port, seedSeconds: (performance.now() - startMs) / 1000 })
  await obey()
  await network.close({ drainMs: 5_000 })
  await database.close()
  tell(usage())
}

async function seed(
  wanted: NetworkToStart,
  parts: { database: Database; securityModule: SoftwareSecurityModule; network: Network },
): Promise<void> {
  const { terminals, cards, payingCards } = wanted
  await seedLoad({
    database: parts.database,
    securityModule: parts.securityModule,
    keys: parts.network.keys,
    issuer: parts.network.issuer,
    terminals,
    cards,
    ...(payingCards === undefined ? {} : { payingCards }),
    now: new Date(),
    random,
  })
}

/** Until the end of standard input. */
async function obey(): Promise<void> {
  const session = new Session()
  let profileFile = ''
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, file = ''] = line.split(' ')
    if (command === 'usage') tell(usage())
    else if (command === 'profile') {
      profileFile = file
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 1_000 })
      await session.post('Profiler.start')
      tell({})
    } else if (command === 'profiled') {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      writeFileSync(profileFile, JSON.stringify(profile))
      tell({})
    }
  }
}

function usage(): NetworkUsage {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, memoryMax: process.resourceUsage().maxRSS * 1024 }
}

function tell(message: object): void {
  console.log(JSON.stringify(message))
}

await main(JSON.parse(process.argv[2] ?? '{}') as NetworkToStart)
