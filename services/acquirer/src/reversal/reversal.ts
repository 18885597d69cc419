// Reversal: the original did not happen, in whatever order the two arrive (terminal-protocol §4.2, money rules 4 and 5).
// The trace is recorded as reversed first, then the original is looked for: an original that arrives later finds the record
// and is refused, so "reversal + original = nothing" needs no luck with timing.

import { assert } from '@shua/assert'
import type { Transaction } from '@shua/postgres'
import {
  parseEntryMode,
  responseCodeOfReason,
  type DeclineReason,
  type PaymentObserver,
  type ReversalMessage,
  type Switch,
} from '@shua/scheme'
import type { Sensitive } from '@shua/card-data'
import { effectsOfReversal } from '../payment/original-effects.ts'
import { changeStates, findById, findByTrace, type JournalPayment, type TraceKey } from '../store/payment-store.ts'
import { concludeReversal, recordReversal } from '../store/reversal-store.ts'
import { lockTerminals, type TerminalSession } from '../store/terminal-store.ts'

export interface ReversalItem {
  readonly reversal: ReversalMessage
  readonly terminal: TerminalSession
  readonly paymentId: string
  readonly rrn: string
  readonly at: Date
  readonly businessDate: string
  readonly observer: PaymentObserver
  readonly openPan: (payment: JournalPayment) => Sensitive<string>
}

export type ReversalOutcome =
  /** Done now, or there was nothing to do: the terminal stops reversing. */
  | { readonly kind: 'reversed'; readonly rrn: string; readonly original: JournalPayment | undefined }
  | { readonly kind: 'refused'; readonly rrn: string; readonly reason: DeclineReason }
  /** The issuer did not answer; the terminal tries again. */
  | { readonly kind: 'unknown' }

export async function reverse(
  item: ReversalItem,
  network: Switch<Transaction>,
  tx: Transaction,
): Promise<ReversalOutcome> {
  const { reversal, terminal, observer } = item
  const trace: TraceKey = {
    terminalId: terminal.terminalId,
    batchNumber: Number(reversal.head.batchNumber),
    stan: Number(reversal.head.stan),
  }
  await lockTerminals(tx, [terminal.terminalId])
  const record = await recordReversal(tx, trace, {
    reason: reversal.reason,
    amountMinor: reversal.amount.minorUnits,
    rrn: item.rrn,
    at: item.at,
  })
  const original = await findByTrace(tx, trace)
  observer.event({
    lane: 'acquirer',
    kind: 'check',
    name: 'original transaction',
    outcome: 'info',
    detail: { found: original ? original.state : 'none', attempts: String(record.attempts) },
  })
  if (original === undefined) {
    await concludeReversal(tx, trace, { outcome: 'noOriginal', responseCode: '00' })
    return { kind: 'reversed', rrn: record.rrn, original: undefined }
  }
  const refused = refuseReversal(original, item)
  if (refused !== undefined) {
    observer.event({
      lane: 'acquirer',
      kind: 'check',
      name: 'reversible',
      outcome: 'refused',
      detail: { reason: refused },
    })
    if (record.attempts === 1)
      await concludeReversal(tx, trace, {
        outcome: refused,
        responseCode: responseCodeOfReason[refused],
        paymentId: original.paymentId,
      })
    return { kind: 'refused', rrn: record.rrn, reason: refused }
  }
  return undo(item, { original, trace, rrn: record.rrn }, network, tx)
}

/** The ladder of terminal-protocol §4.2 for a reversal whose original exists. */
function refuseReversal(original: JournalPayment, item: ReversalItem): DeclineReason | undefined {
  const { reversal } = item
  if (original.kind !== reversal.reverses) return 'originalNotFound'
  if (original.state === 'declined') return 'originalDeclined'
  if (original.state !== 'approved' && original.state !== 'unknown') return 'originalNotOpen'
  if (original.refundedMinor > 0n) return 'originalNotOpen'
  // The day does not matter while the batch is open: a purchase just before midnight whose answer is lost is reversed just after
  // it, and a refusal with 25 would tell its terminal that nothing stands (money rule 5). A batch that is settled has been counted
  // by both sides; a late reversal of it is a matter for the refund desk.
  if (original.batchNumber !== item.terminal.batchNumber) return 'originalNotOpen'
  if (original.amountMinor !== reversal.amount.minorUnits || original.currency !== reversal.amount.currency)
    return 'originalAmountDiffers'
  return undefined
}

async function undo(
  item: ReversalItem,
  found: { original: JournalPayment; trace: TraceKey; rrn: string },
  network: Switch<Transaction>,
  tx: Transaction,
): Promise<ReversalOutcome> {
  const { original, trace, rrn } = found
  const pan = item.openPan(original)
  const [answer] = await network.route(
    [
      {
        paymentId: item.paymentId,
        kind: 'reversal',
        card: { pan, expiry: undefined, serviceCode: undefined, discretionaryData: undefined },
        entryMode: parseEntryMode(original.entryMode) ?? { method: 'unknown', pin: 'unknown' },
        pin: undefined,
        amount: item.reversal.amount,
        terminalId: original.terminalId,
        merchantId: original.merchantId,
        merchantCategory: item.terminal.merchantCategory,
        batchNumber: item.reversal.head.batchNumber,
        stan: item.reversal.head.stan,
        rrn: original.rrn,
        businessDate: item.businessDate,
        at: item.at,
        originalPaymentId: original.paymentId,
        observer: item.observer,
      },
    ],
    tx,
  )
  assert(answer, 'the switch answers every request')
  if (answer.outcome === 'unknown') return { kind: 'unknown' }
  if (answer.outcome === 'declined' && original.state !== 'unknown')
    return { kind: 'refused', rrn, reason: answer.reason }
  // An original nobody had an answer for, of which the issuer knows nothing, never took effect: it is reversed all the same.
  const behind =
    original.originalPaymentId === null ? undefined : await findById(tx, original.shard, original.originalPaymentId)
  const changes =
    original.state === 'unknown' && answer.outcome === 'declined'
      ? [
          {
            shard: original.shard,
            paymentId: original.paymentId,
            from: original.state,
            to: 'reversed' as const,
            refundedMinor: 0n,
          },
        ]
      : effectsOfReversal(original, behind)
  const changed = await changeStates(tx, changes)
  assert(changed === changes.length, 'every row is still in the state the reversal was decided on')
  await concludeReversal(tx, trace, {
    outcome: 'reversed',
    responseCode: '00',
    paymentId: original.paymentId,
    reversalPaymentId: item.paymentId,
  })
  return { kind: 'reversed', rrn, original }
}
