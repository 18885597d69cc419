// The acquirer's part of a payment, a batch at a time inside one database transaction: refuse what was seen before, find the
// original, hand the rest to the switch, and journal all of it. Acquirer journal and issuer authorization are one commit.
// A batch holds at most one payment per terminal and per card (payment-lane.ts sees to it).

import { assert } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'
import type { Transaction } from '@shua/postgres'
import {
  dateOfMonthDay,
  formatEntryMode,
  responseCodeOfReason,
  transactionTypes,
  type CardRead,
  type DeclineReason,
  type PaymentAnswer,
  type PaymentMessage,
  type PaymentObserver,
  type PaymentRequest,
  type Switch,
} from '@shua/scheme'
import { openBatchLimits, type BatchLimits } from '../limits/batch-limits.ts'
import { countedAmount } from '../limits/counted-amount.ts'
import { countingMerchants, countsAtMerchant, countsAtTerminal, isAboveSingle } from '../limits/limited-session.ts'
import {
  changeStates,
  findByRrn,
  findByTrace,
  findPreAuthorization,
  findStandings,
  insertPayments,
  type JournalPayment,
  type Standing,
  type TraceKey,
} from '../store/payment-store.ts'
import { lockTerminals, type TerminalSession } from '../store/terminal-store.ts'
import { flows } from './flows.ts'
import { effectsOfApproval } from './original-effects.ts'
import type { AcquirerRules } from './payment-flow.ts'
import type { PaymentOutcome } from './payment-outcome.ts'

/** A payment that passed the edge: its terminal is signed on, its MAC verified, its card read. */
export interface AcceptedPayment {
  readonly payment: PaymentMessage
  readonly card: CardRead
  readonly panHash: Buffer
  readonly shard: number
  readonly sealedPan: Buffer
  readonly terminal: TerminalSession
  readonly paymentId: string
  readonly rrn: string
  readonly at: Date
  readonly businessDate: string
  readonly observer: PaymentObserver
}

export interface AcceptPaymentsContext {
  readonly network: Switch<Transaction>
  readonly rules: AcquirerRules
}

interface Decided {
  readonly item: AcceptedPayment
  /** The journal row of an advice that came before and is only answered again. */
  readonly first?: JournalPayment | undefined
  readonly original: JournalPayment | undefined
  readonly refused: DeclineReason | 'sessionChanged' | undefined
  /** What its approval counts towards daily and monthly limits. */
  readonly countedMinor: bigint
}

export async function acceptPayments(
  items: readonly AcceptedPayment[],
  context: AcceptPaymentsContext,
  tx: Transaction,
): Promise<PaymentOutcome[]> {
  const standings = await lockAndLook(items, context, tx)
  const decided: Decided[] = []
  for (const [index, item] of items.entries()) {
    const standing = standings[index]!
    if (standing.version !== item.terminal.version) {
      decided.push({ item, original: undefined, refused: 'sessionChanged', countedMinor: 0n })
      continue
    }
    const duplicate = standing.used
    const first = duplicate ? await firstOfAdvice(item, tx) : undefined
    if (item.observer.recording) {
      item.observer.event({
        lane: 'acquirer',
        kind: 'check',
        name: 'not a duplicate',
        outcome: first ? 'info' : duplicate ? 'refused' : 'ok',
        ...(first ? { detail: { repeats: first.paymentId } } : {}),
      })
    }
    if (duplicate) decided.push({ item, original: undefined, refused: 'duplicate', countedMinor: 0n, first })
    else decided.push(await decide(item, context, tx, standing))
  }
  const answerOf = await ask(decided, openBatchLimits(decided, standings), context, tx)
  const results = decided.map(({ item, original, refused, countedMinor, first }): Result => ({
    item,
    original,
    refused,
    countedMinor,
    first,
    answer: answerOf.get(item) ?? { outcome: 'declined', reason: reasonOf(refused) },
  }))
  await journal(results, tx)
  return results.map(outcomeOf)
}

/** Asks the switch about what was not refused: all at once, but for payments that have to wait for the answers of others. */
async function ask(
  decided: readonly Decided[],
  limits: BatchLimits | undefined,
  { network }: AcceptPaymentsContext,
  tx: Transaction,
): Promise<Map<AcceptedPayment, PaymentAnswer>> {
  const answerOf = new Map<AcceptedPayment, PaymentAnswer>()
  let waiting: readonly Decided[] = decided.filter(({ refused }) => refused === undefined)
  while (waiting.length > 0) {
    const { admitted, later, refused } = limits?.admit(waiting) ?? { admitted: waiting, later: [], refused: [] }
    for (const { payment, reason } of refused) answerOf.set(payment.item, { outcome: 'declined', reason })
    const answers = admitted.length > 0 ? await network.route(admitted.map(paymentRequest), tx) : []
    assert(answers.length === admitted.length, 'the switch answers every request')
    for (const [index, payment] of admitted.entries()) {
      const answer = answers[index]!
      answerOf.set(payment.item, answer)
      if (answer.outcome === 'approved') limits?.note(payment)
    }
    waiting = later
  }
  return answerOf
}

/**
 * The locks, what stands in the way, and the cards: three statements that leave together. The locks are taken in one order
 * everywhere, also by reversals: terminals, merchants that count, accounts, originals.
 */
async function lockAndLook(
  items: readonly AcceptedPayment[],
  { network }: AcceptPaymentsContext,
  tx: Transaction,
): Promise<Standing[]> {
  const locked = lockTerminals(
    tx,
    items.map((item) => item.terminal.terminalId),
    countingMerchants(items.map((item) => item.terminal)),
  )
  // A statement of its own: it must see what the last holder of the locks committed.
  const standings = findStandings(
    tx,
    items.map((item) => standingOf(item)),
  )
  network.announce?.(
    items.map(({ card, paymentId }) => ({ pan: card.pan, paymentId })),
    tx,
  )
  const [found] = await Promise.all([standings, locked])
  assert(found.length === items.length, 'every payment comes from a registered terminal')
  return found
}

/** What is refused before the switch is asked has its reason; a changed session is no refusal and is never shown. */
function reasonOf(refused: Decided['refused']): DeclineReason {
  return refused === undefined || refused === 'sessionChanged' ? 'systemBusy' : refused
}

interface Result extends Decided {
  readonly answer: PaymentAnswer
}

/**
 * A 0220 is stored at the terminal and sent again until it is answered; it is never reversed. When the very same one comes
 * again it gets its first answer, for with 94 the terminal could never learn how it ended (money rule 3).
 */
async function firstOfAdvice(item: AcceptedPayment, tx: Transaction): Promise<JournalPayment | undefined> {
  const { payment } = item
  if (transactionTypes[payment.kind].mti !== '0220') return undefined
  const first = await findByTrace(tx, traceOf(item))
  const same =
    first !== undefined &&
    first.kind === payment.kind &&
    first.state !== 'unknown' &&
    first.amountMinor === payment.amount?.minorUnits &&
    first.panHash.equals(item.panHash)
  return same ? first : undefined
}

function traceOf(item: AcceptedPayment): TraceKey {
  const { head } = item.payment
  return { terminalId: head.terminalId, batchNumber: Number(head.batchNumber), stan: Number(head.stan) }
}

function standingOf(item: AcceptedPayment): Parameters<typeof findStandings>[1][number] {
  const { terminalId, batchNumber, stan } = traceOf(item)
  const { panHash, terminal, businessDate } = item
  return { terminalId, batchNumber, stan, panHash, terminal, businessDate }
}

async function decide(
  item: AcceptedPayment,
  context: AcceptPaymentsContext,
  tx: Transaction,
  standing: Standing,
): Promise<Decided> {
  const { terminal, payment, observer } = item
  const check = (name: string, refused: DeclineReason | undefined): DeclineReason | undefined => {
    if (!observer.recording) return refused
    const detail = refused === undefined ? {} : { detail: { reason: refused } }
    observer.event({
      lane: 'acquirer',
      kind: 'check',
      name,
      outcome: refused === undefined ? 'ok' : 'refused',
      ...detail,
    })
    return refused
  }
  const amountMinor = payment.amount?.minorUnits ?? 0n
  const isAbove = (limitMinor: bigint | null): boolean => isAboveSingle(limitMinor, payment.kind, amountMinor)
  const early =
    check(
      'permitted to terminal',
      terminal.forbiddenKinds.includes(payment.kind) ? 'notPermittedToTerminal' : undefined,
    ) ??
    check('currency', payment.currency === 'CNY' ? undefined : 'currencyNotSupported') ??
    check('amount', payment.amount !== undefined && payment.amount.minorUnits <= 0n ? 'amountInvalid' : undefined) ??
    check('terminal limit', isAbove(terminal.singleLimitMinor) ? 'terminalLimitExceeded' : undefined) ??
    (terminal.merchantSingleLimitMinor === null
      ? undefined
      : check('merchant limit', isAbove(terminal.merchantSingleLimitMinor) ? 'merchantLimitExceeded' : undefined))
  if (early !== undefined) return { item, original: undefined, refused: early, countedMinor: 0n }
  const original = await findOriginal(item, tx)
  const flow = flows[payment.kind]
  const request = { payment, terminal, panHash: item.panHash, businessDate: item.businessDate, rules: context.rules }
  const hasOriginal = transactionTypes[payment.kind].original !== 'none'
  const late =
    (hasOriginal ? check('original transaction', flow.refuse(original, request)) : undefined) ??
    check('stop list', standing.stopped ? 'cardStopListed' : undefined)
  return { item, original, refused: late, countedMinor: countedAmount(payment.kind, amountMinor, original) }
}

async function findOriginal(item: AcceptedPayment, tx: Transaction): Promise<JournalPayment | undefined> {
  const { payment, terminal } = item
  const { original } = payment
  switch (transactionTypes[payment.kind].original) {
    case 'none':
      return undefined
    case 'trace':
      return findByTrace(tx, {
        terminalId: terminal.terminalId,
        batchNumber: Number(original.batchNumber),
        stan: Number(original.stan),
      })
    case 'rrn':
      return findByRrn(tx, terminal.merchantId, original.rrn ?? '')
    case 'approvalCode':
      return findPreAuthorization(tx, {
        merchantId: terminal.merchantId,
        approvalCode: original.approvalCode ?? '',
        businessDate: dateOfMonthDay(original.date ?? '', item.businessDate),
        panHash: item.panHash,
      })
  }
}

function paymentRequest({ item, original }: Decided): PaymentRequest {
  const { payment, terminal } = item
  const { pin } = payment
  assert(pin === undefined || terminal.pinKey !== null, 'a signed-on terminal has a PIN key')
  return {
    paymentId: item.paymentId,
    kind: payment.kind,
    card: item.card,
    entryMode: payment.entryMode,
    pin: pin === undefined ? undefined : { block: pin.block, format: pin.format, key: terminal.pinKey! },
    amount: payment.amount,
    terminalId: terminal.terminalId,
    merchantId: terminal.merchantId,
    merchantCategory: terminal.merchantCategory,
    batchNumber: payment.head.batchNumber,
    stan: payment.head.stan,
    rrn: item.rrn,
    businessDate: item.businessDate,
    at: item.at,
    originalPaymentId: original?.paymentId,
    observer: item.observer,
  }
}

async function journal(results: readonly Result[], tx: Transaction): Promise<void> {
  // A duplicate leaves no row: the trace already has one.
  const rowless = new Set<Decided['refused']>(['duplicate', 'sessionChanged'])
  const rows = results.filter(({ refused }) => !rowless.has(refused)).map(journalRow)
  if (rows.length > 0) tx.leave(() => insertPayments(tx, rows))
  const changes = results.flatMap(({ item, original, answer }) =>
    answer.outcome === 'approved'
      ? effectsOfApproval(item.payment.kind, item.payment.amount?.minorUnits ?? 0n, original)
      : [],
  )
  const changed = await changeStates(tx, changes)
  assert(changed === changes.length, 'every original is still in the state it was decided on')
}

function journalRow({ item, original, answer, countedMinor }: Result): JournalPayment {
  const { payment, terminal } = item
  const approved = answer.outcome === 'approved' ? answer : undefined
  const counts = approved !== undefined && countedMinor > 0n
  const reason = answer.outcome === 'declined' ? answer.reason : null
  const { terminalId, batchNumber, stan } = traceOf(item)
  return {
    terminalId,
    batchNumber,
    stan,
    shard: item.shard,
    paymentId: item.paymentId,
    merchantId: terminal.merchantId,
    kind: payment.kind,
    state: answer.outcome,
    amountMinor: payment.amount?.minorUnits ?? 0n,
    currency: payment.currency,
    panHash: item.panHash,
    maskedPan: maskedText(item.card.pan),
    sealedPan: item.sealedPan,
    entryMode: formatEntryMode(payment.entryMode),
    operator: payment.operator.trim(),
    rrn: item.rrn,
    approvalCode: approved?.approvalCode ?? null,
    responseCode: approved ? '00' : reason === null ? '98' : responseCodeOfReason[reason],
    reason,
    issuerId: approved?.issuerId ?? null,
    originalPaymentId: original?.paymentId ?? null,
    refundedMinor: 0n,
    businessDate: item.businessDate,
    receivedAt: item.at,
    terminalCountedMinor: counts && countsAtTerminal(terminal) ? countedMinor : null,
    merchantCountedMinor: counts && countsAtMerchant(terminal) ? countedMinor : null,
  }
}

/** A parsed PAN prints itself masked. */
function maskedText(pan: Sensitive<string>): string {
  return pan.toString()
}

function outcomeOf({ item, answer, first, refused }: Result): PaymentOutcome {
  if (refused === 'sessionChanged') return { kind: 'sessionChanged' }
  if (first !== undefined) return outcomeAgain(first)
  switch (answer.outcome) {
    case 'approved':
      return {
        kind: 'approved',
        rrn: item.rrn,
        approvalCode: answer.approvalCode,
        issuerId: answer.issuerId,
        balance: answer.balance,
      }
    case 'declined':
      return { kind: 'declined', rrn: item.rrn, reason: answer.reason }
    case 'unknown':
      return { kind: 'unknown' }
  }
}

function outcomeAgain(first: JournalPayment): PaymentOutcome {
  const { rrn, reason, approvalCode, issuerId } = first
  if (reason !== null) return { kind: 'declined', rrn, reason: reason as DeclineReason }
  assert(approvalCode !== null && issuerId !== null, 'an approval has its code and its issuer')
  return { kind: 'approved', rrn, approvalCode, issuerId, balance: undefined }
}
