// An acquirer small enough to read, on a real socket, with the rules of terminal-protocol §4.2 that a terminal can notice. It
// can be told to misbehave: swallow, delay or spoil an answer, decline, or ask for something in the header. Tests only.

import { Sensitive } from '@shua/card-data'
import { compileDialect, dialects, type Codec, type Message } from '@shua/iso8583'
import { startLinkServer, swapTpdu, terminalFrame, type LinkServer } from '@shua/link'
import {
  localTime,
  managementTypes,
  readManagementMessage,
  readPaymentMessage,
  readReversalMessage,
  transactionTypes,
  writeAnswer,
  type HostAnswer,
  type ManagementMessage,
  type PaymentMessage,
  type TerminalProfile,
} from '@shua/scheme'
import { SoftwareSecurityModule, type KeyBlock } from '@shua/security-module'
import { parseTrack2 } from '@shua/card-data'
import { TestBatch, type HostPayment } from './test-batch.ts'
import { signOnAnswer } from './test-host-keys.ts'

export type HostFault =
  /** Takes effect, but the answer is lost. */
  | { readonly kind: 'swallowAnswer' }
  /** Never arrived at the host. */
  | { readonly kind: 'loseRequest' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'wrongMac' }
  | { readonly kind: 'noMac' }
  | { readonly kind: 'wrongStan' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'decline'; readonly responseCode: string }
  /** Takes effect, and the answer that comes is the one to a second copy that the network made: 94. */
  | { readonly kind: 'answerSecondCopy' }
  /** Takes effect, and the answer that comes is the one to another copy, which was rolled back: 96. */
  | { readonly kind: 'answerRolledBackCopy' }
  /** Answers 96 and has done nothing: the trace stays free. */
  | { readonly kind: 'busy' }
  /** The same with another code, such as 77. */
  | { readonly kind: 'turnAway'; readonly responseCode: string }
  | { readonly kind: 'approve'; readonly responseCode: string; readonly amountMinor?: bigint }
  | { readonly kind: 'requirement'; readonly digit: string }
  | { readonly kind: 'call'; readonly work: () => void | Promise<void> }

export interface TestHostOptions {
  readonly profile: TerminalProfile
  readonly masterKey: string
  readonly now?: () => Date
  readonly random: (size: number) => Buffer
}

export interface Seen {
  readonly mti: string
  readonly kind: string
  readonly stan: string | undefined
  readonly message: Message
}

type Reply = Partial<HostAnswer> & { responseCode: string }

export class TestHost {
  readonly options: TestHostOptions
  readonly module: SoftwareSecurityModule
  readonly masterKey: KeyBlock
  readonly codec: Codec = compileDialect(dialects.unionpayPos)
  readonly batch = new TestBatch()
  readonly seen: Seen[] = []
  /** Taken one by one by the requests whose MTI (or any, when empty) they name. */
  readonly faults: { mti?: string; fault: HostFault }[] = []
  keys: { pik: KeyBlock; mak: KeyBlock; tdk: KeyBlock | undefined } | undefined
  stopList: string[] = []
  parameters: Uint8Array | undefined
  #server: LinkServer | undefined
  #answers = 0

  constructor(options: TestHostOptions) {
    this.options = options
    this.module = SoftwareSecurityModule.withMasterKey(new Sensitive(options.random(32)), options.random)
    this.masterKey = this.module.importKey({
      usage: 'terminalMaster',
      algorithm: options.profile.keySet.algorithm,
      key: new Sensitive(Buffer.from(options.masterKey, 'hex')),
    })
  }

  get port(): number {
    return this.#server?.port ?? 0
  }

  async start(port = 0): Promise<this> {
    this.#server = await startLinkServer({
      host: '127.0.0.1',
      port,
      frame: terminalFrame,
      connectionsMax: 50,
      idleTimeoutMs: 60_000,
      frameTimeoutMs: 5000,
      inFlightPerConnectionMax: 4,
      onFrame: (payload) => this.#onFrame(payload),
    })
    return this
  }

  async stop(): Promise<void> {
    await this.#server?.close({ drainMs: 0 })
    this.#server = undefined
  }

  /** The next request with this MTI (any, when undefined) meets the fault. */
  next(fault: HostFault, mti?: string): void {
    this.faults.push(mti === undefined ? { fault } : { mti, fault })
  }

  async #onFrame(payload: Buffer): Promise<Buffer | undefined> {
    const request = this.codec.unpack(payload)
    const faults = this.#takeFaults(request.mti)
    for (const fault of faults) {
      if (fault.kind === 'call') await fault.work()
      if (fault.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    }
    const has = (kind: HostFault['kind']): boolean => faults.some((fault) => fault.kind === kind)
    if (has('loseRequest')) return undefined
    const reply = this.#decide(request, payload, faults)
    if (has('swallowAnswer')) return undefined
    if (has('garbage')) return Buffer.concat([swapTpdu(payload.subarray(0, 11)), Buffer.from('0210ff', 'hex')])
    return this.#pack(request, reply, faults)
  }

  #takeFaults(mti: string): HostFault[] {
    const index = this.faults.findIndex((entry) => entry.mti === undefined || entry.mti === mti)
    return index < 0 ? [] : this.faults.splice(index, 1).map(({ fault }) => fault)
  }

  #pack(request: Message, reply: Reply, faults: readonly HostFault[]): Buffer {
    const at = localTime(this.now())
    const message = writeAnswer(request, {
      at,
      settlementDate: at.date,
      rrn: String(++this.#answers).padStart(12, '0'),
      approvalCode: undefined,
      pan: undefined,
      expiry: undefined,
      issuerId: undefined,
      acquirerId: '48020000',
      organisation: undefined,
      balanceMinor: undefined,
      batchNumber: undefined,
      data: undefined,
      digits: undefined,
      ...reply,
    })
    const requirement = faults.find((fault) => fault.kind === 'requirement')
    const { tpdu = '', header = '' } = request.envelope
    message.envelope['tpdu'] = tpdu.slice(0, 2) + tpdu.slice(6, 10) + tpdu.slice(2, 6)
    message.envelope['header'] = header.slice(0, 5) + (requirement?.digit ?? '0') + header.slice(6)
    const partial = faults.find((fault) => fault.kind === 'approve')
    if (partial?.amountMinor !== undefined) message.set(4, partial.amountMinor)
    if (faults.some(({ kind }) => kind === 'wrongStan')) message.set(11, '999998')
    const signs = request.has(64) && !faults.some(({ kind }) => kind === 'noMac') && isSigned(reply.responseCode)
    if (!signs || this.keys === undefined) return this.codec.pack(message)
    message.set(64, new Uint8Array(8))
    const { data } = this.codec.macInput(this.codec.pack(message))
    const mac = this.module.computeMac({ key: this.keys.mak, variant: this.options.profile.macVariant, data })
    if (faults.some(({ kind }) => kind === 'wrongMac')) mac[0] = mac[0]! ^ 0xff
    return this.codec.pack(message.set(64, mac))
  }

  now(): Date {
    return this.options.now?.() ?? new Date()
  }

  #decide(request: Message, payload: Buffer, faults: readonly HostFault[]): Reply {
    const decline = faults.find((fault) => fault.kind === 'decline')
    const isManagement = Object.values(managementTypes).some(({ mti }) => mti === request.mti)
    if (isManagement) {
      const management = readManagementMessage(request)
      this.#see(request, management?.kind ?? '?')
      if (management === undefined) return { responseCode: '40' }
      return decline ? { responseCode: decline.responseCode } : this.#manage(management)
    }
    const reversal = request.mti === '0400' ? readReversalMessage(request) : undefined
    const payment = request.mti === '0400' ? undefined : readPaymentMessage(request)
    this.#see(request, reversal ? 'reversal' : (payment?.kind ?? '?'))
    if (this.keys === undefined) return { responseCode: '77' }
    if (faults.some(({ kind }) => kind === 'busy')) return { responseCode: '96' }
    const turnedAway = faults.find((fault) => fault.kind === 'turnAway')
    if (turnedAway) return { responseCode: turnedAway.responseCode }
    const { data, mac } = this.codec.macInput(payload)
    const variant = this.options.profile.macVariant
    if (!this.module.verifyMac({ key: this.keys.mak, variant, data, mac })) return { responseCode: 'A0' }
    if (reversal) {
      return decline ? { responseCode: decline.responseCode } : { responseCode: this.batch.reverse(reversal) }
    }
    if (payment === undefined) return { responseCode: '40' }
    const approve = faults.find((fault) => fault.kind === 'approve')
    const reply = this.#pay(payment, decline?.responseCode ?? approve?.responseCode ?? '00')
    if (faults.some(({ kind }) => kind === 'answerRolledBackCopy')) return { responseCode: '96' }
    return faults.some(({ kind }) => kind === 'answerSecondCopy') ? { responseCode: '94' } : reply
  }

  #see(message: Message, kind: string): void {
    this.seen.push({ mti: message.mti, kind, stan: message.text('11'), message })
  }

  #pay(payment: PaymentMessage, wanted: string): Reply {
    const pan = this.#panOf(payment)
    if (pan === undefined) return { responseCode: '30' }
    const done = this.batch.pay(payment, pan, wanted)
    if (typeof done === 'string') return { responseCode: done }
    return {
      responseCode: done.responseCode,
      rrn: done.rrn,
      approvalCode: done.approvalCode,
      pan,
      issuerId: '01020000',
      organisation: 'CUP',
      balanceMinor: transactionTypes[payment.kind].money === 'none' ? 123_456n : undefined,
    }
  }

  #panOf(payment: PaymentMessage): Sensitive<string> | undefined {
    const { track2, pan } = payment.card
    if (track2 === undefined) return pan
    const clear =
      payment.trackEncrypted && this.keys?.tdk
        ? this.module.decryptTrack({ key: this.keys.tdk, track: track2 })
        : track2
    return parseTrack2(clear)?.pan
  }

  #manage(request: ManagementMessage): Reply {
    switch (request.kind) {
      case 'signOn':
        return signOnAnswer(this, request)
      case 'signOff':
        this.keys = undefined
        return { responseCode: '00' }
      case 'echo':
      case 'statusReport':
      case 'parameterDownloadEnd':
      case 'stopListDownloadEnd':
        return { responseCode: '00' }
      case 'parameterDownload':
        return { responseCode: '00', data: this.parameters }
      case 'stopListDownload':
        return { responseCode: '00', data: this.batch.stopListPage(this.stopList, request.data) }
      case 'settlement':
        return this.keys ? this.batch.settle(request) : { responseCode: '77' }
      case 'batchUpload':
        return this.keys ? { responseCode: this.batch.upload(request) } : { responseCode: '77' }
      case 'batchUploadEnd':
        return this.keys ? { responseCode: this.batch.end(request) } : { responseCode: '77' }
    }
  }

  /** Approved and standing, by trace number. */
  standing(): HostPayment[] {
    return this.batch.payments.filter(
      ({ state }) => state === 'approved' || state === 'voided' || state === 'completed',
    )
  }
}

function isSigned(code: string): boolean {
  return ['00', '10', '11', 'A2', 'A4', 'A5', 'A6'].includes(code)
}
