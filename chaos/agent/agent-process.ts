// A process that plays several card terminals, each with its own durable journal and PIN pad, as `shua terminal` puts one
// together. Started by the harness with its configuration as the argument; killed and frozen at will.

import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Sensitive } from '@shua/card-data'
import { terminalProfiles, type TerminalProfile, type TerminalProfileName } from '@shua/scheme'
import { SoftwareSecurityModule } from '@shua/security-module'
import {
  createTerminal,
  emptyState,
  FileJournal,
  MemoryPrinter,
  ModuleCardVault,
  ProfilePinPad,
  type Terminal,
} from '@shua/terminal-core'
import { seededRandom } from '../../packages/testkit/src/seeded-random.ts'
import { derivedSeed } from '../plan/plan-faults.ts'
import type { AgentConfiguration, AgentMessage, AgentPhase } from './agent-message.ts'
import { FailoverLink } from './failover-link.ts'
import { liveTerminal } from './terminal-life.ts'
import { WitnessJournal } from './witness-journal.ts'

/** Small enough that journals are rewritten many times in a run. */
const compactAboveBytes = 262_144

function tell(message: AgentMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function openTerminal(configuration: AgentConfiguration, index: number): Promise<Terminal> {
  const { terminalId, merchantId } = configuration.terminals[index]!
  const directory = join(configuration.directory, terminalId)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const random = (size: number): Buffer => randomBytes(size)
  const shipped: TerminalProfile = terminalProfiles[configuration.profile as TerminalProfileName]
  const profile: TerminalProfile = { ...shipped, answerTimeoutMs: configuration.answerTimeoutMs }
  const module = await SoftwareSecurityModule.open({ masterKeyFile: join(directory, 'master-key'), random })
  const initial = emptyState({ terminalId, merchantId, language: 'zh' })
  const journal = WitnessJournal.open(await FileJournal.open({ directory, initial, compactAboveBytes }), directory)
  return createTerminal({
    configuration: { terminalId, merchantId, merchantName: 'Chaos', profile, testMode: true },
    drivers: {
      clock: { now: () => new Date(), monotonicNs: () => process.hrtime.bigint() },
      link: new FailoverLink(configuration.ports, index),
      pinPad: new ProfilePinPad(module, profile),
      vault: new ModuleCardVault(module),
      printer: new MemoryPrinter(1),
      journal,
      random,
    },
    masterKey: new Sensitive(Buffer.from(configuration.masterKey, 'hex')),
  })
}

async function main(configuration: AgentConfiguration): Promise<void> {
  let phase: AgentPhase = 'pay'
  const input = createInterface({ input: process.stdin })
  input.on('line', (line) => (phase = line === 'drain' ? 'drain' : 'pay'))
  // The harness is gone.
  input.on('close', () => process.exit(0))
  const incarnation = randomBytes(4).toString('hex')
  await Promise.all(
    configuration.terminals.map(async ({ terminalId }, index) => {
      const terminal = await openTerminal(configuration, index)
      if (index === 0) tell({ type: 'up' })
      const random = seededRandom(derivedSeed(configuration.seed, `${terminalId}/${incarnation}`))
      await liveTerminal({ terminal, random, configuration, phase: () => phase, tell })
      await terminal.close()
    }),
  )
  process.exit(0)
}

try {
  await main(JSON.parse(process.argv[2] ?? '{}') as AgentConfiguration)
} catch (error) {
  tell({ type: 'fault', message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error) })
  process.exit(1)
}
