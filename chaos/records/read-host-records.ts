// The host's three record sets, and what its own checks say, read from the database after the storm.

import { checkMoneyRules } from '@shua/issuer'
import type { Database } from '@shua/postgres'
import { checkBooks } from '../../tests/harness/check-books.ts'
import type { AcquirerPayment, Difference, IssuerAuthorization, LedgerTransfer } from './payment-records.ts'

export interface HostRecords {
  readonly acquirer: readonly AcquirerPayment[]
  readonly issuer: readonly IssuerAuthorization[]
  readonly ledger: readonly LedgerTransfer[]
  readonly settlementCases: readonly SettlementCase[]
  readonly reversals: readonly HostReversal[]
  readonly issuerCases: number
}

export interface SettlementCase {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number | null
  readonly difference: string
}

export interface HostReversal {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number
  readonly outcome: string
  readonly attempts: number
}

export async function readHostRecords(database: Database): Promise<HostRecords> {
  const acquirer = await database.query<AcquirerPayment>(
    `select payment_id as "paymentId", terminal_id as "terminalId", merchant_id as "merchantId",
            batch_number as "batchNumber", stan, kind, state, amount_minor as "amountMinor",
            refunded_minor as "refundedMinor", rrn, approval_code as "approvalCode",
            original_payment_id as "originalPaymentId"
       from acquirer.payment`,
  )
  const issuer = await database.query<IssuerAuthorization>(
    `select payment_id as "paymentId", kind, state, amount_minor as "amountMinor", approval_code as "approvalCode",
            original_payment_id as "originalPaymentId", account_id as "accountId", merchant_id as "merchantId"
       from issuer.authorization`,
  )
  const ledger = await database.query<LedgerTransfer>(
    `select transfer_id as "transferId", payment_id as "paymentId", debit_account as "debit", credit_account as "credit",
            amount_minor as "amountMinor", kind
       from ledger.transfer`,
  )
  const settlementCases = await database.query<SettlementCase>(
    `select terminal_id as "terminalId", batch_number as "batchNumber", stan, difference from acquirer.settlement_case`,
  )
  const reversals = await database.query<HostReversal>(
    `select terminal_id as "terminalId", batch_number as "batchNumber", stan, outcome, attempts from acquirer.reversal`,
  )
  const cases = await database.query<{ count: bigint }>(`select count(*) as count from issuer."case"`)
  return { acquirer, issuer, ledger, settlementCases, reversals, issuerCases: Number(cases[0]?.count ?? 0n) }
}

/** Whatever the product's own live checks find. */
export async function checkHost(database: Database): Promise<Difference[]> {
  const violations = await checkMoneyRules(database)
  const books = await checkBooks(database)
  return [
    ...violations.map(({ rule, what, subject, detail }) => ({
      between: `money rule ${rule}`,
      subject,
      what: `${what}: ${detail}`,
    })),
    ...books.map(({ subject, detail }) => ({ between: 'books', subject, what: detail })),
  ]
}
