// Reversal: the original did not happen, in whatever order the two arrive (terminal-protocol §4.2, money rules 4 and 5). A batch of
// them in one database transaction, with as many statements for a hundred as for one. The trace is recorded as reversed before
// the original is decided on: an original that arrives later finds the record and is refused, so "reversal + original = nothing"
// needs no luck with timing. A batch holds at most one reversal per terminal (acquirer.ts sees to it).

import { assert } from '@shua/assert'
import type { Transaction } from '@shua/postgres'
import {
  parseEntryMode,
  responseCodeOfReason,
  type DeclineReason,
  type PaymentAnswer,
  type PaymentObserver,
  type PaymentRequest,
  type ReversalMessage,
  type Switch,
} from '@shua/scheme'
import type { Sensitive } from '@shua/card-data'
import { countingMerchants } from '../limits/limited-session.ts'
import { effectsOfReversal } from '../payment/original-effects.ts'
import {
  changeStates,
  findToReverse,
  lockStates,
  type JournalPayment,
  type LockedState,
  type PaymentToReverse,
  type StateChange,
  type TraceKey,
} from '../store/payment-store.ts'
import { concludeReversals, recordReversals, type Conclusion, type ReversalRow } from '../store/reversal-store.ts'
import { findTerminals, lockTerminals, type TerminalSession } from '../store/terminal-store.ts'

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

/** A reversal whose original was looked for. */
interface Sought {
  readonly item: ReversalItem
  /** The open batch of its terminal, read under the terminal's lock. */
  readonly openBatch: number
  readonly found: { readonly payment: PaymentToReverse; readonly pan: Sensitive<string> } | undefined
}

interface Recorded extends Sought {
  readonly record: ReversalRow
}

interface Settled {
  readonly item: ReversalItem
  readonly outcome: ReversalOutcome
  readonly conclusion?: Conclusion | undefined
  readonly changes?: readonly StateChange[]
}

export async function reverseBatch(
  items: readonly ReversalItem[],
  network: Switch<Transaction>,
  tx: Transaction,
): Promise<ReversalOutcome[]> {
  const sought = await lockAndSeek(items, tx)
  const recording = recordReversals(tx, items.map(toRecord))
  // Accounts come before journal rows, as with payments, so that neither waits for the other in a circle.
  network.announce?.(
    sought.flatMap(({ item, found }) => (found ? [{ pan: found.pan, paymentId: item.paymentId }] : [])),
    tx,
  )
  const [records, firstStates] = await Promise.all([recording, statesOf(sought, tx)])
  const settled = new Map<ReversalItem, Settled>()
  let waiting = sought.map((each, index): Recorded => ({ ...each, record: records[index]! }))
  let states = firstStates
  while (waiting.length > 0) {
    const { now, later } = oneOfEachCard(waiting)
    for (const each of await settleRound(now, states, network, tx)) settled.set(each.item, each)
    states = await statesOf(later, tx)
    waiting = later
  }
  await concludeReversals(
    tx,
    [...settled.values()].flatMap(({ conclusion }) => conclusion ?? []),
  )
  return items.map((item) => settled.get(item)!.outcome)
}

/** Once the terminals are locked no payment of theirs can come in between, so what is found here is all there is. */
async function lockAndSeek(items: readonly ReversalItem[], tx: Transaction): Promise<Sought[]> {
  const terminalIds = items.map(({ terminal }) => terminal.terminalId)
  const merchantIds = countingMerchants(items.map(({ terminal }) => terminal))
  const [, sessions, found] = await Promise.all([
    lockTerminals(tx, terminalIds, merchantIds),
    findTerminals(tx, terminalIds),
    findToReverse(tx, items.map(traceOf)),
  ])
  const openBatches = new Map(sessions.map(({ terminalId, batchNumber }) => [terminalId, batchNumber]))
  return items.map((item, index) => {
    const openBatch = openBatches.get(item.terminal.terminalId)
    assert(openBatch !== undefined, 'a reversal comes from a registered terminal')
    const payment = found[index]
    return { item, openBatch, found: payment && { payment, pan: item.openPan(payment) } }
  })
}

/** Of the originals and of whatever their reversals put back. */
function statesOf(sought: readonly Sought[], tx: Transaction): Promise<ReadonlyMap<string, LockedState>> {
  const payments = sought.flatMap(({ found }) => {
    if (found === undefined) return []
    const { shard, paymentId, originalPaymentId, behindPaymentId } = found.payment
    return [paymentId, originalPaymentId, behindPaymentId].flatMap((id) =>
      id === null ? [] : [{ shard, paymentId: id }],
    )
  })
  return lockStates(tx, payments)
}

/** Reversals of one card may undo each other's effects, so each decision must see those before it. */
function oneOfEachCard(waiting: readonly Recorded[]): { now: Recorded[]; later: Recorded[] } {
  const taken = new Set<string>()
  const now: Recorded[] = []
  const later: Recorded[] = []
  for (const each of waiting) {
    const card = each.found?.payment.panHash.toString('latin1')
    if (card !== undefined && taken.has(card)) later.push(each)
    else now.push(each)
    if (card !== undefined) taken.add(card)
  }
  return { now, later }
}

/** Decides at most one reversal of each card. */
async function settleRound(
  round: readonly Recorded[],
  states: ReadonlyMap<string, LockedState>,
  network: Switch<Transaction>,
  tx: Transaction,
): Promise<Settled[]> {
  const settled: Settled[] = []
  const forwarded: Forwarded[] = []
  for (const each of round) {
    const decided = decide(each, states)
    if ('outcome' in decided) settled.push(decided)
    else forwarded.push(decided)
  }
  const answers = forwarded.length > 0 ? await network.route(forwarded.map(paymentRequest), tx) : []
  assert(answers.length === forwarded.length, 'the switch answers every request')
  for (const [index, each] of forwarded.entries()) settled.push(settle(each, answers[index]!))
  const changes = settled.flatMap((each) => each.changes ?? [])
  const changed = await changeStates(tx, changes)
  assert(changed === changes.length, 'every row is still in the state the reversal was decided on')
  return settled
}

interface Forwarded extends Recorded {
  readonly original: PaymentToReverse
  /** What a reversal does to the journal. */
  readonly changes: readonly StateChange[]
  readonly pan: Sensitive<string>
}

function decide(each: Recorded, states: ReadonlyMap<string, LockedState>): Settled | Forwarded {
  const { item, record, found } = each
  const { observer } = item
  const state = found && states.get(found.payment.paymentId)
  const detail = { found: state?.state ?? 'none', attempts: String(record.attempts) }
  observer.event({ lane: 'acquirer', kind: 'check', name: 'original transaction', outcome: 'info', detail })
  if (found === undefined) {
    return {
      item,
      outcome: { kind: 'reversed', rrn: record.rrn, original: undefined },
      conclusion: { ...traceOf(item), outcome: 'noOriginal', responseCode: '00' },
    }
  }
  assert(state, 'a payment is never deleted')
  const original = { ...found.payment, ...state }
  const refused = refuseReversal(original, each)
  if (refused === undefined) {
    const changes = changesOf(original)
    // The issuer is asked again only when what stood in the way is gone, for with every refusal it opens a case.
    const isUndoable = changes.every(({ paymentId, from }) => states.get(paymentId)?.state === from)
    if (record.outcome !== 'reversalRefused' || isUndoable) return { ...each, original, changes, pan: found.pan }
  }
  const reason = refused ?? 'reversalRefused'
  observer.event({ lane: 'acquirer', kind: 'check', name: 'reversible', outcome: 'refused', detail: { reason } })
  return refusedAs(reason, each, { paymentId: original.paymentId })
}

/** The ladder of terminal-protocol §4.2 for a reversal whose original exists. */
function refuseReversal(original: JournalPayment, { item, openBatch }: Sought): DeclineReason | undefined {
  const { reversal } = item
  if (original.kind !== reversal.reverses) return 'originalNotFound'
  if (original.state === 'declined') return 'originalDeclined'
  // 25 tells the terminal that nothing stands. What was completed or refunded stands, so a person has to decide.
  if (original.state === 'completed' || original.refundedMinor > 0n) return 'reversalRefused'
  if (original.state !== 'approved' && original.state !== 'unknown') return 'originalNotOpen'
  // The day does not matter while the batch is open: a purchase just before midnight whose answer is lost is reversed just after
  // it, and a refusal with 25 would tell its terminal that nothing stands (money rule 5). A batch that is settled has been counted
  // by both sides; a late reversal of it is a matter for the refund desk.
  if (original.batchNumber !== openBatch) return 'originalNotOpen'
  if (original.amountMinor !== reversal.amount.minorUnits || original.currency !== reversal.amount.currency)
    return 'originalAmountDiffers'
  return undefined
}

function paymentRequest({ item, original, pan }: Forwarded): PaymentRequest {
  return {
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
  }
}

/** With these answers the issuer says that the payment never took effect there. */
const unheardOf = new Set<DeclineReason>(['issuerRefusesOriginal', 'cardUnknown'])

function settle(each: Forwarded, answer: PaymentAnswer): Settled {
  const { item, original, record, changes } = each
  if (answer.outcome === 'unknown') return { item, outcome: { kind: 'unknown' } }
  const ids = { paymentId: original.paymentId, reversalPaymentId: item.paymentId }
  // An original nobody had an answer for, of which the issuer knows nothing, never took effect: it is reversed all the same.
  const neverWas = original.state === 'unknown' && answer.outcome === 'declined' && unheardOf.has(answer.reason)
  if (answer.outcome === 'declined' && !neverWas) {
    // The journal says that the payment stands, so its terminal must not hear that there is nothing to undo.
    const reason = answer.reason === 'issuerRefusesOriginal' ? 'reversalRefused' : answer.reason
    return refusedAs(reason, each, ids)
  }
  return {
    item,
    outcome: { kind: 'reversed', rrn: record.rrn, original },
    conclusion: { ...traceOf(item), outcome: 'reversed', responseCode: '00', ...ids },
    changes,
  }
}

function changesOf(original: PaymentToReverse): readonly StateChange[] {
  const { shard, paymentId, state, originalPaymentId, behindPaymentId } = original
  // The approval of a payment without an answer never came here, so it changed nothing that has to be put back.
  if (state === 'unknown') return [{ shard, paymentId, from: state, to: 'reversed', refundedMinor: 0n }]
  const changed =
    originalPaymentId === null ? undefined : { shard, paymentId: originalPaymentId, originalPaymentId: behindPaymentId }
  return effectsOfReversal(original, changed)
}

/** The first refusal is kept on record; a repeat of what was concluded before changes nothing about it. */
function refusedAs(
  reason: DeclineReason,
  { item, record }: Recorded,
  ids: { paymentId: string; reversalPaymentId?: string },
): Settled {
  const conclusion = { ...traceOf(item), outcome: reason, responseCode: responseCodeOfReason[reason], ...ids }
  return {
    item,
    outcome: { kind: 'refused', rrn: record.rrn, reason },
    conclusion: record.outcome === 'searching' || ids.reversalPaymentId !== undefined ? conclusion : undefined,
  }
}

function traceOf({ reversal, terminal }: ReversalItem): TraceKey {
  return {
    terminalId: terminal.terminalId,
    batchNumber: Number(reversal.head.batchNumber),
    stan: Number(reversal.head.stan),
  }
}

function toRecord(item: ReversalItem): TraceKey & { reason: string; amountMinor: bigint; rrn: string; at: Date } {
  const { reversal, rrn, at } = item
  return { ...traceOf(item), reason: reversal.reason, amountMinor: reversal.amount.minorUnits, rrn, at }
}
