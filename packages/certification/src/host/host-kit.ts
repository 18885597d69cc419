// What a host case works with: the kit as one terminal. It signs on, seals and sends requests, keeps trace, batch and journal as
// a terminal must, and has the judgements every case needs (approved, refused with these codes, money moved by so much).

import { CaseStop, type CaseRecord } from '../course/case-record.ts'
import type { Codec, Message } from '@shua/iso8583'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import { WorkingKeys } from '../keys/working-keys.ts'
import { cardOf, type CertificationProfile, type TestCard } from '../profile/certification-profile.ts'
import type { CardPurposeName } from '../profile/card-purpose.ts'
import { type BatchEntry, yuan } from '../protocol/batch-fields.ts'
import { type ManagementKind, managementShapes, paymentKindOf, paymentShapes } from '../protocol/catalogue.ts'
import { HostConnection } from '../wire/host-connection.ts'
import { balanceOf, judgeAnswer, type AnswerClass, type Exchange } from './judge-answer.ts'
import {
  managementRequest,
  paymentRequest,
  reversalRequest,
  type Original,
  type PaymentDetails,
} from './payment-request.ts'

export interface HostKitOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly profile: CertificationProfile
  readonly codec: Codec
  readonly module: SecurityModule
  readonly masterKey: KeyBlock
  readonly random: (size: number) => Buffer
  /** The first trace number; a terminal that comes back must not repeat those of the open batch. */
  readonly firstStan: number
}

export type PayOptions = Omit<PaymentDetails, 'card' | 'entry'> & Partial<Pick<PaymentDetails, 'card' | 'entry'>>

const macPlaceholder = new Uint8Array(8)

export class HostKit {
  readonly profile: CertificationProfile
  readonly codec: Codec
  readonly module: SecurityModule
  readonly random: (size: number) => Buffer
  readonly address: HostKitOptions['address']
  readonly masterKey: KeyBlock
  /** Approved payments of the open batch, as the terminal counts them. */
  journal: BatchEntry[] = []
  batchNumber = '000000'
  tpdu: string
  header: string
  /** What a case in two steps hands from one to the other. */
  lastOriginal: Original | undefined
  /** Set by the runner for each case. */
  record: CaseRecord
  caseId = ''
  #keys: WorkingKeys | undefined
  #stan: number
  #kept: HostConnection | undefined

  constructor(options: HostKitOptions, record: CaseRecord) {
    this.profile = options.profile
    this.codec = options.codec
    this.module = options.module
    this.random = options.random
    this.address = options.address
    this.masterKey = options.masterKey
    this.tpdu = options.profile.terminal.tpdu
    this.header = options.profile.terminal.header
    this.#stan = options.firstStan - 1
    this.record = record
  }

  get keys(): WorkingKeys {
    if (this.#keys === undefined) throw new CaseStop('the kit has no working keys: no sign-on succeeded')
    return this.#keys
  }

  close(): void {
    this.#kept?.close()
    this.#kept = undefined
  }

  nextStan(): string {
    this.#stan = (this.#stan % 999_999) + 1
    return String(this.#stan).padStart(6, '0')
  }

  /** The card of a purpose; the case stops without it. */
  card(purpose: CardPurposeName): TestCard {
    const card = cardOf(this.profile, purpose)
    if (card === undefined) throw new CaseStop(`the profile has no card for '${purpose}'`)
    return card
  }

  // ── sending ──

  connect(): Promise<HostConnection> {
    return HostConnection.open(this.address, this.profile.host.answerTimeoutMs)
  }

  /** The bytes of a request as they go out; with DE 64 when it is to be sealed. */
  pack(message: Message, sealed: 'sealed' | 'bare' = 'bare'): Buffer {
    message.envelope['tpdu'] = this.tpdu
    message.envelope['header'] = this.header
    if (sealed === 'bare') return this.codec.pack(message)
    message.set(64, macPlaceholder)
    const { data } = this.codec.macInput(this.codec.pack(message))
    message.set(64, this.keys.mac(data))
    return this.codec.pack(message)
  }

  /** One request, one answer. The case stops when there is none. */
  async exchange(request: Message, sealed: 'sealed' | 'bare'): Promise<Exchange> {
    const requestBytes = this.pack(request, sealed)
    const answerBytes = await this.exchangeBytes(requestBytes)
    if (answerBytes === undefined) this.record.fail('an answer within the time-out', 'no answer')
    return { request, requestBytes, answer: this.codec.unpackPartly(answerBytes).message, answerBytes }
  }

  /** Any bytes as one frame; undefined when no answer came. */
  async exchangeBytes(requestBytes: Buffer): Promise<Buffer | undefined> {
    const { connection: habit, answerTimeoutMs } = this.profile.host
    if (this.#kept?.ended === true) this.#kept = undefined
    const connection = this.#kept ?? (await this.connect())
    this.record.message('out', requestBytes)
    connection.send(requestBytes)
    const answer = await connection.receive(answerTimeoutMs)
    if (answer !== undefined) this.record.message('in', answer)
    // After silence a late answer could be taken for the next request's.
    if (habit === 'kept' && answer !== undefined) this.#kept = connection
    else connection.close()
    return answer
  }

  // ── management ──

  async signOn(networkCode = this.signOnCode()): Promise<Exchange> {
    const { licenceAndSerial, operator } = this.profile.terminal
    const serial = licenceAndSerial ?? ''
    const length = String(serial.length).padStart(2, '0')
    const request = managementRequest(
      {
        kind: 'signOn',
        networkCode,
        stan: this.nextStan(),
        batchNumber: '000000',
        operator,
        ...(serial === '' ? {} : { data: Buffer.from(`Sequence No${length}${serial}`, 'latin1') }),
      },
      this.profile,
    )
    const exchange = await this.exchange(request, 'bare')
    if (exchange.answer.text('39') === '00') this.#adopt(exchange.answer, networkCode)
    return exchange
  }

  /** §2.1: 003 and 004 for 3DES, 005 and 006 for SM4; the even ones bring a track key. */
  signOnCode(withTrackKey = this.profile.crypto.trackEncrypted): string {
    if (this.profile.crypto.keySet.algorithm === 'sm4') return withTrackKey ? '006' : '005'
    return withTrackKey ? '004' : '003'
  }

  #adopt(answer: Message, networkCode: string): void {
    this.#keys = WorkingKeys.open({
      module: this.module,
      profile: this.profile.crypto,
      under: this.masterKey,
      block: answer.bytes('62') ?? new Uint8Array(),
      withTrackKey: networkCode === '004' || networkCode === '006',
    })
    const batchNumber = answer.text('60.2') ?? '000000'
    if (batchNumber !== this.batchNumber) this.journal = []
    this.batchNumber = batchNumber
  }

  /** Makes sure there are keys; what the sign-on itself must be is a case of its own. */
  async ready(): Promise<void> {
    if (this.#keys !== undefined) return
    const { answer } = await this.signOn()
    this.record.require('sign-on', '00', answer.text('39') ?? 'absent')
  }

  forgetKeys(): void {
    this.#keys = undefined
  }

  async manage(
    kind: ManagementKind,
    more: { networkCode?: string; data?: Uint8Array; digits?: string; batchNumber?: string } = {},
  ): Promise<Exchange> {
    // §2.9, observed bitmaps: echo, status and downloads carry no trace.
    const withStan = ['signOff', 'settlement', 'batchUpload', 'batchUploadEnd'].includes(kind)
    const request = managementRequest(
      {
        kind,
        networkCode: more.networkCode ?? managementShapes[kind].networkCodes[0],
        batchNumber: more.batchNumber ?? this.batchNumber,
        ...(withStan ? { stan: this.nextStan() } : {}),
        ...(kind === 'signOff' || kind === 'settlement' ? { operator: this.profile.terminal.operator } : {}),
        ...(more.data === undefined ? {} : { data: more.data }),
        ...(more.digits === undefined ? {} : { digits: more.digits }),
      },
      this.profile,
    )
    if (kind === 'settlement') request.set(49, '156')
    return this.exchange(request, 'bare')
  }

  // ── payments ──

  payment(options: PayOptions, stan = this.nextStan()): Message {
    const { profile, keys, batchNumber } = this
    const card = options.card ?? this.card('good')
    const entry = options.entry ?? (card.track2 === undefined ? 'keyed' : 'stripe')
    return paymentRequest({ ...options, card, entry }, { profile, keys, batchNumber, stan })
  }

  /** A request with the card's PIN, sealed and sent; an approval enters the journal. */
  async pay(options: PayOptions): Promise<Exchange> {
    await this.ready()
    return this.payWith(this.payment(options), options.card ?? this.card('good'))
  }

  async payWith(request: Message, card = this.card('good')): Promise<Exchange> {
    const exchange = await this.exchange(request, 'sealed')
    if (exchange.answer.text('39') === '00') this.#keep(request, card)
    return exchange
  }

  #keep(request: Message, card: TestCard): void {
    const kind = paymentKindOf(request)
    const counts = kind === undefined ? 'none' : paymentShapes[kind].counts
    const [stan, amountMinor] = [request.text('11'), request.amount('4')]
    if (counts === 'none' || stan === undefined || amountMinor === undefined) return
    // A 0220 that comes again is the same payment.
    if (this.journal.some((entry) => entry.stan === stan)) return
    this.journal.push({ counts, stan, pan: card.pan.reveal(), amountMinor })
  }

  /** Pays and judges the approval; the case stops when it is none. */
  async approved(options: PayOptions): Promise<Exchange> {
    const exchange = await this.pay({ pin: (options.card ?? this.card('good')).pin, ...options })
    this.judge(exchange, options.kind === 'balanceInquiry' ? 'inquiry' : 'payment', options.card ?? this.card('good'))
    this.record.require(
      `answer to the ${paymentShapes[options.kind].title.en}`,
      '00',
      exchange.answer.text('39') ?? 'absent',
    )
    return exchange
  }

  needOriginal(): Original {
    if (this.lastOriginal === undefined) throw new CaseStop('the first step left nothing to go on with')
    return this.lastOriginal
  }

  reversal(original: Message, reason = '98'): Message {
    return reversalRequest(original, paymentKindOf(original) ?? 'purchase', reason, this.card('good'))
  }

  async reverse(
    original: Message,
    reason = '98',
    change: (message: Message) => void = () => undefined,
  ): Promise<Exchange> {
    const request = this.reversal(original, reason)
    change(request)
    const exchange = await this.exchange(request, 'sealed')
    if (exchange.answer.text('39') === '00') {
      this.journal = this.journal.filter(({ stan }) => stan !== original.text('11'))
    }
    return exchange
  }

  // ── judging ──

  judge(exchange: Exchange, answerClass: AnswerClass, card?: TestCard): void {
    const { record, codec, profile } = this
    const keys = this.#keys
    judgeAnswer(exchange, answerClass, { record, codec, profile, keys, ...(card === undefined ? {} : { card }) })
  }

  /** DE 39 is one of the codes; a profile may name others for the case. */
  expectCode(exchange: Exchange, codes: readonly string[], what = 'F39'): boolean {
    const wanted = this.profile.expected[this.caseId] ?? codes
    const got = exchange.answer.text('39') ?? 'absent'
    return this.record.check(what, wanted.join(' or '), got, wanted.includes(got))
  }

  /** Judges a refusal: one of the codes, no approval, the same echoes as any answer. */
  refused(exchange: Exchange, codes: readonly string[], answerClass: AnswerClass = 'payment'): void {
    this.judge(exchange, answerClass)
    this.expectCode(exchange, codes)
    // §4.2: a MAC failure is answered without a MAC by some hosts and with one by others; with one it must be right.
    this.record.check('F38', 'absent', exchange.answer.has(38) ? 'present' : 'absent')
  }

  /** The available balance of a card in fen; undefined when the host does not tell it. */
  async balance(card = this.card('good')): Promise<bigint | undefined> {
    if (!this.profile.flows.balanceInquiry) return undefined
    const { answer } = await this.pay({ kind: 'balanceInquiry', card, pin: card.pin })
    this.record.require('balance inquiry', '00', answer.text('39') ?? 'absent')
    return balanceOf(answer)
  }

  /** Does the work and checks that it moved the balance of the good card by so many fen, no more and no less. */
  async moves(fen: bigint, work: () => Promise<void>): Promise<void> {
    await this.ready()
    const before = await this.balance()
    await work()
    if (before === undefined) return
    await this.ready()
    const after = await this.balance()
    if (after !== undefined) this.record.check('balance moved by', yuan(fen), yuan(after - before))
  }

  echoRequest(): Message {
    return managementRequest({ kind: 'echo', networkCode: '301', batchNumber: this.batchNumber }, this.profile)
  }

  async alive(): Promise<void> {
    const exchange = await this.manage('echo')
    this.record.check('the host still answers (echo)', '00', exchange.answer.text('39') ?? 'absent')
  }
}

/** What later requests need of an approved exchange. */
export function originalOf({ request, answer }: Exchange): Original {
  return {
    batchNumber: request.text('60.2') ?? '',
    stan: request.text('11') ?? '',
    date: answer.text('13') ?? '',
    rrn: answer.text('37') ?? '',
    approvalCode: answer.text('38') ?? '',
  }
}
