// The test host's books: payments by batch and trace, reversals that may come first, and the end of a batch.

import type { Sensitive } from '@shua/card-data'
import {
  formatSettlementTotals,
  formatStopListPage,
  noTotals,
  parseBatchDetail,
  parseSettlementTotals,
  sameTotals,
  transactionTypes,
  type CardTotals,
  type HostAnswer,
  type ManagementMessage,
  type PaymentMessage,
  type ReversalMessage,
  type TransactionKind,
} from '@shua/scheme'

export interface HostPayment {
  readonly batch: number
  readonly stan: string
  readonly kind: TransactionKind
  readonly amountMinor: bigint
  readonly pan: string
  readonly rrn: string
  readonly approvalCode: string
  readonly responseCode: string
  state: 'approved' | 'declined' | 'voided' | 'completed' | 'reversed'
  original: HostPayment | undefined
}

const stopListPageEntries = 2

export class TestBatch {
  readonly payments: HostPayment[] = []
  readonly closed: { batch: number; totals: CardTotals; uploaded: number; balanced: boolean }[] = []
  readonly uploaded = new Map<string, bigint>()
  batchNumber = 7
  settling = false
  /** Makes the host's totals differ from the terminal's. */
  miscount = 0n
  readonly #reversedFirst = new Set<string>()

  find(batch: number, stan: string): HostPayment | undefined {
    return this.payments.find((payment) => payment.batch === batch && payment.stan === stan)
  }

  /** The payment, or the response code it is refused with. */
  pay(payment: PaymentMessage, pan: Sensitive<string>, wanted: string): HostPayment | string {
    const batch = Number(payment.head.batchNumber)
    const { stan } = payment.head
    if (batch !== this.batchNumber) return '77'
    if (this.settling) return '90'
    if (this.find(batch, stan) || this.#reversedFirst.has(`${batch}/${stan}`)) return '94'
    const original = this.#originalOf(payment)
    const refused = wanted === '00' && original === 'missing' ? '25' : isGood(wanted) ? undefined : wanted
    const done: HostPayment = {
      batch,
      stan,
      kind: payment.kind,
      amountMinor: payment.amount?.minorUnits ?? 0n,
      pan: pan.reveal(),
      rrn: `${batch}`.padStart(6, '0') + stan,
      approvalCode: stan,
      responseCode: refused ?? wanted,
      state: refused === undefined ? 'approved' : 'declined',
      original: original === 'missing' ? undefined : original,
    }
    this.payments.push(done)
    if (refused !== undefined) return refused
    if (done.original && done.kind !== 'refund')
      done.original.state = done.kind.endsWith('oid') ? 'voided' : 'completed'
    if (done.kind === 'completionVoid' && done.original?.original) done.original.original.state = 'approved'
    return done
  }

  #originalOf(payment: PaymentMessage): HostPayment | 'missing' | undefined {
    const { original } = payment
    switch (transactionTypes[payment.kind].original) {
      case 'none':
        return undefined
      case 'trace': {
        const found = this.find(Number(original.batchNumber), original.stan ?? '')
        return found?.state === 'approved' && found.amountMinor === payment.amount?.minorUnits ? found : 'missing'
      }
      case 'rrn':
        return this.payments.find(({ rrn, state }) => rrn === original.rrn && state === 'approved') ?? 'missing'
      case 'approvalCode':
        return (
          this.payments.find(
            ({ approvalCode, kind, state }) =>
              approvalCode === original.approvalCode && kind === 'preAuthorization' && state === 'approved',
          ) ?? 'missing'
        )
    }
  }

  reverse(reversal: ReversalMessage): string {
    const batch = Number(reversal.head.batchNumber)
    const found = this.find(batch, reversal.head.stan)
    if (found === undefined) {
      this.#reversedFirst.add(`${batch}/${reversal.head.stan}`)
      return '00'
    }
    if (found.state === 'declined') return '01'
    if (found.state !== 'approved') return '25'
    if (found.amountMinor !== reversal.amount.minorUnits) return '64'
    found.state = 'reversed'
    const { original } = found
    if (original && found.kind !== 'refund') {
      original.state = 'approved'
      if (found.kind === 'completionVoid' && original.original) original.original.state = 'completed'
    }
    return '00'
  }

  counting(batch: number): HostPayment[] {
    return this.payments.filter(
      (payment) =>
        payment.batch === batch &&
        ['approved', 'voided', 'completed'].includes(payment.state) &&
        transactionTypes[payment.kind].settles !== undefined,
    )
  }

  totals(batch: number): CardTotals {
    const sum = { ...noTotals }
    for (const payment of this.counting(batch)) {
      if (transactionTypes[payment.kind].settles === 'debit') {
        sum.debitMinor += payment.amountMinor
        sum.debitCount += 1
      } else {
        sum.creditMinor += payment.amountMinor
        sum.creditCount += 1
      }
    }
    return { ...sum, debitMinor: sum.debitMinor + this.miscount }
  }

  settle(request: ManagementMessage): Partial<HostAnswer> & { responseCode: string } {
    const asked = parseSettlementTotals(request.digits ?? '')
    if (asked === undefined) return { responseCode: '30' }
    if (Number(request.head.batchNumber) !== this.batchNumber) return { responseCode: '77' }
    this.settling = true
    const own = this.totals(this.batchNumber)
    const flag = sameTotals(asked.domestic, own) ? 1 : 2
    const digits = formatSettlementTotals({ domestic: { ...own, flag }, foreign: { ...noTotals, flag: 1 } })
    return { responseCode: '00', digits }
  }

  upload(request: ManagementMessage): string {
    const records = parseBatchDetail(request.digits ?? '')
    if (records === undefined) return '30'
    if (!this.settling) return '25'
    for (const record of records) this.uploaded.set(record.stan, record.amountMinor)
    return '00'
  }

  end(request: ManagementMessage): string {
    const batch = Number(request.head.batchNumber)
    if (this.closed.some((each) => each.batch === batch)) return '00'
    if (batch !== this.batchNumber || !this.settling) return '25'
    const balanced = request.head.networkCode === '207'
    if (!balanced && Number(request.digits) !== this.uploaded.size) return '30'
    this.closed.push({ batch, totals: this.totals(batch), uploaded: this.uploaded.size, balanced })
    this.uploaded.clear()
    this.settling = false
    this.batchNumber += 1
    this.miscount = 0n
    return '00'
  }

  stopListPage(entries: readonly string[], data: Uint8Array | undefined): Buffer {
    const index = Number(Buffer.from(data ?? []).toString('latin1'))
    const page = entries.slice(index, index + stopListPageEntries)
    const nextIndex = index + page.length
    return formatStopListPage({ more: nextIndex < entries.length, nextIndex, entries: page })
  }
}

function isGood(code: string): boolean {
  return ['00', '10', '11', 'A2'].includes(code)
}
