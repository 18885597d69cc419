// Issuer ↔ ledger: each authorization has moved exactly what its kind moves, once, between the right accounts, and no transfer
// belongs to nothing. A reversal moves back what its original moved; what the cardholder's account could not cover then stands
// on the receivable account beside it.

import type { Difference, IssuerAuthorization, LedgerTransfer, PaymentRecords } from './payment-records.ts'

const takes = new Set(['purchase', 'completion', 'completionAdvice'])
const gives = new Set(['void', 'refund', 'completionVoid'])
const moved = new Set(['approved', 'voided', 'completed', 'refunded', 'expired', 'reversed'])

const between = 'issuer – ledger'

export function compareIssuerWithLedger({ issuer, ledger }: Pick<PaymentRecords, 'issuer' | 'ledger'>): Difference[] {
  const byPayment = new Map<string, LedgerTransfer[]>()
  for (const transfer of ledger)
    byPayment.set(transfer.paymentId, [...(byPayment.get(transfer.paymentId) ?? []), transfer])
  const authorizations = new Map(issuer.map((each) => [each.paymentId, each]))
  const reversals = issuer.filter(({ kind, state }) => kind === 'reversal' && state === 'approved')
  const byOriginal = new Map<string | null, IssuerAuthorization[]>()
  for (const each of reversals) {
    byOriginal.set(each.originalPaymentId, [...(byOriginal.get(each.originalPaymentId) ?? []), each])
  }
  const undoers = ({ originalPaymentId }: IssuerAuthorization) => byOriginal.get(originalPaymentId) ?? []
  const hasMoved = ({ paymentId }: IssuerAuthorization): boolean => byPayment.has(paymentId)
  const differences: Difference[] = []
  const seen = new Set<string>()
  for (const { transferId } of ledger) {
    if (seen.has(transferId)) differences.push({ between, subject: transferId, what: 'is posted twice' })
    seen.add(transferId)
  }
  for (const authorization of issuer) {
    const transfers = byPayment.get(authorization.paymentId) ?? []
    // A repeated reversal is approved again and moves nothing, because the first has.
    const isRepeat =
      transfers.length === 0 && authorization.kind === 'reversal' && undoers(authorization).some(hasMoved)
    const expected = isRepeat ? 0n : expectedMinor(authorization, authorizations)
    const what = ledgerFault(expected, authorization, transfers)
    if (what !== undefined) differences.push({ between, subject: authorization.paymentId, what })
  }
  for (const [paymentId, transfers] of byPayment) {
    if (authorizations.has(paymentId) || transfers.every(({ kind }) => kind === 'load')) continue
    const what = `${transfers.length} transfers belong to no authorization`
    differences.push({ between, subject: paymentId, what })
  }
  return differences
}

/** What the merchant gets: negative when it gives. */
function expectedMinor(
  authorization: IssuerAuthorization,
  authorizations: ReadonlyMap<string, IssuerAuthorization>,
): bigint {
  const { kind, state, amountMinor, originalPaymentId } = authorization
  if (!moved.has(state)) return 0n
  if (takes.has(kind)) return amountMinor
  if (gives.has(kind)) return -amountMinor
  const original = originalPaymentId === null ? undefined : authorizations.get(originalPaymentId)
  if (kind !== 'reversal' || original === undefined) return 0n
  return -expectedMinor(original, authorizations)
}

function ledgerFault(
  expected: bigint,
  { kind, accountId, merchantId }: IssuerAuthorization,
  transfers: readonly LedgerTransfer[],
): string | undefined {
  const merchant = `merchant:${merchantId}`
  const holders = new Set([`cardholder:${accountId}`, `receivable:${accountId}`])
  const strangers = transfers.filter(
    ({ debit, credit }) => !(holders.has(debit) && credit === merchant) && !(debit === merchant && holders.has(credit)),
  )
  if (strangers.length > 0) {
    return `a transfer of it runs between ${strangers[0]!.debit} and ${strangers[0]!.credit}`
  }
  const total = transfers.reduce(
    (sum, each) => sum + (each.credit === merchant ? each.amountMinor : -each.amountMinor),
    0n,
  )
  const both = new Set(transfers.map(({ credit }) => credit === merchant)).size > 1
  if (total !== expected || both) {
    const rows = transfers.map(({ debit, credit, amountMinor }) => `${debit} → ${credit} ${amountMinor}`).join('; ')
    return `this ${kind} moves ${expected} to the merchant, the ledger ${total} (${rows === '' ? 'no transfer' : rows})`
  }
  return undefined
}
