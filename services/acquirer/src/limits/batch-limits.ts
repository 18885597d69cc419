// The daily and monthly limits of a batch: its payments are decided in their order against sums that run along with them. Whether a
// payment is approved is known only when its issuer has answered, so a payment that fits only when an earlier one is declined waits
// for that answer; nothing is refused while there is room, and nothing is let through that might not fit. Called by
// accept-payments.ts, and only for batches in which a terminal or merchant has such a limit.

import { assert } from '@shua/assert'
import { formatAmount, money } from '@shua/money'
import type { DeclineReason, PaymentObserver } from '@shua/scheme'
import type { Standing } from '../store/payment-store.ts'
import { countsAtMerchant, countsAtTerminal, type SessionLimits } from './limited-session.ts'

/** A payment as far as limits go. */
export interface CountedPayment {
  readonly countedMinor: bigint
  readonly item: {
    readonly terminal: SessionLimits
    /** YYYY-MM-DD */
    readonly businessDate: string
    readonly observer: PaymentObserver
  }
}

export interface Admission<Payment> {
  /** May be asked for now. */
  readonly admitted: readonly Payment[]
  /** To be presented again when the answers of the admitted are noted. */
  readonly later: readonly Payment[]
  readonly refused: readonly { readonly payment: Payment; readonly reason: DeclineReason }[]
}

/** What stands in one day or month of one terminal or merchant, and what may come to stand when answers arrive. */
interface RunningSum {
  countedMinor: bigint
  pendingMinor: bigint
  /** A payment that waits keeps those behind it from overtaking. */
  held: boolean
}

interface Gauge {
  readonly check: string
  readonly reason: DeclineReason
  readonly limitMinor: bigint
  readonly sum: RunningSum
}

type Payments = readonly Pick<CountedPayment, 'item'>[]

/** Undefined when nobody in the batch has a daily or monthly limit. */
export function openBatchLimits(payments: Payments, standings: readonly Standing[]): BatchLimits | undefined {
  return payments.some(({ item }) => countsAtTerminal(item.terminal) || countsAtMerchant(item.terminal))
    ? new BatchLimits(payments, standings)
    : undefined
}

export class BatchLimits {
  readonly #sums = new Map<string, RunningSum>()

  constructor(payments: Payments, standings: readonly Standing[]) {
    payments.forEach(({ item: { terminal, businessDate } }, index) => {
      const { terminalDayMinor, terminalMonthMinor, merchantDayMinor, merchantMonthMinor } = standings[index]!
      this.#begin('terminal', terminal.terminalId, businessDate, [terminalDayMinor, terminalMonthMinor])
      this.#begin('merchant', terminal.merchantId, businessDate, [merchantDayMinor, merchantMonthMinor])
    })
  }

  admit<Payment extends CountedPayment>(waiting: readonly Payment[]): Admission<Payment> {
    const admitted: Payment[] = []
    const later: Payment[] = []
    const refused: { payment: Payment; reason: DeclineReason }[] = []
    for (const sum of this.#sums.values()) {
      sum.pendingMinor = 0n
      sum.held = false
    }
    for (const payment of waiting) {
      const { countedMinor } = payment
      const gauges = this.#gaugesOf(payment)
      const full = gauges.find(({ sum, limitMinor }) => sum.countedMinor + countedMinor > limitMinor)
      if (full) refused.push({ payment, reason: full.reason })
      else if (gauges.some(({ sum, limitMinor }) => sum.held || roomOf(sum, limitMinor) < countedMinor)) {
        for (const { sum } of gauges) sum.held = true
        later.push(payment)
        continue
      } else {
        for (const { sum } of gauges) sum.pendingMinor += countedMinor
        admitted.push(payment)
      }
      report(payment, gauges, full)
    }
    return { admitted, later, refused }
  }

  /** The payment was approved: it stands from now on. */
  note(payment: CountedPayment): void {
    for (const { sum } of this.#gaugesOf(payment)) sum.countedMinor += payment.countedMinor
  }

  /** The first payment of each terminal and merchant brings what was counted before the batch. */
  #begin(
    subject: string,
    number: string,
    businessDate: string,
    counted: readonly [day: bigint | undefined, month: bigint | undefined],
  ): void {
    const [day, month] = counted
    if (day === undefined || month === undefined) return
    for (const [period, countedMinor] of [
      [businessDate, day],
      [monthOf(businessDate), month],
    ] as const) {
      const key = `${subject} ${number} ${period}`
      if (!this.#sums.has(key)) this.#sums.set(key, { countedMinor, pendingMinor: 0n, held: false })
    }
  }

  /** In the order in which they are asked. What counts nothing is not held against any limit. */
  #gaugesOf({ item: { terminal, businessDate }, countedMinor }: CountedPayment): Gauge[] {
    if (countedMinor === 0n) return []
    const gauges: Gauge[] = []
    const month = monthOf(businessDate)
    const add = (check: string, reason: DeclineReason, limitMinor: bigint | null, key: string): void => {
      if (limitMinor === null) return
      const sum = this.#sums.get(key)
      assert(sum, 'what a limit is held against was read')
      gauges.push({ check, reason, limitMinor, sum })
    }
    const { terminalId, merchantId } = terminal
    const { dailyLimitMinor: daily, monthlyLimitMinor: monthly } = terminal
    add('terminal daily limit', 'terminalDailyLimitExceeded', daily, `terminal ${terminalId} ${businessDate}`)
    add('terminal monthly limit', 'terminalMonthlyLimitExceeded', monthly, `terminal ${terminalId} ${month}`)
    const { merchantDailyLimitMinor, merchantMonthlyLimitMinor } = terminal
    const ofMerchant = `merchant ${merchantId}`
    add('merchant daily limit', 'merchantDailyLimitExceeded', merchantDailyLimitMinor, `${ofMerchant} ${businessDate}`)
    add('merchant monthly limit', 'merchantMonthlyLimitExceeded', merchantMonthlyLimitMinor, `${ofMerchant} ${month}`)
    return gauges
  }
}

function roomOf({ countedMinor, pendingMinor }: RunningSum, limitMinor: bigint): bigint {
  return limitMinor - countedMinor - pendingMinor
}

/** YYYY-MM */
function monthOf(businessDate: string): string {
  return businessDate.slice(0, 7)
}

function report({ item, countedMinor }: CountedPayment, gauges: readonly Gauge[], full: Gauge | undefined): void {
  const { observer } = item
  if (!observer.recording) return
  const text = (minor: bigint): string => formatAmount(money(minor, 'CNY'))
  for (const gauge of gauges) {
    const { check: name, limitMinor, sum, reason } = gauge
    const spent = text(sum.countedMinor)
    const detail = { amount: text(countedMinor), spent, limit: text(limitMinor) }
    if (gauge === full) {
      observer.event({ lane: 'acquirer', kind: 'check', name, outcome: 'refused', detail: { ...detail, reason } })
      return
    }
    observer.event({ lane: 'acquirer', kind: 'check', name, outcome: 'ok', detail })
  }
}
