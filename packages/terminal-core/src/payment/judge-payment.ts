// What an answer, or its absence, means for a payment. No answer is unknown, never declined, and neither is the answer of a host
// that could not work on it; a declined one is never reversed; an approval with a wrong MAC is reversed with reason A0
// (terminal-protocol §4.1).

import { isApproval, transactionTypes, type ReversalReason } from '@shua/scheme'
import type { AnswerFields, Exchange } from '../engine/exchange.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { printPayment } from '../reprint/print-payment.ts'
import { batchRecordOf } from './batch-record-of.ts'
import { lastOf, type BuiltPayment } from './build-payment.ts'
import { undecidedCode } from './undecided-code.ts'

type Doubt = Extract<PaymentOutcome, { kind: 'unknown' }>['cause']

const doubtReasons: Record<Doubt, ReversalReason> = {
  noAnswer: '98',
  answerWrong: '98',
  macWrong: 'A0',
  terminalFault: '96',
  issuerSilent: '98',
  hostBusy: '06',
}

/** Codes that ask for a new sign-on before the next transaction (§5). */
const signOnCodes = new Set(['77', '94', '99', 'A0'])

export async function judgePayment(
  context: TerminalContext,
  built: BuiltPayment,
  result: Exchange,
): Promise<PaymentOutcome> {
  if (result.kind === 'noAnswer') {
    return result.sent ? await doubt(context, built, result.cause) : await notSent(context, built)
  }
  const { answer, macValid } = result
  const code = answer.responseCode
  if (code === undefined) return await doubt(context, built, 'answerWrong')
  if (!macValid) return await doubt(context, built, 'macWrong')
  if (code === undecidedCode && built.draft.amount !== undefined) return await doubt(context, built, 'hostBusy')
  if (code === '94' && built.draft.amount !== undefined) return await heardBefore(context, built)
  if (code === '98') return await doubt(context, built, 'issuerSilent')
  if (isApproval(code)) return await approve(context, { built, answer, amount: result.message.amount('4') })
  return await decline(context, built, answer, code)
}

async function approve(
  context: TerminalContext,
  parts: { built: BuiltPayment; answer: AnswerFields; amount: bigint | undefined },
): Promise<PaymentOutcome> {
  const { built, answer } = parts
  const asked = built.draft.amount?.minorUnits ?? 0n
  // A partial approval (10) carries the amount that was granted.
  const amountMinor = answer.responseCode === '10' ? (parts.amount ?? asked) : asked
  const record = batchRecordOf(context, built, answer, amountMinor)
  const responseCode = answer.responseCode ?? '00'
  const { rrn, approvalCode } = answer
  const last = lastOf(built, context.nowText(), { outcome: 'approved', responseCode, rrn, approvalCode, amountMinor })
  // Approved, but the terminal cannot keep it: then it must not have happened (reason 96).
  if (!(await context.tryAppend({ type: 'paymentApproved', last, record })))
    return await doubt(context, built, 'terminalFault')
  const printed = record === undefined || (await printPayment(context, record, { reprint: false })) === 'printed'
  return {
    kind: 'approved',
    responseCode,
    stan: built.stan,
    rrn,
    approvalCode,
    amountMinor,
    record,
    balanceMinor: answer.balanceMinor,
    printed,
  }
}

async function decline(
  context: TerminalContext,
  built: BuiltPayment,
  answer: AnswerFields,
  responseCode: string,
): Promise<PaymentOutcome> {
  const { rrn } = answer
  const last = lastOf(built, context.nowText(), { outcome: 'declined', responseCode, rrn })
  await context.tryAppend({ type: 'paymentEnded', last })
  if (signOnCodes.has(responseCode)) await context.tryAppend({ type: 'requirementRaised', digit: '3' })
  return { kind: 'declined', responseCode, stan: built.stan, rrn }
}

/**
 * The host has had this trace before, and a terminal never uses one twice: the network delivered the request twice, and what came
 * first is the answer to the second copy. The first may have been approved, so it is reversed (an advice: sent again) and not taken
 * for declined.
 */
async function heardBefore(context: TerminalContext, built: BuiltPayment): Promise<PaymentOutcome> {
  await context.tryAppend({ type: 'requirementRaised', digit: '3' })
  return await doubt(context, built, 'answerWrong')
}

/** Not one byte left the terminal, so nothing can have happened. A completion advice stays stored all the same. */
async function notSent(context: TerminalContext, built: BuiltPayment): Promise<PaymentOutcome> {
  if (built.draft.kind === 'completionAdvice') return { kind: 'stored', stan: built.stan }
  await context.tryAppend({ type: 'paymentEnded', last: lastOf(built, context.nowText(), { outcome: 'notSent' }) })
  return refused('hostUnreachable')
}

async function doubt(context: TerminalContext, built: BuiltPayment, cause: Doubt): Promise<PaymentOutcome> {
  const { stan } = built
  const type = transactionTypes[built.draft.kind]
  const at = context.nowText()
  if (type.mti === '0220') {
    await context.tryAppend({ type: 'adviceAttempted', stan })
    if (built.draft.kind === 'completionAdvice') return { kind: 'stored', stan }
    return { kind: 'unknown', stan, next: 'repeat', cause }
  }
  const last = lastOf(built, at, { outcome: 'unknown', responseCode: doubtReasons[cause] })
  if (!type.reversible) {
    await context.tryAppend({ type: 'paymentEnded', last })
    return { kind: 'unknown', stan, next: 'none', cause }
  }
  // Without room in the journal the stored record with reason 98 still stands, and it is enough to reverse.
  await context.tryAppend({ type: 'paymentUnknown', last, reason: doubtReasons[cause] })
  return { kind: 'unknown', stan, next: 'reversal', cause }
}
