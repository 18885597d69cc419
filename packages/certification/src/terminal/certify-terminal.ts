// Plays the host for a terminal and judges what it sends. Guided, it goes through the cases and says each time what to do at the
// terminal; with `auto` it asks for nothing and gives each request to the first case that begins with one of its kind.

import { Sensitive } from '@shua/card-data'
import { compileDialect, dialects, type Codec, type Title } from '@shua/iso8583'
import { SoftwareSecurityModule } from '@shua/security-module'
import { CaseRecord } from '../course/case-record.ts'
import type { CaseResult, Certification } from '../course/certification-case.ts'
import { runCase } from '../course/run-case.ts'
import { masterKeyOf } from '../keys/working-keys.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import type { RequestKind } from '../protocol/catalogue.ts'
import { TerminalListener } from '../wire/terminal-listener.ts'
import type { TerminalCase } from './terminal-case.ts'
import { terminalCases } from './terminal-cases.ts'
import { TerminalDesk, type Incoming } from './terminal-desk.ts'

export interface CertifyTerminalOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly profile: CertificationProfile
  readonly seed: number
  /** For keys. */
  readonly random: (size: number) => Buffer
  readonly now: () => Date
  readonly mode: 'guided' | 'auto'
  /** With `auto`: the silence after a request after which the report is made. */
  readonly idleMs: number
  readonly cases?: readonly TerminalCase[]
  readonly onListening?: (port: number, controls: TerminalControls) => void
  /** What to do at the terminal now, and which request it should bring. */
  readonly onPrompt?: (text: Title, kind: RequestKind | undefined) => void
  readonly onResult?: (result: CaseResult) => void
}

export interface TerminalControls {
  /** Leaves the case that is waited for out. */
  skip(): void
  /** Ends the waiting and makes the report. */
  finish(): void
}

/** Throws Fault CERTIFICATION_LISTEN, CERTIFICATION_KEYS without a master key. */
export async function certifyTerminal(options: CertifyTerminalOptions): Promise<Certification> {
  const { profile, now } = options
  const codec = compileDialect(dialects.unionpayPos)
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(options.random(32)), options.random)
  const masterKey = masterKeyOf(module, profile)
  const listener = await TerminalListener.listen(options.address)
  const prompt = options.mode === 'guided' ? (options.onPrompt ?? (() => undefined)) : () => undefined
  const desk = new TerminalDesk(
    { profile, codec, module, masterKey, listener, moment: () => momentOf(now()), prompt },
    new CaseRecord(codec),
  )
  const run = new TerminalRun(desk, options, codec)
  const startedAt = now()
  try {
    options.onListening?.(listener.port, {
      skip: () => run.interrupt(listener, false),
      finish: () => run.interrupt(listener, true),
    })
    await (options.mode === 'guided' ? run.guided() : run.auto())
  } finally {
    await listener.close()
  }
  const results = [...run.results, ...desk.observations.results()]
  for (const result of desk.observations.results()) options.onResult?.(result)
  const address = String(listener.port)
  return { subject: 'terminal', address, profile: profile.name, seed: options.seed, startedAt, results }
}

class TerminalRun {
  readonly results: CaseResult[] = []
  readonly #desk: TerminalDesk
  readonly #options: CertifyTerminalOptions
  readonly #codec: Codec
  readonly #cases: TerminalCase[]
  #finished = false
  #skipped = false

  constructor(desk: TerminalDesk, options: CertifyTerminalOptions, codec: Codec) {
    this.#desk = desk
    this.#options = options
    this.#codec = codec
    this.#cases = [...(options.cases ?? terminalCases)]
  }

  interrupt(listener: TerminalListener, finish: boolean): void {
    this.#skipped = true
    if (finish) this.#finished = true
    listener.interrupt()
  }

  async guided(): Promise<void> {
    for (const each of this.#cases) {
      const why = each.notApplicable?.(this.#desk.profile)
      if (why !== undefined) this.#leaveOut(each, why)
      else if (this.#finished) this.#leaveOut(each, 'the certification was ended before it')
      else await this.#guide(each)
    }
  }

  async #guide(each: TerminalCase): Promise<void> {
    const record = new CaseRecord(this.#codec)
    this.#desk.record = record
    this.#skipped = false
    this.#desk.prompt(
      { zh: `${each.title.zh}。请：${each.ask.zh}`, en: `${each.title.en}. Please: ${each.ask.en}` },
      each.trigger,
    )
    for (;;) {
      const incoming = await this.#desk.next()
      if (incoming === undefined) {
        if (this.#skipped) return this.#leaveOut(each, 'left out by the person at the terminal')
        record.check('the terminal begins', each.trigger, 'nothing within the waiting time', false)
        return this.#keep({ ...resultOf(each, 'failed', undefined), checks: record.checks, messages: record.messages })
      }
      if (incoming.kind === each.trigger) return this.#run(each, incoming)
      this.#desk.answer(incoming)
    }
  }

  async auto(): Promise<void> {
    const waiting = this.#cases.filter((each) => {
      const why = each.notApplicable?.(this.#desk.profile)
      if (why !== undefined) this.#leaveOut(each, why)
      return why === undefined
    })
    // Silence means the end only when something has been said before.
    for (let silenceMs = this.#desk.profile.device.waitMs; ; silenceMs = this.#options.idleMs) {
      this.#desk.record = new CaseRecord(this.#codec)
      const incoming = await this.#desk.next(silenceMs)
      if (incoming === undefined || this.#finished) break
      const index = waiting.findIndex(({ trigger }) => trigger === incoming.kind)
      const [chosen] = index < 0 ? [] : waiting.splice(index, 1)
      if (chosen === undefined) this.#desk.answer(incoming)
      else await this.#run(chosen, incoming)
    }
    for (const each of waiting) this.#leaveOut(each, `the terminal sent no (further) ${each.trigger}`)
  }

  async #run(each: TerminalCase, first: Incoming): Promise<void> {
    const { profile } = this.#desk
    const { record } = this.#desk
    this.#desk.begin(first)
    this.#keep(await runCase(each, { kit: this.#desk, record, profile, now: this.#options.now }))
  }

  #leaveOut(each: TerminalCase, reason: string): void {
    this.#keep(resultOf(each, 'notApplicable', reason))
  }

  #keep(result: CaseResult): void {
    this.results.push(result)
    this.#options.onResult?.(result)
  }
}

function resultOf(
  { id, title, section }: TerminalCase,
  status: CaseResult['status'],
  reason: string | undefined,
): CaseResult {
  return { id, title, section, status, reason, checks: [], messages: [], durationMs: 0 }
}

/** The local time of the place (UTC+8), as DE 12 and 13 want it. */
function momentOf(at: Date): { time: string; date: string } {
  const local = new Date(at.getTime() + 8 * 3_600_000).toISOString()
  return { time: local.slice(11, 19).replaceAll(':', ''), date: local.slice(5, 10).replace('-', '') }
}
