// One simulated terminal: a kept connection, working keys from a real sign-on, a trace counter, and its own record of what was
// approved. It checks every answer (it belongs to the request, its MAC is right), undoes what had no answer, and settles its
// batch against the host at the end. Its requests are built as terminal-core builds them; only the journal is in memory.

import { assert, Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import type { Codec, Message } from '@shua/iso8583'
import { loadMerchantId, loadPin, loadTerminalId } from '@shua/server'
import {
  answerDifference,
  endsReversal,
  formatSettlementTotals,
  isApproval,
  noOriginal,
  noTotals,
  parseSettlementTotals,
  readAnswer,
  transactionTypes,
  writeManagementMessage,
  writePaymentMessage,
  writeReversalMessage,
  type CardTotals,
  type ManagementKind,
  type OriginalReference,
  type RequestHead,
} from '@shua/scheme'
import type { SoftwareSecurityModule } from '@shua/security-module'
import { HostConnection } from './host-connection.ts'
import type { LoadCard, LoadCards } from './load-card.ts'
import type { LoadKind, LoadTally } from './load-tally.ts'
import { PurchaseTemplate } from './purchase-template.ts'
import { profile, TerminalKeys } from './terminal-keys.ts'

export interface LoadTerminalOptions {
  readonly index: number
  readonly host: string
  readonly port: number
  readonly codec: Codec
  readonly module: SoftwareSecurityModule
  readonly cards: LoadCards
  readonly tally: LoadTally
  readonly timeoutMs: number
  /** From 0 to below 1. */
  readonly random: () => number
}

interface Purchase {
  readonly stan: number
  readonly amountMinor: bigint
  readonly card: LoadCard
  readonly rrn: string
  /** MMDD */
  readonly date: string
}

const tpdu = '6000030000'
const header = '603100310000'
const envelopeBytes = 11
const macBytes = 8
const macPlaceholder = new Uint8Array(macBytes)
/** DE 48 counts with three digits, so a terminal must settle before 1,000 of a side. */
const batchCountMax = 900
/** Purchases remembered for a later void or refund. */
const rememberedMax = 16
const undoAttemptsMax = 30
const undoPauseMs = 1_000

export class LoadTerminal {
  readonly #options: LoadTerminalOptions
  readonly #connection: HostConnection
  readonly #pin = new Sensitive(loadPin)
  #keys: TerminalKeys | undefined
  #template: { readonly message: Message; readonly bytes: PurchaseTemplate } | undefined
  #batch = '000000'
  #stan = 0
  #totals: CardTotals = noTotals
  #purchases: Purchase[] = []
  /** False once something could not be brought to an end: its totals prove nothing then. */
  #certain = true

  constructor(options: LoadTerminalOptions) {
    this.#options = options
    this.#connection = new HostConnection(options.host, options.port)
  }

  get terminalId(): string {
    return loadTerminalId(this.#options.index)
  }

  /** Signs on and makes sure that the batch is empty. Fault LOAD_SIGN_ON. */
  async open(): Promise<void> {
    const answer = await this.#manage('signOn', '003', { operator: '01' })
    const { responseCode, data, batchNumber } = answer ? readAnswer(answer) : {}
    if (responseCode !== '00' || data === undefined || batchNumber === undefined) {
      const details = { terminalId: this.terminalId, responseCode: responseCode ?? 'none' }
      throw new Fault('LOAD_SIGN_ON', `terminal ${this.terminalId} could not sign on (${details.responseCode})`, {
        details,
      })
    }
    this.#keys = TerminalKeys.open(this.#options.module, data)
    this.#openBatch(batchNumber)
    // An earlier run may have been stopped in the middle; what it left cannot be told from what this run does.
    await this.settle()
  }

  close(): void {
    this.#connection.close()
  }

  /** Plays one transaction; `intendedMs` is when it should have begun, by performance.now(). */
  async play(kind: LoadKind, intendedMs: number): Promise<void> {
    const earlier = kind === 'void' || kind === 'refund' ? this.#purchases.pop() : undefined
    if (kind === 'balanceInquiry') await this.#inquire(intendedMs)
    else if (kind === 'void' && earlier) await this.#voidPurchase(earlier, intendedMs)
    else if (kind === 'refund' && earlier) await this.#refund(earlier, intendedMs)
    else await this.#purchase(intendedMs, kind === 'reversal')
    const { debitCount, creditCount } = this.#totals
    if (debitCount < batchCountMax && creditCount < batchCountMax) return
    // Where the terminal and its host differ is found out at the end of the run at the latest, and stays so.
    if ((await this.settle()) !== true) this.#certain = false
  }

  /** Whether the host's totals are ours; closes the batch either way. Undefined when the host did not answer. */
  async settle(): Promise<boolean | undefined> {
    const totals = this.#totals
    const asked = { ...totals, flag: 0 } as const
    const digits = formatSettlementTotals({ domestic: asked, foreign: { ...noTotals, flag: 0 } })
    const answer = await this.#manage('settlement', '201', { operator: '01', digits, currency: true })
    const told = answer ? parseSettlementTotals(answer.text('48') ?? '') : undefined
    if (told === undefined) return undefined
    const balanced = told.domestic.flag === 1 && told.foreign.flag === 1
    const ended = await this.#manage('batchUploadEnd', balanced ? '207' : '202', { digits: '0000' })
    if (ended?.text('39') !== '00') return undefined
    this.#openBatch(String((Number(this.#batch) % 999_999) + 1).padStart(6, '0'))
    return balanced && this.#certain
  }

  #openBatch(batchNumber: string): void {
    this.#batch = batchNumber
    this.#totals = noTotals
    this.#purchases = []
    this.#template = undefined
  }

  async #purchase(intendedMs: number, undo: boolean): Promise<void> {
    const { tally, cards, random } = this.#options
    const card = cards.at(Math.floor(random() * cards.count))
    const amountMinor = BigInt(100 + Math.floor(random() * 9_900))
    const stan = this.#nextStan()
    const { message, payload } = this.#buildPurchase(card, amountMinor, stan)
    const answer = await this.#exchange(message, payload)
    const code = answer?.text('39')
    if (code !== undefined) tally.answered('purchase', code, performance.now() - intendedMs)
    if (answer === undefined || undo) await this.#undo('purchase', { stan, amountMinor, entryMode: '021' })
    else if (isApproval(code ?? '')) {
      this.#count('debit', amountMinor)
      this.#purchases.push({ stan, amountMinor, card, rrn: answer.text('37') ?? '', date: answer.text('13') ?? '' })
      if (this.#purchases.length > rememberedMax) this.#purchases.shift()
    }
  }

  #buildPurchase(card: LoadCard, amountMinor: bigint, stan: number): { message: Message; payload: Buffer } {
    const { codec } = this.#options
    const keys = this.#openKeys()
    const pinBlock = keys.pinBlock(this.#pin, card.pan)
    const write = (): Message => this.#seal(this.#payment('purchase', { card, amountMinor, stan, pinBlock }))
    const isFirst = this.#template === undefined
    this.#template ??= templateOf(codec, write())
    const { message, bytes } = this.#template
    message.set(4, amountMinor).set(11, sixDigits(stan))
    const payload = bytes.sign(bytes.fill({ amountMinor, stan, card, pinBlock }), (data) => keys.mac(data))
    assert(!isFirst || payload.equals(this.#packSigned(write())), 'a template packs what the codec packs')
    return { message, payload }
  }

  async #inquire(intendedMs: number): Promise<void> {
    const { cards, random, tally } = this.#options
    const card = cards.at(Math.floor(random() * cards.count))
    const pinBlock = this.#openKeys().pinBlock(this.#pin, card.pan)
    const request = this.#seal(this.#payment('balanceInquiry', { card, stan: this.#nextStan(), pinBlock }))
    const answer = await this.#exchange(request, this.#packSigned(request))
    if (answer) tally.answered('balanceInquiry', answer.text('39') ?? '', performance.now() - intendedMs)
  }

  async #voidPurchase({ stan: original, amountMinor, card, rrn }: Purchase, intendedMs: number): Promise<void> {
    const stan = this.#nextStan()
    const reference = { ...noOriginal, batchNumber: this.#batch, stan: sixDigits(original), rrn }
    const request = this.#seal(this.#payment('void', { card, amountMinor, stan, original: reference }))
    const answer = await this.#exchange(request, this.#packSigned(request))
    if (answer === undefined) {
      await this.#undo('void', {
        stan,
        amountMinor,
        entryMode: '022',
        original: { batchNumber: this.#batch, stan: sixDigits(original) },
      })
      return
    }
    this.#options.tally.answered('void', answer.text('39') ?? '', performance.now() - intendedMs)
    if (isApproval(answer.text('39') ?? '')) this.#count('credit', amountMinor)
  }

  /** An advice is never reversed: it is sent again, under the same trace, until it is answered. */
  async #refund({ amountMinor, card, rrn, date }: Purchase, intendedMs: number): Promise<void> {
    const half = amountMinor / 2n
    const original = { ...noOriginal, rrn, date }
    const request = this.#seal(this.#payment('refund', { card, amountMinor: half, stan: this.#nextStan(), original }))
    const answer = await this.#insist(() => this.#exchange(request, this.#packSigned(request)))
    if (answer === undefined) return
    this.#options.tally.answered('refund', answer.text('39') ?? '', performance.now() - intendedMs)
    if (isApproval(answer.text('39') ?? '')) this.#count('credit', half)
  }

  async #undo(
    reverses: 'purchase' | 'void',
    o: { stan: number; amountMinor: bigint; entryMode: string; original?: { batchNumber: string; stan: string } },
  ): Promise<void> {
    const { tally } = this.#options
    const request = this.#enveloped(
      writeReversalMessage({
        reverses,
        head: { ...this.#head(o.stan), typeCode: transactionTypes[reverses].typeCode },
        amount: { minorUnits: o.amountMinor, currency: 'CNY' },
        entryMode: o.entryMode,
        reason: '98',
        pan: undefined,
        approvalCode: undefined,
        original: o.original && { ...o.original, date: undefined },
      }),
    )
    this.#seal(request)
    const startMs = performance.now()
    const answer = await this.#insist(async () => {
      const answered = await this.#exchange(request, this.#packSigned(request))
      // A host that is busy, or whose database is away, has not reversed; the terminal goes on asking.
      return endsReversal(answered?.text('39') ?? '') ? answered : undefined
    })
    if (answer === undefined) return
    tally.answered('reversal', answer.text('39') ?? '', performance.now() - startMs)
  }

  async #insist(attempt: () => Promise<Message | undefined>): Promise<Message | undefined> {
    for (let count = 0; count < undoAttemptsMax; count++) {
      if (count > 0) await new Promise((resolve) => setTimeout(resolve, undoPauseMs))
      const answer = await attempt()
      if (answer !== undefined) return answer
    }
    this.#unresolved()
    return undefined
  }

  #unresolved(): void {
    this.#certain = false
    this.#options.tally.problem('unresolved')
  }

  #count(side: 'debit' | 'credit', minor: bigint): void {
    const { debitMinor, debitCount, creditMinor, creditCount } = this.#totals
    this.#totals =
      side === 'debit'
        ? { debitMinor: debitMinor + minor, debitCount: debitCount + 1, creditMinor, creditCount }
        : { debitMinor, debitCount, creditMinor: creditMinor + minor, creditCount: creditCount + 1 }
  }

  /** Sends and judges; whatever is wrong with the answer counts as a problem and as no answer. */
  async #exchange(request: Message, payload: Buffer): Promise<Message | undefined> {
    const { codec, tally, timeoutMs } = this.#options
    const bytes = await this.#connection.exchange(payload, timeoutMs)
    if (bytes === undefined) {
      tally.problem('noAnswer')
      return undefined
    }
    const { message: answer, fault } = codec.unpackPartly(bytes)
    if (fault !== undefined) tally.problem('unreadable')
    else if (answerDifference(request, answer) !== undefined) tally.problem('mismatched')
    else if (!this.#macIsRight(request, answer, bytes)) tally.problem('macWrong')
    else return answer
    return undefined
  }

  /** The host signs what it approves, except the messages around a session (terminal-protocol §3.7). */
  #macIsRight(request: Message, answer: Message, bytes: Buffer): boolean {
    const mac = answer.bytes(64)
    const mustSign = request.has(64) && isApproval(answer.text('39') ?? '')
    if (mac === undefined) return !mustSign
    return this.#openKeys().verify(bytes.subarray(envelopeBytes, bytes.length - macBytes), mac)
  }

  async #manage(
    kind: ManagementKind,
    networkCode: string,
    o: { operator?: string; digits?: string; currency?: boolean },
  ): Promise<Message | undefined> {
    const head = {
      ...this.#head(this.#nextStan()),
      typeCode: '00',
      networkCode,
      readCapability: undefined,
      chipCondition: undefined,
    }
    const request = this.#enveloped(
      writeManagementMessage({ kind, head, operator: o.operator, data: undefined, digits: o.digits }),
    )
    if (o.currency === true) request.set(49, '156')
    return this.#exchange(request, this.#options.codec.pack(request))
  }

  #payment(
    kind: 'purchase' | 'balanceInquiry' | 'void' | 'refund',
    o: { card: LoadCard; stan: number; amountMinor?: bigint; pinBlock?: Buffer; original?: OriginalReference },
  ): Message {
    const { pinFormat, pinAlgorithmDigit } = profile
    return this.#enveloped(
      writePaymentMessage({
        kind,
        head: { ...this.#head(o.stan), typeCode: transactionTypes[kind].typeCode },
        amount: o.amountMinor === undefined ? undefined : { minorUnits: o.amountMinor, currency: 'CNY' },
        currency: 'CNY',
        entryMode: { method: 'stripe', pin: o.pinBlock ? 'entered' : 'none' },
        card: { pan: undefined, expiry: undefined, track2: o.card.track2 },
        trackEncrypted: false,
        pin: o.pinBlock && { block: new Sensitive<Uint8Array>(o.pinBlock), format: pinFormat },
        pinAlgorithmDigit,
        original: o.original ?? noOriginal,
        operator: kind === 'refund' ? '000' : '01',
      }),
    )
  }

  #head(stan: number): RequestHead & { readonly stan: string } {
    return {
      terminalId: this.terminalId,
      merchantId: loadMerchantId(this.#options.index),
      stan: sixDigits(stan),
      typeCode: '00',
      batchNumber: this.#batch,
      networkCode: '000',
      readCapability: '5',
      chipCondition: '0',
    }
  }

  #enveloped(message: Message): Message {
    message.envelope['tpdu'] = tpdu
    message.envelope['header'] = header
    return message
  }

  #seal(message: Message): Message {
    return message.set(64, macPlaceholder)
  }

  #packSigned(message: Message): Buffer {
    const bytes = this.#options.codec.pack(message)
    const end = bytes.length - macBytes
    this.#openKeys().mac(bytes.subarray(envelopeBytes, end)).copy(bytes, end)
    return bytes
  }

  #openKeys(): TerminalKeys {
    assert(this.#keys, 'a terminal pays after its sign-on')
    return this.#keys
  }

  #nextStan(): number {
    this.#stan = (this.#stan % 999_999) + 1
    return this.#stan
  }
}

function templateOf(codec: Codec, message: Message): { message: Message; bytes: PurchaseTemplate } {
  return { message, bytes: new PurchaseTemplate(codec, message) }
}

function sixDigits(stan: number): string {
  return String(stan).padStart(6, '0')
}
