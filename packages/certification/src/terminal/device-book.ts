// What the kit, as a host, knows of the terminal's payments: which stand, which are in doubt, and what its settlement must therefore
// say to the fen (terminal-protocol §2.6, §4.2, §4.3).

import type { Message } from '@shua/iso8583'
import type { BatchEntry } from '../protocol/batch-fields.ts'
import { paymentShapes, type PaymentKind } from '../protocol/catalogue.ts'

export interface BookPayment {
  readonly kind: PaymentKind
  readonly request: Message
  readonly batchNumber: string
  readonly stan: string
  readonly pan: string
  /** What was granted. */
  amountMinor: bigint
  readonly rrn: string
  readonly approvalCode: string
  /** MMDD */
  readonly date: string
  /**
   * The answer decided nothing about this copy of the request (96). Another copy, made by the network, may have been approved, so
   * a terminal may take it for doubt.
   */
  readonly mayReverse: boolean
  /** `doubtful`: the terminal cannot know that it was approved, so it must reverse (or repeat) it. */
  state: 'standing' | 'doubtful' | 'voided' | 'completed' | 'reversed' | 'declined'
  refundedMinor: bigint
  original: BookPayment | undefined
}

export interface Decision {
  readonly code: string
  readonly payment: BookPayment | undefined
}

export class DeviceBook {
  readonly payments: BookPayment[] = []
  #references = 0
  readonly #date: () => string

  constructor(date: () => string) {
    this.#date = date
  }

  find(batchNumber: string | undefined, stan: string | undefined): BookPayment | undefined {
    return this.payments.findLast((payment) => payment.batchNumber === batchNumber && payment.stan === stan)
  }

  /** Decides a payment as §4.2 has it and books it. `granted` is less than asked in a partial approval. */
  decide(kind: PaymentKind, request: Message, pan: string, wanted = '00'): Decision {
    const [batchNumber, stan] = [request.text('60.2') ?? '', request.text('11') ?? '']
    const before = this.find(batchNumber, stan)
    // A 0220 that comes again is the same payment (§4.3).
    if (before !== undefined && request.mti === '0220') {
      if (before.state === 'doubtful') before.state = 'standing'
      return { code: '00', payment: before }
    }
    if (before !== undefined) return { code: '94', payment: undefined }
    const amountMinor = request.amount('4') ?? 0n
    const found = this.#originalOf(kind, request)
    const code = wanted === '00' ? refusalOf(kind, { found, pan, amountMinor }) : wanted
    this.#references += 1
    const reference = String(this.#references)
    const payment: BookPayment = {
      kind,
      request,
      batchNumber,
      stan,
      pan,
      amountMinor,
      rrn: reference.padStart(12, '0'),
      approvalCode: `A${reference.padStart(5, '0')}`,
      date: this.#date(),
      mayReverse: code === '96',
      state: code === '00' ? 'standing' : 'declined',
      refundedMinor: 0n,
      original: found,
    }
    this.payments.push(payment)
    if (code === '00') this.#affect(payment)
    return { code, payment }
  }

  #originalOf(kind: PaymentKind, request: Message): BookPayment | undefined {
    switch (paymentShapes[kind].original) {
      case 'none':
        return undefined
      case 'trace':
        return this.find(request.text('61.1'), request.text('61.2'))
      case 'reference':
        return this.payments.find(({ rrn }) => rrn === request.text('37'))
      case 'authorization':
        return this.payments.find(
          (payment) => payment.kind === 'preAuthorization' && payment.approvalCode === request.text('38'),
        )
    }
  }

  #affect({ kind, original, amountMinor }: BookPayment): void {
    if (original === undefined) return
    if (kind === 'refund') original.refundedMinor += amountMinor
    else if (kind === 'completion' || kind === 'completionAdvice') original.state = 'completed'
    else original.state = 'voided'
    if (kind === 'completionVoid' && original.original !== undefined) original.original.state = 'standing'
  }

  /** §4.2: the code for a reversal; a payment that stands or is in doubt is undone with it. */
  reverse(payment: BookPayment | undefined): string {
    if (payment === undefined) return '00'
    if (payment.state === 'declined') return '01'
    if (payment.state !== 'standing' && payment.state !== 'doubtful') return '25'
    payment.state = 'reversed'
    const { kind, original, amountMinor } = payment
    if (original !== undefined) {
      if (kind === 'refund') original.refundedMinor -= amountMinor
      else original.state = 'standing'
      if (kind === 'completionVoid' && original.original !== undefined) original.original.state = 'completed'
    }
    return '00'
  }

  /** What settlement must count: everything the terminal knows to be approved, in the open batch. */
  entries(batchNumber: string): BatchEntry[] {
    const entries: BatchEntry[] = []
    for (const { kind, state, stan, pan, amountMinor, batchNumber: batch } of this.payments) {
      const { counts } = paymentShapes[kind]
      if (batch !== batchNumber || counts === 'none') continue
      if (state === 'reversed' || state === 'declined' || state === 'doubtful') continue
      entries.push({ counts, stan, pan, amountMinor })
    }
    return entries
  }
}

function refusalOf(
  kind: PaymentKind,
  { found, pan, amountMinor }: { found: BookPayment | undefined; pan: string; amountMinor: bigint },
): string {
  if (paymentShapes[kind].original === 'none') return '00'
  if (found === undefined || found.state !== 'standing') return '25'
  if (found.pan !== pan) return '14'
  if (kind === 'refund') return found.refundedMinor + amountMinor > found.amountMinor ? '61' : '00'
  if (kind === 'completion' || kind === 'completionAdvice') {
    return amountMinor * 100n > found.amountMinor * 115n ? '64' : '00'
  }
  return amountMinor === found.amountMinor ? '00' : '64'
}
