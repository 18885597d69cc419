// What is on somebody's desk: cases that reversals and restored holds left open.

import { money, type Currency, type Money } from '@shua/money'
import type { Queryable } from '@shua/postgres'
import type { CaseKind } from '../authorization/decision.ts'

export interface OpenCase {
  readonly caseId: string
  readonly accountId: string
  readonly paymentId: string
  readonly kind: CaseKind
  readonly amount: Money
  readonly openedAt: Date
}

interface CaseRow {
  case_id: string
  account_id: string
  payment_id: string
  kind: CaseKind
  amount_minor: bigint
  currency: Currency
  opened_at: Date
}

/** Oldest first. */
export async function readOpenCases(queryable: Queryable, limit: number): Promise<OpenCase[]> {
  const rows = await queryable.query<CaseRow>(
    `select case_id, account_id, payment_id, kind, amount_minor, currency, opened_at
     from issuer.case where state = 'open' order by opened_at, case_id limit $1`,
    [limit],
  )
  return rows.map((row) => ({
    caseId: row.case_id,
    accountId: row.account_id,
    paymentId: row.payment_id,
    kind: row.kind,
    amount: money(row.amount_minor, row.currency),
    openedAt: row.opened_at,
  }))
}
