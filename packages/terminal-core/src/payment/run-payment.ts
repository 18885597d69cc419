// The one way every payment takes (terminal-protocol §4.1): check, write the reversal record, send, judge the answer, store,
// print. Each kind's own file says what it needs; the order of durable writes and the wire is decided here only.

import { isApproval, transactionTypes } from '@shua/scheme'
import type { Trace } from '@shua/telemetry'
import { isPin, isStopListed, readCardEntry } from '../card/card-entry.ts'
import { batchHasRoom, beforeOnline } from '../engine/before-online.ts'
import { exchange } from '../engine/exchange.ts'
import { refused, type PaymentOutcome, type RefusalReason } from '../engine/outcome.ts'
import type { OpenTrace, TerminalContext } from '../engine/terminal-context.ts'
import { adviceOf, buildPayment, lastOf, reversalOf, type BuiltPayment } from './build-payment.ts'
import { judgePayment } from './judge-payment.ts'
import type { PaymentDraft } from './payment-draft.ts'

const cardSteps = { stripe: 'stripeRead', manual: 'numberKeyed', unknown: 'numberOpened' } as const

export async function runPayment(context: TerminalContext, draft: PaymentDraft): Promise<PaymentOutcome> {
  const open = context.beginTrace()
  const { trace } = open
  const wrong = refusalOfDraft(context, draft) ?? (await beforeOnline(context, draft.operator))
  if (wrong !== undefined) return refused(wrong)
  const card = readCardEntry(draft.card)
  if (card === undefined) return refused('cardUnreadable')
  if (card.method === 'manual' && card.expiry === undefined) return refused('expiryNeeded')
  if (isStopListed(card.pan, context.state.stopList)) return refused('cardStopListed')
  trace.event({
    lane: 'card',
    kind: 'step',
    name: cardSteps[card.method],
    outcome: 'ok',
    detail: { card: card.pan.toString() },
  })
  const built = buildPayment(context, draft, card)
  if (draft.pin !== undefined) trace.event({ lane: 'terminal', kind: 'step', name: 'pinEncrypted', outcome: 'ok' })
  const stored = await storeStart(context, built, trace)
  if (!stored) return refused('journalFailed')
  const result = await exchange(context, built.message, { mac: true, trace })
  const outcome = await judgePayment(context, built, result)
  reportPayment(open, built, outcome)
  return outcome
}

function refusalOfDraft(context: TerminalContext, draft: PaymentDraft): RefusalReason | undefined {
  const { money } = transactionTypes[draft.kind]
  const minorUnits = draft.amount?.minorUnits
  if (money !== 'none' && (minorUnits === undefined || minorUnits <= 0n || minorUnits > 999_999_999_999n)) {
    return 'amountInvalid'
  }
  if (draft.pin !== undefined && !isPin(draft.pin)) return 'pinMalformed'
  return batchHasRoom(context, draft.kind, minorUnits ?? 0n) ? undefined : 'batchFull'
}

async function storeStart(context: TerminalContext, built: BuiltPayment, trace: Trace): Promise<boolean> {
  const stored = await context.tryAppend({
    type: 'paymentStarted',
    last: lastOf(built, context.nowText(), { outcome: 'open' }),
    reversal: reversalOf(built, context),
    advice: adviceOf(built, context),
  })
  if (!stored) return false
  if (transactionTypes[built.draft.kind].reversible) {
    trace.event({ lane: 'terminal', kind: 'step', name: 'reversalStored', outcome: 'ok' })
  }
  return true
}

function reportPayment({ trace, report }: OpenTrace, built: BuiltPayment, outcome: PaymentOutcome): void {
  const name = outcome.kind
  const good = name === 'approved' && isApproval(outcome.responseCode)
  trace.event({ lane: 'terminal', kind: 'step', name, outcome: good ? 'ok' : name === 'stored' ? 'info' : 'refused' })
  report({
    batchNumber: built.batchNumber,
    stan: built.stan,
    rrn: outcome.kind === 'approved' || outcome.kind === 'declined' ? outcome.rrn : undefined,
    kind: built.draft.kind,
  })
}
