// A terminal for tests: real files, real keys, a real socket to the test host, a clock that tests may turn.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Sensitive } from '@shua/card-data'
import { terminalProfiles, type TerminalProfile } from '@shua/scheme'
import { SoftwareSecurityModule } from '@shua/security-module'
import type { HostLink } from '../driver/host-link.ts'
import { MemoryPrinter } from '../driver/memory-printer.ts'
import type { Printer } from '../driver/printer.ts'
import { ModuleCardVault, ProfilePinPad } from '../driver/software-pin-pad.ts'
import { TcpHostLink } from '../driver/tcp-host-link.ts'
import { createTerminal } from '../engine/create-terminal.ts'
import type { Terminal } from '../engine/terminal.ts'
import type { TerminalConfiguration } from '../engine/terminal-configuration.ts'
import type { TerminalTrace } from '../engine/terminal-context.ts'
import { FileJournal } from '../journal/file-journal.ts'
import type { Journal } from '../journal/journal.ts'
import { emptyState } from '../state/terminal-state.ts'

export const testMasterKey = '0123456789ABCDEFFEDCBA9876543210'
export const testTrack = '6225880000000001D30122011234567890123'
export const testPan = '6225880000000001'
const testTerminalId = '10000001'
const testMerchantId = '898110015411234'

export function swipe(track = testTrack) {
  return { method: 'stripe', track2: new Sensitive(track) } as const
}

export interface TestTerminalOptions {
  readonly directory: string
  readonly port: number
  readonly profile?: TerminalProfile
  readonly now?: () => Date
  readonly printer?: MemoryPrinter
  readonly configuration?: Partial<TerminalConfiguration>
  readonly wrapLink?: (link: HostLink) => HostLink
  readonly wrapJournal?: (journal: FileJournal) => Journal
  readonly wrapPrinter?: (printer: MemoryPrinter) => Printer
  readonly masterKey?: string
  readonly onTrace?: (trace: TerminalTrace) => void
}

export interface TestTerminal {
  readonly terminal: Terminal
  readonly printer: MemoryPrinter
  readonly journal: FileJournal
}

/** Opens the terminal of a directory; `start` has not been called. */
export async function openTestTerminal(options: TestTerminalOptions): Promise<TestTerminal> {
  const { directory, profile = quickProfile() } = options
  const module = await SoftwareSecurityModule.open({
    masterKeyFile: join(directory, 'master.key'),
    random: randomBytes,
  })
  const identity = { terminalId: testTerminalId, merchantId: testMerchantId, language: 'zh' } as const
  const journal = await FileJournal.open({ directory, initial: emptyState(identity) })
  const printer = options.printer ?? new MemoryPrinter(1000)
  const link = new TcpHostLink({ host: '127.0.0.1', port: options.port })
  const terminal = await createTerminal({
    configuration: {
      ...identity,
      merchantName: '刷刷百货',
      profile,
      licenceAndSerial: '3456SYNTH001',
      ...options.configuration,
    },
    drivers: {
      clock: { now: options.now ?? (() => new Date()), monotonicNs: () => process.hrtime.bigint() },
      link: options.wrapLink?.(link) ?? link,
      pinPad: new ProfilePinPad(module, profile),
      vault: new ModuleCardVault(module),
      printer: options.wrapPrinter?.(printer) ?? printer,
      journal: options.wrapJournal?.(journal) ?? journal,
      random: randomBytes,
    },
    masterKey: new Sensitive(Buffer.from(options.masterKey ?? testMasterKey, 'hex')),
    onTrace: options.onTrace,
  })
  return { terminal, printer, journal }
}

/** The usual profile with a time-out short enough for tests that lose answers. */
export function quickProfile(profile: TerminalProfile = terminalProfiles['pos-3des']): TerminalProfile {
  return { ...profile, answerTimeoutMs: 400 }
}
