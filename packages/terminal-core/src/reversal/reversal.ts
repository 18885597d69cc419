// 冲正: tells the host that a transaction whose outcome is in doubt did not happen. It is repeated until answered, at most as
// often as the parameters say; then a slip is printed and a case stays on the list. It is never dropped in silence (§4.1).

import { endsReversal, localTime, transactionTypes, writeReversalMessage, type ReversalMessage } from '@shua/scheme'
import type { Message } from '@shua/iso8583'
import { asksForSignOn } from '../engine/asks-for-sign-on.ts'
import { exchange, type Exchange } from '../engine/exchange.ts'
import type { ReversalOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { undecidedCode } from '../payment/undecided-code.ts'
import { caseSlip } from '../receipt/report-slips.ts'
import { printSlip } from '../reprint/print-payment.ts'
import { signOn } from '../sign-on/sign-on.ts'
import type { LastTransaction, PendingReversal, UnresolvedCase } from '../state/terminal-state.ts'

/**
 * A host that says it is busy is there, so it is asked more often than a silent one before a person is called: while its
 * database moves, every terminal would print a slip otherwise.
 */
const busyAnswersPerAttempt = 10

/** Sends the pending reversal once; with fresh keys a second time when the host says the keys are not right. */
export async function resolveReversal(context: TerminalContext): Promise<ReversalOutcome> {
  const pending = context.state.pendingReversal
  if (pending === undefined) return { kind: 'nothingPending' }
  if (!context.state.signedOn) await signOn(context, pending.operator)
  if (!context.state.signedOn) return { kind: 'pending', stan: pending.stan, attempts: pending.attempts }
  let result = await sendReversal(context, pending)
  if (result.kind === 'answer' && asksForSignOn(result.answer.responseCode)) {
    const outcome = await signOn(context, pending.operator)
    if (outcome.kind === 'done') result = await sendReversal(context, pending)
  }
  return await judgeReversal(context, pending, result)
}

async function sendReversal(context: TerminalContext, pending: PendingReversal): Promise<Exchange> {
  const open = context.beginTrace()
  const result = await exchange(context, reversalMessage(context, pending), { mac: true, trace: open.trace })
  open.report({
    batchNumber: pending.batchNumber,
    stan: pending.stan,
    rrn: result.kind === 'answer' ? result.answer.rrn : undefined,
    kind: 'reversal',
  })
  return result
}

function reversalMessage(context: TerminalContext, pending: PendingReversal): Message {
  const { configuration } = context
  const { original } = pending
  const named = transactionTypes[pending.kind].original
  const reversal: ReversalMessage = {
    reverses: pending.kind,
    head: {
      terminalId: configuration.terminalId,
      merchantId: configuration.merchantId,
      stan: pending.stan,
      typeCode: pending.typeCode,
      batchNumber: pending.batchNumber,
      networkCode: '000',
      readCapability: pending.readCapability,
      chipCondition: pending.chipCondition,
    },
    amount: { minorUnits: pending.amountMinor, currency: pending.currency },
    entryMode: pending.entryMode,
    reason: pending.reason,
    // The bitmaps of §2.9: DE 2 only for the void of an authorization, DE 38 only where an approval code names the original.
    pan: pending.kind === 'preAuthorizationVoid' ? context.openPan(pending.panSealed, pending.stan) : undefined,
    approvalCode: named === 'approvalCode' ? pending.approvalCode : undefined,
    original:
      original === undefined
        ? undefined
        : {
            batchNumber: original.batchNumber ?? '000000',
            stan: original.stan ?? '000000',
            date: original.date,
          },
  }
  return writeReversalMessage(reversal)
}

async function judgeReversal(
  context: TerminalContext,
  pending: PendingReversal,
  result: Exchange,
): Promise<ReversalOutcome> {
  const { stan } = pending
  if (result.kind === 'noAnswer' && !result.sent) return { kind: 'pending', stan, attempts: pending.attempts }
  const code = result.kind === 'answer' && result.macValid ? result.answer.responseCode : undefined
  if (code !== undefined && endsReversal(code)) {
    if (code !== '00' && isTooLate(context, pending)) return await abandon(context, pending, code)
    const ended = { type: 'reversalEnded', last: lastAfter(context, pending, 'reversed') } as const
    // What the journal could not take in is asked once more: the host says the same again.
    if (!(await context.tryAppend(ended))) return { kind: 'pending', stan, attempts: pending.attempts }
    return { kind: 'reversed', stan, responseCode: code }
  }
  const busy = code === undecidedCode
  await context.tryAppend(busy ? { type: 'reversalAttempted', busy } : { type: 'reversalAttempted' })
  const attempts = busy ? pending.attempts : pending.attempts + 1
  const busyAnswers = (pending.busyAnswers ?? 0) + (busy ? 1 : 0)
  const attemptsMax = context.reversalAttemptsMax()
  const isSpent = attempts >= attemptsMax || busyAnswers >= attemptsMax * busyAnswersPerAttempt
  return isSpent ? await abandon(context, pending, code) : { kind: 'pending', stan, attempts }
}

/**
 * A host refuses to reverse on a later day or after the batch was settled, and says so with the code that also means
 * "already reversed" (§4.2). Then nobody knows that the money went back.
 */
function isTooLate(context: TerminalContext, pending: PendingReversal): boolean {
  const startedOn = localTime(new Date(pending.startedAt)).isoDate
  return startedOn !== localTime(context.now()).isoDate || pending.batchNumber !== context.state.batchNumber
}

async function abandon(
  context: TerminalContext,
  pending: PendingReversal,
  responseCode: string | undefined,
): Promise<ReversalOutcome> {
  const unresolved: UnresolvedCase = {
    id: `${pending.batchNumber}-${pending.stan}`,
    problem: 'reversalUnanswered',
    kind: pending.kind,
    stan: pending.stan,
    batchNumber: pending.batchNumber,
    amountMinor: pending.amountMinor,
    currency: pending.currency,
    panMasked: pending.panMasked,
    responseCode,
    at: context.localText(),
    reversal: pending,
  }
  const last = lastAfter(context, pending, 'unresolved')
  const { stan, attempts } = pending
  if (!(await context.tryAppend({ type: 'reversalAbandoned', unresolved, last })))
    return { kind: 'pending', stan, attempts }
  const content = caseSlip({ unresolved, context: context.slipContext() })
  await printSlip(context, { kind: 'reversalFailed', copy: 'report', content })
  return { kind: 'unresolved', stan, caseId: unresolved.id }
}

/** The last transaction's new outcome, if the reversal is of it. */
function lastAfter(
  context: TerminalContext,
  pending: PendingReversal,
  outcome: 'reversed' | 'unresolved',
): LastTransaction | undefined {
  const { last } = context.state
  if (last === undefined || last.stan !== pending.stan || last.batchNumber !== pending.batchNumber) return undefined
  return { ...last, outcome }
}
