// The demo terminals this server runs itself, so that a person can use one in the browser. Each is the same terminal software
// as everywhere, with its own keys, its own journal on disk, and a real connection to the acquirer's port.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { terminalProfiles } from '@shua/scheme'
import { createRandomSource, SoftwareSecurityModule } from '@shua/security-module'
import {
  CopyingPrinter,
  createTerminal,
  emptyState,
  FileJournal,
  MemoryPrinter,
  ModuleCardVault,
  NetworkEscPosPrinter,
  ProfilePinPad,
  renderSlipSvg,
  TcpHostLink,
  TerminalApplication,
  type Terminal,
  type TerminalTrace,
} from '@shua/terminal-core'
import { demoCards, demoTrack2 } from './demo/demo-cards.ts'
import { demoMerchants, demoTerminals, type DemoTerminalDefinition } from './demo/demo-terminals.ts'
import type { HttpServices, TerminalCommand } from './http/http-services.ts'
import type { Network } from './network.ts'

export interface HostedTerminals extends Readonly<HttpServices['terminals']> {
  has(terminalId: string): boolean
  close(): Promise<void>
}

/** For a process that plays no terminals. */
export const noHostedTerminals: HostedTerminals = {
  has: () => false,
  view: async () => undefined,
  input: async () => undefined,
  slipSvg: async () => undefined,
  close: async () => undefined,
}

export interface HostTerminalsOptions {
  readonly dataDir: string
  /** Where the terminals call, and who records what they see. */
  readonly network: {
    readonly traces: Pick<Network['traces'], 'wants' | 'record'>
    readonly terminals: { readonly port: number }
  }
  readonly host: string
  readonly printer?: { readonly host: string; readonly port: number } | undefined
  readonly onChange: (terminalId: string, version: number) => void
  readonly report: (where: string, error: unknown) => void
}

interface HostedTerminal {
  readonly terminal: Terminal
  readonly application: TerminalApplication
  readonly paper: MemoryPrinter
}

export async function hostTerminals(options: HostTerminalsOptions): Promise<HostedTerminals> {
  const hosted = new Map<string, HostedTerminal>()
  for (const definition of demoTerminals.filter((each) => each.hosted)) {
    hosted.set(definition.terminalId, await hostTerminal(definition, options))
  }
  return {
    has: (terminalId) => hosted.has(terminalId),
    view: async (terminalId) => hosted.get(terminalId)?.application.view(),
    input: async (terminalId, command) => hosted.get(terminalId)?.application.input(inputOf(command)),
    slipSvg: async (terminalId, slipId) => {
      const slip = hosted.get(terminalId)?.paper.slips.find((each) => each.id === slipId)
      return slip === undefined ? undefined : renderSlipSvg(slip.markup)
    },
    async close() {
      for (const { application, terminal } of hosted.values()) {
        application.stop()
        await terminal.close()
      }
    },
  }
}

async function hostTerminal(
  definition: DemoTerminalDefinition,
  options: HostTerminalsOptions,
): Promise<HostedTerminal> {
  const { terminalId, merchantId } = definition
  const profile = terminalProfiles[definition.profile]
  const directory = join(options.dataDir, 'terminals', terminalId)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const random = createRandomSource()
  const secureElement = await SoftwareSecurityModule.open({ masterKeyFile: join(directory, 'master-key'), random })
  const paper = new MemoryPrinter()
  const terminal = await createTerminal({
    configuration: {
      terminalId,
      merchantId,
      merchantName: demoMerchants.find((merchant) => merchant.merchantId === merchantId)?.name ?? '',
      profile,
      licenceAndSerial: definition.licenceSerial ?? undefined,
      testMode: true,
    },
    drivers: {
      clock: { now: () => new Date(), monotonicNs: () => process.hrtime.bigint() },
      link: new TcpHostLink({ host: options.host, port: options.network.terminals.port }),
      pinPad: new ProfilePinPad(secureElement, profile),
      vault: new ModuleCardVault(secureElement),
      printer: options.printer ? new CopyingPrinter(paper, new NetworkEscPosPrinter(options.printer)) : paper,
      journal: await FileJournal.open({ directory, initial: emptyState({ terminalId, merchantId, language: 'zh' }) }),
      random,
    },
    masterKey: new Sensitive(Buffer.from(definition.masterKey, 'hex')),
    onTrace: (trace) => recordTerminalTrace(options.network, trace),
  })
  // What a power cut left open (a reversal, half an upload) is finished in the background; the screen is there at once.
  terminal.start().catch((error: unknown) => options.report(`terminal ${terminalId}`, error))
  const application = new TerminalApplication({
    terminal,
    paper,
    onFault: (error) => options.report(`terminal ${terminalId}`, error),
  })
  application.subscribe((view) => options.onChange(terminalId, view.version))
  return { terminal, application, paper }
}

function inputOf(command: TerminalCommand): Parameters<TerminalApplication['input']>[0] {
  if (command.type !== 'swipe') return command
  if (command.card.by === 'track2') return { type: 'swipe', track2: command.card.track2 }
  const { cardId } = command.card
  const card = demoCards.find((each) => each.cardId === cardId)
  if (card === undefined)
    throw new Fault('DEMO_CARD_UNKNOWN', 'there is no demo card of this name', { path: 'card.cardId' })
  return { type: 'swipe', track2: new Sensitive(demoTrack2(card)) }
}

/** The terminal's side of an exchange, put on the same time line as the host's: both run on this machine's clock. */
function recordTerminalTrace({ traces }: HostTerminalsOptions['network'], trace: TerminalTrace): void {
  if (trace.stan === undefined) return
  if (!traces.wants(BigInt(trace.startedAtUs))) return
  const durationUs = trace.events.reduce((latest, event) => Math.max(latest, event.atUs + (event.durationUs ?? 0)), 0)
  traces.record({
    terminalId: trace.terminalId,
    batchNumber: Number(trace.batchNumber),
    stan: Number(trace.stan),
    seenBy: 'terminal',
    mti: trace.kind,
    paymentId: undefined,
    startedAtUs: BigInt(trace.startedAtUs),
    durationUs,
    lane: 'terminal',
    events: trace.events,
    request: undefined,
    answer: undefined,
  })
}
