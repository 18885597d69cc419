// Which limits a terminal's session brings, and whether somebody has to count for them.

import { transactionTypes, type TransactionKind } from '@shua/scheme'

export interface SessionLimits {
  readonly terminalId: string
  readonly merchantId: string
  /** Of the terminal; null is no limit. */
  readonly singleLimitMinor: bigint | null
  readonly dailyLimitMinor: bigint | null
  readonly monthlyLimitMinor: bigint | null
  /** Of its merchant. */
  readonly merchantSingleLimitMinor: bigint | null
  readonly merchantDailyLimitMinor: bigint | null
  readonly merchantMonthlyLimitMinor: bigint | null
}

export function countsAtTerminal({ dailyLimitMinor, monthlyLimitMinor }: SessionLimits): boolean {
  return dailyLimitMinor !== null || monthlyLimitMinor !== null
}

export function countsAtMerchant({ merchantDailyLimitMinor, merchantMonthlyLimitMinor }: SessionLimits): boolean {
  return merchantDailyLimitMinor !== null || merchantMonthlyLimitMinor !== null
}

/** The merchants among those of these sessions whose counters must be locked. */
export function countingMerchants(sessions: readonly SessionLimits[]): string[] {
  const merchants = new Set<string>()
  for (const session of sessions) if (countsAtMerchant(session)) merchants.add(session.merchantId)
  return [...merchants]
}

/** Single limits are asked for everything that takes or holds money. */
export function isAboveSingle(limitMinor: bigint | null, kind: TransactionKind, amountMinor: bigint): boolean {
  if (limitMinor === null || amountMinor <= limitMinor) return false
  const { money } = transactionTypes[kind]
  return money === 'debit' || money === 'hold'
}
