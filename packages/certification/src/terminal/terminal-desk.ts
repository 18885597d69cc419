// What a terminal case works with: the kit as the host. It takes requests, watches every one of them, decides as an honest host does,
// and answers as the case wants: rightly, wrongly, late, in pieces, twice, or not at all.

import { Fault } from '@shua/assert'
import type { Codec, Message, Title } from '@shua/iso8583'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import { type CaseRecord, CaseStop } from '../course/case-record.ts'
import { WorkingKeys } from '../keys/working-keys.ts'
import type { CertificationProfile, TestCard } from '../profile/certification-profile.ts'
import { formatTotals, noTotals, parseTotals, sameTotals, totalsOf } from '../protocol/batch-fields.ts'
import { isPayment, requestKindOf, titleOf, type PaymentKind, type RequestKind } from '../protocol/catalogue.ts'
import type { Arrival, TerminalListener } from '../wire/terminal-listener.ts'
import { answerMessage, type AnswerFacts, type Moment } from './answer.ts'
import { DeviceBook, type BookPayment } from './device-book.ts'
import { Observations } from './observations.ts'
import { pinIsOf, TraceWatch, watchRequest, type Request } from './watch-request.ts'

export type Incoming = Request & Pick<Arrival, 'connection'>

/** How an answer leaves. */
export interface Delivery {
  readonly mac?: 'right' | 'wrong' | 'none'
  /** Header digit 6: what the host asks for next (§1.2). */
  readonly headerDigit?: string
  /** Changes the answer before its MAC is made. */
  readonly change?: (message: Message) => void
}

export interface TerminalDeskOptions {
  readonly profile: CertificationProfile
  readonly codec: Codec
  readonly module: SecurityModule
  readonly masterKey: KeyBlock
  readonly listener: TerminalListener
  readonly moment: () => Moment
  /** Tells the person, or the program, at the terminal what to do next. */
  readonly prompt: (text: Title, kind: RequestKind | undefined) => void
}

const macPlaceholder = new Uint8Array(8)
const signed = ['00', '10']

export class TerminalDesk {
  readonly profile: CertificationProfile
  readonly book: DeviceBook
  readonly observations: Observations
  batchNumber: string
  /** Set by the runner for each case. */
  record: CaseRecord
  readonly #options: TerminalDeskOptions
  readonly #traces = new TraceWatch()
  readonly #returned: Incoming[] = []
  #keys: WorkingKeys | undefined
  #first: Incoming | undefined

  constructor(options: TerminalDeskOptions, record: CaseRecord) {
    this.#options = options
    this.profile = options.profile
    this.book = new DeviceBook(() => options.moment().date)
    this.observations = new Observations(options.codec)
    this.batchNumber = options.profile.device.firstBatch
    this.record = record
  }

  /** The request the case began with. */
  get first(): Incoming {
    if (this.#first === undefined) throw new CaseStop('the case has not begun')
    return this.#first
  }

  begin(first: Incoming): void {
    this.#first = first
  }

  prompt(text: Title, kind?: RequestKind): void {
    this.#options.prompt(text, kind)
  }

  // ── requests ──

  /** The next request that can be read; undefined when none came in time. */
  async next(timeoutMs = this.profile.device.waitMs): Promise<Incoming | undefined> {
    const returned = this.#returned.shift()
    if (returned !== undefined) return returned
    for (;;) {
      const arrival = await this.#options.listener.next(timeoutMs)
      if (arrival === undefined) return undefined
      const incoming = this.#read(arrival)
      if (incoming !== undefined) return incoming
    }
  }

  /** A request that a case took and is not its own; it was watched already. */
  putBack(incoming: Incoming): void {
    this.#returned.unshift(incoming)
  }

  #read({ payload, connection }: Arrival): Incoming | undefined {
    const { record: current, observations } = this
    const { codec } = this.#options
    current.message('in', payload)
    let message: Message
    try {
      message = codec.unpack(payload)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const findings = [
        { what: 'bytes', expected: 'a message of the dialect', got: `${error.code} ${error.path ?? ''}` },
      ]
      observations.note('message.format', payload, { findings, current })
      return undefined
    }
    observations.note('message.format', payload, { findings: [], current })
    const kind = requestKindOf(message)
    const got = `${message.mti} ${message.text('3') ?? ''} ${message.text('25') ?? ''} ${message.text('60.1') ?? ''}`
    const findings = kind === undefined ? [{ what: 'transaction', expected: 'one of §2.1', got }] : []
    observations.note('message.kind', payload, { findings, current })
    if (kind === undefined) {
      connection.send(this.#pack(answerMessage(message, { code: '40' }, this.#options.moment()), 'none'))
      return undefined
    }
    const request = watchRequest(payload, message, kind, {
      profile: this.profile,
      observations,
      book: this.book,
      keys: this.#keys,
      batchNumber: this.batchNumber,
      traces: this.#traces,
      current,
      macInput: (bytes) => codec.macInput(bytes),
    })
    return { ...request, connection }
  }

  /** The next request of one of these kinds; what manages the session in between is answered on the way. */
  async expect(kinds: readonly RequestKind[], what: string): Promise<Incoming> {
    const wanted = kinds.map((kind) => titleOf(kind).en).join(' or ')
    for (;;) {
      const incoming = await this.next()
      if (incoming === undefined) throw this.#stop(what, wanted, 'nothing within the waiting time')
      if (kinds.includes(incoming.kind)) return incoming
      if (!aside.has(incoming.kind)) {
        this.putBack(incoming)
        throw this.#stop(what, wanted, titleOf(incoming.kind).en)
      }
      this.answer(incoming)
    }
  }

  #stop(what: string, expected: string, got: string): CaseStop {
    this.record.check(what, expected, got, false)
    return new CaseStop(`${what}: expected ${expected}, got ${got}`)
  }

  /** The 0400 of a payment in doubt, before any other transaction, for one of these reasons (§4.1). */
  async expectReversal(of: Incoming, reasons: readonly string[]): Promise<Incoming> {
    const stan = of.message.text('11') ?? ''
    const reversal = await this.expect(['reversal'], `a reversal of trace ${stan} before the next transaction`)
    this.record.check('F11 of the reversal', stan, reversal.message.text('11') ?? 'absent')
    const reason = reversal.message.text('39') ?? 'absent'
    this.record.check('F39 of the reversal', reasons.join(' or '), reason, reasons.includes(reason))
    return reversal
  }

  // ── answers ──

  /** What an honest host answers, with all it does to the books; `wanted` is the code of a payment that nothing forbids. */
  decide(incoming: Incoming, wanted = '00'): AnswerFacts {
    const { kind, message } = incoming
    if (isPayment(kind)) return this.#decidePayment(incoming, kind, wanted)
    switch (kind) {
      case 'reversal':
        if (!incoming.macRight) return { code: 'A0' }
        return { code: this.book.reverse(this.book.find(message.text('60.2'), message.text('11'))) }
      case 'echo':
      case 'statusReport':
      case 'parameterDownloadEnd':
      case 'stopListDownloadEnd':
        return { code: '00' }
      case 'signOn':
        return { code: '00', batchNumber: this.batchNumber, data: this.makeKeys(message) }
      case 'signOff':
        this.#keys = undefined
        return { code: '00' }
      case 'parameterDownload':
        return { code: '00', data: parameters(this.profile) }
      case 'stopListDownload':
        return { code: '00', data: Buffer.from('0000', 'latin1') }
      case 'settlement':
        return { code: '00', digits: this.#settlementAnswer(message) }
      case 'batchUpload':
        return { code: '00', digits: message.text('48') }
      case 'batchUploadEnd':
        this.#closeBatch(message)
        return { code: '00', digits: message.text('48') }
    }
  }

  #decidePayment(incoming: Incoming, kind: PaymentKind, wanted: string): AnswerFacts {
    if (this.#keys === undefined) return { code: '77' }
    if (!incoming.macRight) return { code: 'A0', kind }
    if (incoming.message.text('60.2') !== this.batchNumber) return { code: '77', kind }
    const pan = incoming.pan?.reveal()
    if (pan === undefined) return { code: '14', kind }
    const { code, payment } = this.book.decide(kind, incoming.message, pan, wanted)
    return { code, payment, kind, pan }
  }

  #settlementAnswer(message: Message): string {
    const own = totalsOf(this.book.entries(this.batchNumber))
    const asked = parseTotals(message.text('48'))
    const flag = asked !== undefined && sameTotals(asked.domestic, own) ? '1' : '2'
    return formatTotals(own, `${flag}${asked !== undefined && sameTotals(asked.foreign, noTotals) ? '1' : '2'}`)
  }

  #closeBatch(message: Message): void {
    // The end message may come twice; only the first one opens the next batch.
    if (message.text('60.2') !== this.batchNumber) return
    this.batchNumber = String((Number(this.batchNumber) % 999_999) + 1).padStart(6, '0')
  }

  /** Fresh keys for a sign-on; from now on they are the ones that count. */
  makeKeys(request: Message): Buffer {
    const code = request.text('60.3')
    const { module, masterKey } = this.#options
    const withTrackKey = code === '004' || code === '006'
    const { keys, block } = WorkingKeys.make({ module, profile: this.profile.crypto, under: masterKey, withTrackKey })
    this.#keys = keys
    return block
  }

  get keys(): WorkingKeys | undefined {
    return this.#keys
  }

  pinIsOf(card: TestCard, { message }: Incoming): boolean {
    return pinIsOf(card, message, { keys: this.#keys, profile: this.profile })
  }

  /** Keeps the former keys: the terminal cannot have taken the new ones. */
  keepKeys(keys: WorkingKeys | undefined): void {
    this.#keys = keys
  }

  /** Approves, but in such a way that the terminal cannot know: it must reverse, or repeat a 0220. */
  approveInVain(incoming: Incoming): AnswerFacts {
    const facts = this.decide(incoming)
    this.record.require('the request deserves an approval', '00', facts.code)
    this.doubt(facts.payment)
    return facts
  }

  doubt(payment: BookPayment | undefined): void {
    if (payment !== undefined && payment.state === 'standing') payment.state = 'doubtful'
  }

  bytes(incoming: Incoming, facts: AnswerFacts, delivery: Delivery = {}): Buffer {
    const message = answerMessage(incoming.message, facts, this.#options.moment())
    const { header = '' } = message.envelope
    if (delivery.headerDigit !== undefined) {
      message.envelope['header'] = header.slice(0, 5) + delivery.headerDigit + header.slice(6)
    }
    delivery.change?.(message)
    const signs = signed.includes(facts.code) && incoming.message.has(64)
    return this.#pack(message, signs ? (delivery.mac ?? 'right') : 'none')
  }

  #pack(message: Message, mac: 'right' | 'wrong' | 'none'): Buffer {
    const { codec } = this.#options
    const keys = this.#keys
    if (mac === 'none' || keys === undefined) return codec.pack(message)
    message.set(64, macPlaceholder)
    const { data } = codec.macInput(codec.pack(message))
    const right = keys.mac(data)
    if (mac === 'wrong') right[0] = right[0] === 0x30 ? 0x31 : 0x30
    return codec.pack(message.set(64, right))
  }

  send(incoming: Incoming, bytes: Buffer): void {
    this.record.message('out', bytes)
    incoming.connection.send(bytes)
  }

  /** Decides honestly and answers. */
  answer(incoming: Incoming, delivery: Delivery = {}): AnswerFacts {
    const facts = this.decide(incoming)
    this.send(incoming, this.bytes(incoming, facts, delivery))
    return facts
  }

  answerWith(incoming: Incoming, code: string, delivery: Delivery = {}): AnswerFacts {
    const facts = this.decide(incoming, code)
    this.send(incoming, this.bytes(incoming, facts, delivery))
    return facts
  }
}

/** What may come at any time and moves no money. */
const aside = new Set<RequestKind>([
  'signOn',
  'echo',
  'statusReport',
  'parameterDownload',
  'parameterDownloadEnd',
  'stopListDownload',
  'stopListDownloadEnd',
])

/** §2.5, parameters 360: two-character codes, each with its value. */
function parameters({ device }: CertificationProfile): Buffer {
  const seconds = Math.min(Math.max(Math.ceil(device.answerTimeoutMs / 1000), 1), 99)
  const values = {
    '12': String(seconds).padStart(2, '0'),
    '13': '3',
    '20': '1',
    '21': '0',
    '22': device.merchantName.padEnd(40),
    '23': '3',
  }
  return Buffer.from(
    Object.entries(values)
      .map(([code, value]) => code + value)
      .join(''),
    'latin1',
  )
}
