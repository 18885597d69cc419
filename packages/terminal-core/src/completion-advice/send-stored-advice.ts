// Store and forward (terminal-protocol §4.3): a 0220 is kept until it is answered with any code. One is sent after each online
// transaction, all of them before settlement. It keeps its trace number; track, expiry and PIN were never stored, so it goes with the number alone.

import { asksForSignOn } from '../engine/asks-for-sign-on.ts'
import { exchange, type AnswerFields } from '../engine/exchange.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { isApproval } from '@shua/scheme'
import { batchRecordOf } from '../payment/batch-record-of.ts'
import { buildPayment, lastOf, type BuiltPayment } from '../payment/build-payment.ts'
import type { PaymentDraft } from '../payment/payment-draft.ts'
import { undecidedCode } from '../payment/undecided-code.ts'
import { caseSlip } from '../receipt/report-slips.ts'
import { printPayment, printSlip } from '../reprint/print-payment.ts'
import { readCardEntry } from '../card/card-entry.ts'
import { signOn } from '../sign-on/sign-on.ts'
import type { StoredAdvice, UnresolvedCase } from '../state/terminal-state.ts'
import { assert } from '@shua/assert'

export type AdviceOutcome = 'accepted' | 'refused' | 'waiting'

/** Sends the oldest stored advice; undefined when there is none. */
export async function sendOldestAdvice(context: TerminalContext): Promise<AdviceOutcome | undefined> {
  const [advice] = context.state.advices
  return advice && (await sendStoredAdvice(context, advice))
}

/** Sends all; false when one stays unanswered. */
export async function sendAllAdvices(context: TerminalContext): Promise<boolean> {
  for (const advice of context.state.advices) {
    if ((await sendStoredAdvice(context, advice)) === 'waiting') return false
  }
  return true
}

async function sendStoredAdvice(context: TerminalContext, advice: StoredAdvice): Promise<AdviceOutcome> {
  const { stan, batchNumber } = advice
  const draft: PaymentDraft = {
    kind: advice.kind,
    operator: advice.operator,
    amount: { minorUnits: advice.amountMinor, currency: advice.currency },
    card: { method: 'stored', pan: context.openPan(advice.panSealed, stan) },
    pin: undefined,
    original: advice.original,
    repeats: { stan, batchNumber },
  }
  const card = readCardEntry(draft.card)
  assert(card, 'a stored number needs no reading')
  const built = buildPayment(context, draft, card)
  let { answer, sent } = await exchangeAdvice(context, built)
  if (asksForSignOn(answer?.responseCode)) {
    // Once: who refuses fresh keys will refuse the next ones too.
    const outcome = await signOn(context, advice.operator)
    if (outcome.kind === 'done') ({ answer, sent } = await exchangeAdvice(context, built))
    else await context.tryAppend({ type: 'requirementRaised', digit: '3' })
  }
  const code = answer?.responseCode
  if (isBatchClosed(context, code)) return await giveUp(context, advice, code)
  if (answer === undefined || code === undefined || code === undecidedCode || asksForSignOn(code)) {
    if (sent) await context.tryAppend({ type: 'adviceAttempted', stan })
    return 'waiting'
  }
  if (!isApproval(code)) return await giveUp(context, advice, code)
  const record = batchRecordOf(context, built, answer, advice.amountMinor)
  assert(record, 'an advice has an amount')
  const { rrn, approvalCode } = answer
  const last = lastOf(built, context.nowText(), { outcome: 'approved', responseCode: code, rrn, approvalCode })
  await context.append({ type: 'paymentApproved', last, record: { ...record, entryMode: advice.entryMode } })
  await printPayment(context, { ...record, entryMode: advice.entryMode }, { reprint: false })
  return 'accepted'
}

/**
 * 77 with fresh keys, and the sign-on named another batch: the advice's batch is closed at the host and stays so. After A0, or
 * without the other batch, a copy of the sign-on may have fetched newer keys, and the next sign-on helps.
 */
function isBatchClosed(context: TerminalContext, code: string | undefined): code is '77' {
  return code === '77' && context.state.signedOn && context.state.mustSettle
}

interface Sent {
  /** With a right MAC, or a code that needs none. */
  readonly answer: AnswerFields | undefined
  /** Whether the host may have it. */
  readonly sent: boolean
}

async function exchangeAdvice(context: TerminalContext, built: BuiltPayment): Promise<Sent> {
  const open = context.beginTrace()
  const result = await exchange(context, built.message, { mac: true, trace: open.trace })
  const answer = result.kind === 'answer' && result.macValid ? result.answer : undefined
  open.report({ batchNumber: built.batchNumber, stan: built.stan, rrn: answer?.rrn, kind: built.draft.kind })
  return { answer, sent: result.kind === 'answer' || result.sent }
}

/**
 * 94: the host had it before (the power may have gone before that was noted) and does not say what became of it. The others refuse
 * terminal, merchant or batch (77 a closed one, 90 one that is being closed) before the host looks whether an earlier copy arrived,
 * which may stand, or be at work still (terminal-protocol §5).
 */
const codesSilentOnCopies: ReadonlySet<string> = new Set(['03', '58', '77', '90', '94', '97'])

async function giveUp(context: TerminalContext, advice: StoredAdvice, code: string): Promise<AdviceOutcome> {
  const unresolved: UnresolvedCase = {
    id: `${advice.batchNumber}-${advice.stan}`,
    problem: codesSilentOnCopies.has(code) ? 'adviceUnknown' : 'adviceDeclined',
    kind: advice.kind,
    stan: advice.stan,
    batchNumber: advice.batchNumber,
    amountMinor: advice.amountMinor,
    currency: advice.currency,
    panMasked: advice.panMasked,
    responseCode: code,
    at: context.localText(),
    reversal: undefined,
  }
  await context.append({ type: 'adviceFailed', unresolved })
  const content = caseSlip({ unresolved, context: context.slipContext() })
  await printSlip(context, { kind: 'adviceFailed', copy: 'report', content })
  return 'refused'
}
