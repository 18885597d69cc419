// The X-ray of one payment: what terminal and host saw, joined on one time line, with the ladder of checks, the ledger's
// transfers and the payments around it (requirement H2). Traces are masked when they are written; nothing here can unmask.

import {
  findTraces,
  listPayments,
  relatedPayments,
  reversalOf,
  type ListedPayment,
  type RecordedReversal,
  type StoredTrace,
} from '@shua/acquirer'
import type { LadderStep, PaymentRow, XrayEvent, XrayReport } from '@shua/contract'
import { readTransfers } from '@shua/ledger-store'
import type { Database } from '@shua/postgres'
import { paymentRow } from './payment-row.ts'

export interface XraySources {
  readonly database: Database
  /** Writes the traces that still wait, so that a payment made a moment ago is complete. */
  readonly flush: () => Promise<void>
  readonly keysOf: (terminalId: string) => Promise<readonly { name: string; kcv: string }[]>
}

export async function xrayReport(paymentId: string, sources: XraySources): Promise<XrayReport | undefined> {
  const { database } = sources
  const [payment] = await listPayments(database, { limit: 1, paymentIds: [paymentId] })
  if (payment === undefined) return undefined
  await sources.flush()
  const traces = await findTraces(database, payment)
  const related = (await relatedPayments(database, payment)).map(paymentRow)
  const reversal = await reversalOf(database, payment)
  const transfers = await transfersOf(database, [
    payment.paymentId,
    ...(reversal?.reversalPaymentId ? [reversal.reversalPaymentId] : []),
  ])
  return {
    payment: paymentRow(payment),
    related: reversal ? [...related, reversalRow(payment, reversal)] : related,
    hops: timeline(traces),
    ladder: ladder(traces),
    ledger: transfers,
    keys: [...(await sources.keysOf(payment.terminalId))],
    traceComplete: traces.some((trace) => trace.seenBy === 'host' && trace.mti !== '0400'),
  }
}

async function transfersOf(database: Database, paymentIds: readonly string[]): Promise<XrayReport['ledger']> {
  const transfers = await readTransfers(database, paymentIds)
  return transfers.map((transfer) => ({
    transferId: transfer.transferId,
    debitAccount: transfer.debit,
    creditAccount: transfer.credit,
    amountMinor: transfer.amount.minorUnits.toString(),
    currency: transfer.amount.currency,
    at: transfer.at.toISOString(),
    kind: transfer.kind,
  }))
}

/** A reversal has no journal row of its own; the web shows it beside the payment it undid. */
function reversalRow(payment: ListedPayment, reversal: RecordedReversal): PaymentRow {
  return {
    ...paymentRow(payment),
    kind: 'reversal',
    at: reversal.firstAt.toISOString(),
    status: reversal.outcome === 'reversed' ? 'approved' : 'declined',
    responseCode: reversal.responseCode,
    rrn: reversal.rrn,
    originalPaymentId: payment.paymentId,
    durationUs: null,
  }
}

function timeline(traces: readonly StoredTrace[]): XrayEvent[] {
  const first = traces[0]
  if (first === undefined) return []
  const begin = traces.reduce(
    (least, trace) => (trace.startedAtUs < least ? trace.startedAtUs : least),
    first.startedAtUs,
  )
  return traces
    .flatMap((trace) =>
      trace.events.map((event) => ({ ...event, atUs: Number(trace.startedAtUs - begin) + event.atUs })),
    )
    .toSorted((a, b) => a.atUs - b.atUs) as XrayEvent[]
}

/** The checks of the payment's own request in the order they were made; the first that refused decided. */
function ladder(traces: readonly StoredTrace[]): LadderStep[] {
  const host = traces.find((trace) => trace.seenBy === 'host' && trace.mti !== '0400')
  const checks = (host?.events ?? []).filter((event) => event.kind === 'check' && event.outcome !== 'info')
  return checks.map((check): LadderStep => ({
    name: check.name,
    outcome: check.outcome === 'refused' ? 'failed' : 'passed',
  }))
}
