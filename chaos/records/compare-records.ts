// Terminals, acquirer, issuer and ledger side by side, payment by payment and in sums. Pure: four record sets in, differences out.
// What a terminal says decides what must be there: an approval exactly once with the same amount everywhere, nothing of what
// was reversed, declined or never sent, and nothing at the host that no terminal knows. A case is neither: a person has it.

import { compareIssuerWithLedger } from './compare-ledger.ts'
import { compareSums } from './compare-sums.ts'
import {
  traceKey,
  type AcquirerPayment,
  type Difference,
  type IssuerAuthorization,
  type PaymentRecords,
  type TerminalPayment,
} from './payment-records.ts'

const standsAtAcquirer = new Set(['approved', 'voided', 'completed'])
const standsAtIssuer = new Set(['approved', 'voided', 'completed', 'refunded', 'expired'])

export function compareRecords(records: PaymentRecords): Difference[] {
  return [
    ...compareTerminals(records),
    ...compareOriginals(records.acquirer),
    ...compareIssuer(records),
    ...compareIssuerWithLedger(records),
    ...compareSums(records),
  ]
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

function compareTerminals({ terminal, acquirer }: PaymentRecords): Difference[] {
  const between = 'terminal – acquirer'
  const atHost = grouped(acquirer, traceKey)
  const differences: Difference[] = []
  const seen = new Set<string>()
  for (const payment of terminal) {
    const key = traceKey(payment)
    if (seen.has(key)) differences.push({ between, subject: key, what: 'the terminal used this trace twice' })
    seen.add(key)
    const rows = atHost.get(key) ?? []
    for (const what of faultsOf(payment, rows)) differences.push({ between, subject: key, what })
  }
  for (const [key, rows] of atHost) {
    if (rows.length > 1) differences.push({ between, subject: key, what: `the acquirer has ${rows.length} rows of it` })
    if (!seen.has(key)) {
      const what = `the acquirer has a ${rows[0]!.kind} (${rows[0]!.state}) of which the terminal knows nothing`
      differences.push({ between, subject: key, what })
    }
  }
  return differences
}

function faultsOf(payment: TerminalPayment, rows: readonly AcquirerPayment[]): string[] {
  const standing = rows.filter(({ state }) => standsAtAcquirer.has(state))
  const told = `${payment.kind} of ${payment.amountMinor}`
  switch (payment.outcome) {
    case 'approved':
      return standing.length === 1
        ? contradictions(payment, standing[0]!)
        : [`the terminal has an approved ${told}, the acquirer ${standing.length === 0 ? stateOf(rows) : 'several'}`]
    case 'declined':
    case 'reversed':
    case 'notSent':
      return rows
        .filter(({ state }) => state !== 'declined' && !(state === 'reversed' && payment.outcome === 'reversed'))
        .filter(() => payment.kind !== 'balanceInquiry')
        .map(({ state }) => `for the terminal the ${told} is ${payment.outcome}, at the acquirer it is ${state}`)
    case 'stuck':
      return [`the ${told} is in doubt still; the acquirer: ${stateOf(rows)}`]
    case 'case':
    case 'forgotten':
      return []
    default:
      return payment.outcome satisfies never
  }
}

function stateOf(rows: readonly AcquirerPayment[]): string {
  return rows[0]?.state ?? 'has no row of it'
}

function contradictions(payment: TerminalPayment, row: AcquirerPayment): string[] {
  const said: [string, unknown, unknown][] = [
    ['kind', payment.kind, row.kind],
    ['amount', payment.amountMinor, row.amountMinor],
    ['reference number', payment.rrn, row.rrn],
    ['approval code', payment.approvalCode?.trim(), row.approvalCode?.trim()],
  ]
  return said
    .filter(([, here, there]) => here !== undefined && here !== there)
    .map(([name, here, there]) => `${name}: terminal ${String(here)}, acquirer ${String(there)}`)
}

const voids = new Set(['void', 'completionVoid', 'preAuthorizationVoid'])
const completions = new Set(['completion', 'completionAdvice'])

/** The state of an original follows from what stands of the transactions that name it. */
function compareOriginals(acquirer: readonly AcquirerPayment[]): Difference[] {
  const between = 'acquirer'
  const standing = acquirer.filter(({ state }) => standsAtAcquirer.has(state))
  const later = grouped(standing, ({ originalPaymentId }) => originalPaymentId)
  const differences: Difference[] = []
  for (const row of acquirer) {
    const followers = later.get(row.paymentId) ?? []
    const voided = followers.filter(({ kind }) => voids.has(kind)).length
    // A completion that was voided has opened its pre-authorization again.
    const completed = followers.filter(({ kind, state }) => completions.has(kind) && state === 'approved').length
    const refunded = followers.filter(({ kind }) => kind === 'refund').reduce((sum, each) => sum + each.amountMinor, 0n)
    const subject = `${traceKey(row)} ${row.paymentId}`
    const wanted = voided === 1 ? 'voided' : completed === 1 ? 'completed' : 'approved'
    if (voided + completed > 1) {
      differences.push({ between, subject, what: `${voided} voids and ${completed} completions stand on it` })
    } else if (standsAtAcquirer.has(row.state) ? row.state !== wanted : followers.length > 0) {
      differences.push({ between, subject, what: `is ${row.state}, and what stands on it makes it ${wanted}` })
    }
    if (refunded !== row.refundedMinor || refunded > row.amountMinor) {
      const what = `${row.refundedMinor} of ${row.amountMinor} counted as refunded, refunds stand for ${refunded}`
      differences.push({ between, subject, what })
    }
    if (row.state === 'unknown') differences.push({ between, subject, what: 'nobody knows whether it took effect' })
  }
  for (const [rrn, rows] of grouped(acquirer, ({ rrn: number }) => number)) {
    if (rows.length > 1)
      differences.push({ between, subject: rrn, what: `is the reference of ${rows.length} payments` })
  }
  return differences
}

function compareIssuer({ acquirer, issuer }: PaymentRecords): Difference[] {
  const between = 'acquirer – issuer'
  const differences: Difference[] = []
  const rows = new Map(acquirer.map((row) => [row.paymentId, row]))
  const authorizations = grouped(issuer, ({ paymentId }) => paymentId)
  for (const row of acquirer) {
    const found = authorizations.get(row.paymentId) ?? []
    if (found.length > 1) {
      differences.push({ between, subject: row.paymentId, what: `the issuer has ${found.length} authorizations of it` })
    }
    const what = issuerFault(row, found[0])
    if (what !== undefined) differences.push({ between, subject: `${traceKey(row)} ${row.paymentId}`, what })
  }
  const undone = grouped(
    issuer.filter(({ kind, state }) => kind === 'reversal' && state === 'approved'),
    ({ originalPaymentId }) => originalPaymentId,
  )
  for (const authorization of issuer) {
    const { paymentId, kind, state } = authorization
    if (kind === 'reversal') {
      if (state === 'approved' && rows.get(authorization.originalPaymentId ?? '')?.state !== 'reversed') {
        differences.push({ between, subject: paymentId, what: 'reverses what stands at the acquirer' })
      }
    } else if (!rows.has(paymentId) && standsAtIssuer.has(state)) {
      differences.push({ between, subject: paymentId, what: `the acquirer has no row of this ${kind} (${state})` })
    }
    if (state === 'reversed' && (undone.get(paymentId) ?? []).length === 0) {
      differences.push({ between, subject: paymentId, what: 'is reversed without a reversal' })
    }
  }
  return differences
}

function issuerFault(row: AcquirerPayment, found: IssuerAuthorization | undefined): string | undefined {
  const stands = standsAtAcquirer.has(row.state)
  if (found === undefined) return stands ? `is ${row.state}, and the issuer has no authorization of it` : undefined
  if (stands !== standsAtIssuer.has(found.state)) return `is ${row.state}, at the issuer ${found.state}`
  if (row.kind !== found.kind) return `is a ${row.kind}, at the issuer a ${found.kind}`
  if (row.amountMinor !== found.amountMinor) return `amounts to ${row.amountMinor}, at the issuer ${found.amountMinor}`
  if (stands && row.approvalCode !== found.approvalCode) {
    return `has approval code ${row.approvalCode}, at the issuer ${found.approvalCode}`
  }
  return undefined
}
