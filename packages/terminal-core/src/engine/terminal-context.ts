// What every flow of one terminal works with: its configuration, its drivers, and its journal's state.

import { assert, Fault } from '@shua/assert'
import { parsePan, type Sensitive } from '@shua/card-data'
import type { Codec } from '@shua/iso8583'
import { localTime, type RequestHead } from '@shua/scheme'
import { Trace, type TraceEvent } from '@shua/telemetry'
import type { Clock } from '../driver/clock.ts'
import type { HostLink } from '../driver/host-link.ts'
import type { CardVault, PinPad } from '../driver/pin-pad.ts'
import type { Printer } from '../driver/printer.ts'
import type { Random } from '../driver/random.ts'
import type { Journal } from '../journal/journal.ts'
import type { SlipContext } from '../receipt/slip-context.ts'
import type { JournalEvent } from '../state/journal-event.ts'
import type { TerminalState } from '../state/terminal-state.ts'
import type { TerminalConfiguration } from './terminal-configuration.ts'

export interface TerminalDrivers {
  readonly clock: Clock
  readonly link: HostLink
  readonly pinPad: PinPad
  readonly vault: CardVault
  readonly printer: Printer
  readonly journal: Journal
  readonly random: Random
}

/** One exchange with the host as the X-ray shows it; the RRN ties it to the host's own trace. */
export interface TerminalTrace {
  readonly terminalId: string
  readonly batchNumber: string
  readonly stan: string | undefined
  readonly rrn: string | undefined
  readonly kind: string
  readonly startedAt: string
  /** Microseconds of the clock's monotonic time, to put it on one time line with the host's trace. */
  readonly startedAtUs: number
  readonly events: readonly TraceEvent[]
}

export interface OpenTrace {
  readonly trace: Trace
  readonly report: (about: Pick<TerminalTrace, 'batchNumber' | 'stan' | 'rrn' | 'kind'>) => void
}

const unheard: OpenTrace = { trace: new Trace(() => 0n, { recording: false }), report: () => undefined }

export interface TerminalContextOptions {
  readonly configuration: TerminalConfiguration
  readonly drivers: TerminalDrivers
  readonly codec: Codec
  readonly onTrace: ((trace: TerminalTrace) => void) | undefined
  readonly onChange: () => void
}

export class TerminalContext {
  readonly configuration: TerminalConfiguration
  readonly drivers: TerminalDrivers
  readonly codec: Codec
  readonly onTrace: ((trace: TerminalTrace) => void) | undefined
  readonly #onChange: () => void

  constructor(options: TerminalContextOptions) {
    this.configuration = options.configuration
    this.drivers = options.drivers
    this.codec = options.codec
    this.onTrace = options.onTrace
    this.#onChange = options.onChange
  }

  get state(): TerminalState {
    return this.drivers.journal.state
  }

  async append(event: JournalEvent): Promise<void> {
    await this.drivers.journal.append(event)
    this.#onChange()
  }

  /** Appends what the terminal can do without: false when the journal cannot be written just now. */
  async tryAppend(event: JournalEvent): Promise<boolean> {
    try {
      await this.append(event)
      return true
    } catch (error) {
      if (error instanceof Fault && error.code === 'JOURNAL_WRITE') return false
      throw error
    }
  }

  now(): Date {
    return this.drivers.clock.now()
  }

  nowText(): string {
    return this.now().toISOString()
  }

  /** `YYYY-MM-DD hh:mm:ss` of the place, for slips. */
  localText(): string {
    const { isoDate, time } = localTime(this.now())
    return `${isoDate.replaceAll('-', '/')} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`
  }

  /** Begins the trace of one exchange; `report` hands it over when the exchange has ended. Nobody who listens, nothing kept. */
  beginTrace(): OpenTrace {
    const { clock } = this.drivers
    if (this.onTrace === undefined) return unheard
    const startedAt = this.nowText()
    const startedAtUs = Number(clock.monotonicNs() / 1000n)
    const trace = new Trace(() => clock.monotonicNs())
    return {
      trace,
      report: (about) =>
        this.onTrace?.({
          terminalId: this.configuration.terminalId,
          startedAt,
          startedAtUs,
          events: trace.events,
          ...about,
        }),
    }
  }

  /** The trace number the next message will carry. */
  nextStan(): string {
    return String(this.state.nextStan).padStart(6, '0')
  }

  managementHead(networkCode: string, stan: string | undefined): RequestHead {
    return {
      terminalId: this.configuration.terminalId,
      merchantId: this.configuration.merchantId,
      stan,
      typeCode: '00',
      batchNumber: this.state.batchNumber,
      networkCode,
      readCapability: undefined,
      chipCondition: undefined,
    }
  }

  answerTimeoutMs(): number {
    const seconds = this.state.parameters?.answerTimeoutSeconds
    return seconds === undefined ? this.configuration.profile.answerTimeoutMs : seconds * 1000
  }

  reversalAttemptsMax(): number {
    return Math.max(this.state.parameters?.reversalAttempts ?? this.configuration.profile.reversalAttemptsMax, 1)
  }

  merchantName(): string {
    return this.state.parameters?.merchantName || this.configuration.merchantName
  }

  slipContext(): SlipContext {
    const { merchantId, terminalId, testMode } = this.configuration
    return { merchantName: this.merchantName(), merchantId, terminalId, testMode }
  }

  sealPan(pan: Sensitive<string>, stan: string): string {
    return this.drivers.vault.seal(this.state.sealKey ?? '', pan, `pan:${stan}`)
  }

  openPan(sealed: string, stan: string): Sensitive<string> {
    const pan = parsePan(this.drivers.vault.open(this.state.sealKey ?? '', sealed, `pan:${stan}`).reveal())
    assert(pan, 'what was sealed as an account number is one')
    return pan
  }
}
