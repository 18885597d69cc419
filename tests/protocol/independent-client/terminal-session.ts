// A terminal of the dialect as an outside vendor would write it from the protocol text: signs on, seals requests, keeps its
// trace, batch and journal, settles (terminal-protocol §2, §4). The tests drive it and judge the answers with answerFaults.

import type { CipherName } from './block-ciphers.ts'
import type { HostConnection } from './host-connection.ts'
import { macInputOf, macOf, type MacVariant } from './message-authentication.ts'
import {
  paymentFields,
  paymentShapes,
  reversalFields,
  type OriginalReference,
  type PaymentDetails,
  type TerminalState,
} from './payment-request.ts'
import { batchDetailPackets, settlementTotals, type JournalEntry } from './settlement-fields.ts'
import { decodeMessage, encodeMessage, hexBytes, hexText, type FieldValues, type WireMessage } from './wire-message.ts'
import { openWorkKeys, type WorkKeys } from './work-keys.ts'

export interface TerminalSettings {
  readonly terminalId: string
  readonly merchantId: string
  readonly masterKey: string
  readonly cipher: CipherName
  readonly macVariant: MacVariant
  /** Network licence and serial number of field 62 of the sign-on; older terminals have none. */
  readonly licenceSerial?: string
  readonly encryptsTrack?: boolean
}

export interface Exchange {
  readonly request: WireMessage
  readonly requestBytes: Buffer
  readonly answer: WireMessage
  readonly answerBytes: Buffer
}

export class TerminalSession {
  readonly settings: TerminalSettings
  readonly connection: HostConnection
  readonly journal: JournalEntry[] = []
  encryptsTrack: boolean
  batch = '000000'
  operator = '01 '
  tpdu = '6000030000'
  header = '603100310000'
  #keys: WorkKeys | undefined
  #trace = 0

  constructor(settings: TerminalSettings, connection: HostConnection) {
    this.settings = settings
    this.connection = connection
    this.encryptsTrack = settings.encryptsTrack ?? false
  }

  get keys(): WorkKeys {
    if (this.#keys === undefined) throw new Error('the terminal has not signed on')
    return this.#keys
  }

  /** For tests that stand in for a terminal before its sign-on, or with keys of the public set. */
  useKeys(keys: WorkKeys): void {
    this.#keys = keys
  }

  /** A terminal keeps its trace when it is switched off; this is how a new session goes on. */
  resumeAfter(trace: number): void {
    this.#trace = trace
  }

  nextTrace(): string {
    this.#trace = this.#trace === 999_999 ? 1 : this.#trace + 1
    return String(this.#trace).padStart(6, '0')
  }

  message(mti: string, fields: FieldValues): WireMessage {
    return { tpdu: this.tpdu, header: this.header, mti, fields }
  }

  // The first part of each field list: who speaks.
  #identity(): Record<number, string> {
    return { 41: this.settings.terminalId, 42: this.settings.merchantId }
  }

  signOnRequest(networkCode: string): WireMessage {
    const fields: Record<number, string> = {
      ...this.#identity(),
      11: this.nextTrace(),
      60: `00000000${networkCode}`,
      63: this.operator,
    }
    const licence = this.settings.licenceSerial
    if (licence !== undefined) {
      const length = String(licence.length).padStart(2, '0')
      fields[62] = hexText(Buffer.from(`Sequence No${length}${licence}`, 'latin1'))
    }
    return this.message('0800', fields)
  }

  /** Sends the sign-on and, when it is approved, adopts keys and batch number. */
  async signOn(networkCode: string): Promise<Exchange> {
    const exchange = await this.send(this.signOnRequest(networkCode))
    const { 39: code, 60: batchField, 62: keyBlock } = exchange.answer.fields
    if (code === '00') {
      if (keyBlock === undefined || batchField === undefined) throw new Error('an approved sign-on lacks F60 or F62')
      this.#keys = openWorkKeys(this.settings.cipher, hexBytes(this.settings.masterKey), hexBytes(keyBlock))
      this.batch = batchField.slice(2, 8)
    }
    return exchange
  }

  async signOff(): Promise<Exchange> {
    return this.send(this.message('0820', { ...this.#identity(), 11: this.nextTrace(), 60: `00${this.batch}002` }))
  }

  echoRequest(): WireMessage {
    return this.message('0820', { ...this.#identity(), 60: `00${this.batch}301` })
  }

  async echo(): Promise<Exchange> {
    return this.send(this.echoRequest())
  }

  /** Parameter and list downloads (0800 with 60.3 = 360, 361, 390, 391): no trace, no MAC. */
  async download(networkCode: string, ask?: string): Promise<Exchange> {
    const fields: Record<number, string> = { ...this.#identity(), 60: `00${this.batch}${networkCode}` }
    if (ask !== undefined) fields[62] = hexText(Buffer.from(ask, 'latin1'))
    return this.send(this.message('0800', fields))
  }

  paymentRequest(details: PaymentDetails, trace = this.nextTrace()): WireMessage {
    return this.message(paymentShapes[details.kind].mti, paymentFields(details, this.#state(trace)))
  }

  /** Sends a sealed payment and keeps an approved one for the settlement. */
  async pay(details: PaymentDetails): Promise<Exchange> {
    return this.payWith(this.paymentRequest(details), details)
  }

  async payWith(request: WireMessage, details: PaymentDetails): Promise<Exchange> {
    const exchange = await this.send(this.sealed(request))
    if (exchange.answer.fields[39] === '00') this.#keep(exchange, details)
    return exchange
  }

  async reverse(original: WireMessage, change: FieldValues = {}): Promise<Exchange> {
    const fields = { ...reversalFields(original.fields, '98'), ...change }
    const exchange = await this.send(this.sealed(this.message('0400', fields)))
    if (exchange.answer.fields[39] === '00') {
      const index = this.journal.findIndex((entry) => entry.trace === fields[11])
      if (index >= 0) this.journal.splice(index, 1)
    }
    return exchange
  }

  /** The totals of the journal, or of the entries given, as a settlement request. */
  async settle(entries: readonly JournalEntry[] = this.journal): Promise<Exchange> {
    const fields = {
      ...this.#identity(),
      11: this.nextTrace(),
      48: settlementTotals(entries),
      49: '156',
      60: `00${this.batch}201`,
      63: this.operator,
    }
    return this.send(this.message('0500', fields))
  }

  /** Batch details in packets of at most eight (0320 with 60.3 = 201). */
  async upload(entries: readonly JournalEntry[] = this.journal): Promise<Exchange[]> {
    const exchanges: Exchange[] = []
    for (const packet of batchDetailPackets(entries)) exchanges.push(await this.#batchMessage('201', packet))
    return exchanges
  }

  /** 207 after balanced totals, 202 after an upload; then the batch is cleared and its number grows by one. */
  async endBatch(networkCode: '202' | '207'): Promise<Exchange> {
    const exchange = await this.#batchMessage(networkCode, String(this.journal.length).padStart(4, '0'))
    if (exchange.answer.fields[39] === '00') {
      this.journal.length = 0
      this.batch = String(Number(this.batch) + 1).padStart(6, '0')
    }
    return exchange
  }

  sealed(message: WireMessage): WireMessage {
    const withRoom: WireMessage = { ...message, fields: { ...message.fields, 64: '0'.repeat(16) } }
    const mac = macOf(this.settings.macVariant, this.keys.mac, macInputOf(encodeMessage(withRoom)))
    return { ...withRoom, fields: { ...withRoom.fields, 64: hexText(mac) } }
  }

  /** Sends the message as it stands. */
  async send(request: WireMessage): Promise<Exchange> {
    const requestBytes = encodeMessage(request)
    const answerBytes = await this.connection.exchange(requestBytes)
    return { request, requestBytes, answer: decodeMessage(answerBytes), answerBytes }
  }

  async #batchMessage(networkCode: string, details: string): Promise<Exchange> {
    const fields = { ...this.#identity(), 11: this.nextTrace(), 48: details, 60: `00${this.batch}${networkCode}` }
    return this.send(this.message('0320', fields))
  }

  #state(trace: string): TerminalState {
    return {
      terminalId: this.settings.terminalId,
      merchantId: this.settings.merchantId,
      trace,
      batch: this.batch,
      operator: this.operator,
      cipher: this.settings.cipher,
      keys: this.keys,
      encryptsTrack: this.encryptsTrack,
    }
  }

  #keep(exchange: Exchange, details: PaymentDetails): void {
    const { counts } = paymentShapes[details.kind]
    if (counts === 'none') return
    const trace = exchange.request.fields[11] ?? ''
    this.journal.push({ counts, trace, pan: details.card.pan, amount: Number(exchange.request.fields[4]) })
  }
}

/** What later transactions and receipts need of an approved exchange. */
export function originalOf(exchange: Exchange): OriginalReference {
  const { request, answer } = exchange
  return {
    batch: (request.fields[60] ?? '').slice(2, 8),
    trace: request.fields[11] ?? '',
    date: answer.fields[13] ?? '',
    retrievalReference: answer.fields[37] ?? '',
    authorisationCode: answer.fields[38],
  }
}
