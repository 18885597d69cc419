// The same once more in sums, which forgive no error of the payment-by-payment comparison itself: each terminal against the
// acquirer, each merchant against the ledger, and the ledger against zero.

import { transactionTypes, type TransactionKind } from '@shua/scheme'
import { traceKey, type Difference, type PaymentRecords } from './payment-records.ts'

const standing = new Set(['approved', 'voided', 'completed'])

export interface Sums {
  readonly terminal: bigint
  readonly acquirer: bigint
  readonly issuer: bigint
  readonly ledger: bigint
}

/** What merchants earned in all, by each side. Cases count as the acquirer has them: nobody else can say. */
export function sumsOf(records: PaymentRecords): Sums {
  return {
    terminal: total(terminalSums(records)),
    acquirer: total(acquirerSums(records, 'terminalId')),
    issuer: records.issuer
      .filter(({ state, kind }) => kind !== 'reversal' && [...standing, 'refunded', 'expired'].includes(state))
      .reduce((sum, { kind, amountMinor }) => sum + signed(kind, amountMinor), 0n),
    ledger: total(ledgerSums(records)),
  }
}

export function compareSums(records: PaymentRecords): Difference[] {
  return [
    ...compareMaps('sums terminal – acquirer', terminalSums(records), acquirerSums(records, 'terminalId')),
    ...compareMaps('sums acquirer – ledger', acquirerSums(records, 'merchantId'), ledgerSums(records)),
  ]
}

function signed(kind: string, amountMinor: bigint): bigint {
  const settles = Object.hasOwn(transactionTypes, kind) ? transactionTypes[kind as TransactionKind].settles : undefined
  return settles === 'debit' ? amountMinor : settles === 'credit' ? -amountMinor : 0n
}

function add(sums: Map<string, bigint>, key: string, change: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + change)
}

function terminalSums({ terminal, acquirer }: PaymentRecords): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const rows = new Map(acquirer.filter(({ state }) => standing.has(state)).map((row) => [traceKey(row), row]))
  for (const payment of terminal) {
    const found = payment.outcome === 'case' ? rows.get(traceKey(payment)) : undefined
    if (payment.outcome === 'approved') add(sums, payment.terminalId, signed(payment.kind, payment.amountMinor))
    if (found) add(sums, payment.terminalId, signed(found.kind, found.amountMinor))
  }
  return sums
}

function acquirerSums({ acquirer }: PaymentRecords, by: 'terminalId' | 'merchantId'): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const row of acquirer) if (standing.has(row.state)) add(sums, row[by], signed(row.kind, row.amountMinor))
  return sums
}

function ledgerSums({ ledger }: PaymentRecords): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const merchantOf = (account: string): string | undefined => /^merchant:(.+)$/.exec(account)?.[1]
  for (const { debit, credit, amountMinor } of ledger) {
    const [from, to] = [merchantOf(debit), merchantOf(credit)]
    if (from !== undefined) add(sums, from, -amountMinor)
    if (to !== undefined) add(sums, to, amountMinor)
  }
  return sums
}

function compareMaps(between: string, here: Map<string, bigint>, there: Map<string, bigint>): Difference[] {
  return [...new Set([...here.keys(), ...there.keys()])]
    .filter((key) => (here.get(key) ?? 0n) !== (there.get(key) ?? 0n))
    .map((key) => ({ between, subject: key, what: `${here.get(key) ?? 0n} against ${there.get(key) ?? 0n}` }))
}

function total(sums: Map<string, bigint>): bigint {
  return [...sums.values()].reduce((sum, each) => sum + each, 0n)
}
