// A terminal's history of journal events as a list of its payments, each with how it ended. Which payment an event is about is
// read from the state before it, exactly as the terminal itself understood it.

import { applyEvent } from '../../packages/terminal-core/src/state/apply-event.ts'
import type { JournalEvent } from '../../packages/terminal-core/src/state/journal-event.ts'
import { emptyState, type TerminalState, type UnresolvedCase } from '@shua/terminal-core'
import type { TerminalOutcome, TerminalPayment } from './payment-records.ts'

export interface TerminalHistory {
  readonly payments: readonly TerminalPayment[]
  readonly state: TerminalState
}

type Draft = { -readonly [Key in keyof TerminalPayment]: TerminalPayment[Key] }

interface Named {
  readonly stan: string
  readonly batchNumber: string
}

export function foldTerminalPayments(events: readonly JournalEvent[]): TerminalHistory {
  const drafts = new Map<string, Draft>()
  const find = (named: Named | undefined): Draft | undefined =>
    named && drafts.get(`${named.batchNumber}/${named.stan}`)
  let state = emptyState({ terminalId: '', merchantId: '', language: 'zh' })
  for (const event of events) {
    if (event.type === 'paymentStarted') {
      const { batchNumber, stan } = event.last
      drafts.set(`${batchNumber}/${stan}`, startedPayment(state, event.last))
    } else {
      apply(event, state, find)
    }
    state = applyEvent(state, event)
  }
  const payments = [...drafts.values()].map((draft) => ({ ...draft, outcome: endOf(draft) }))
  return { payments, state }
}

function startedPayment(state: TerminalState, last: NonNullable<TerminalState['last']>): Draft {
  return {
    terminalId: state.terminalId,
    batchNumber: Number(last.batchNumber),
    stan: Number(last.stan),
    kind: last.kind,
    amountMinor: last.amountMinor,
    outcome: 'stuck',
    rrn: undefined,
    approvalCode: undefined,
    wasUnknown: false,
    note: '',
  }
}

/** What was open when the history ended: a question without money needs no end. */
function endOf({ outcome, kind }: Draft): TerminalOutcome {
  return outcome === 'stuck' && kind === 'balanceInquiry' ? 'forgotten' : outcome
}

type Find = (named: Named | undefined) => Draft | undefined
type Judgement = {
  readonly [Type in JournalEvent['type']]?: (
    event: Extract<JournalEvent, { type: Type }>,
    state: TerminalState,
    find: Find,
  ) => void
}

function giveUp(event: { readonly unresolved: UnresolvedCase }, _state: TerminalState, find: Find): void {
  const { unresolved } = event
  const note = `${unresolved.problem}, ${unresolved.responseCode ?? 'no answer'}`
  end(find(unresolved), unresolved.problem === 'adviceDeclined' ? 'declined' : 'case', { note })
}

/** The events that say something about how a payment stands; the others do not. */
const judgement: Judgement = {
  paymentApproved({ last, record }, _state, find) {
    const { rrn, approvalCode } = last
    end(find(last), 'approved', { amountMinor: record?.amountMinor ?? last.amountMinor, rrn, approvalCode })
  },
  paymentEnded({ last }, _state, find) {
    end(find(last), endedAs(last.outcome), { rrn: last.rrn })
  },
  paymentUnknown: ({ last }, _state, find) => doubt(find(last)),
  reversalAttempted: (_event, state, find) => doubt(find(state.pendingReversal)),
  adviceAttempted: (event, state, find) => doubt(find(state.advices.find(({ stan }) => stan === event.stan))),
  reversalEnded(_event, state, find) {
    // Also a payment whose terminal was killed before it could note its doubt.
    doubt(find(state.pendingReversal))
    end(find(state.pendingReversal), 'reversed', {})
  },
  reversalAbandoned: giveUp,
  adviceFailed: giveUp,
  reversalResumed(event, state, find) {
    end(find(state.cases.find(({ id }) => id === event.caseId)), 'stuck', { note: '' })
  },
}

function apply(event: JournalEvent, state: TerminalState, find: Find): void {
  const judge = judgement[event.type] as ((event: JournalEvent, state: TerminalState, find: Find) => void) | undefined
  judge?.(event, state, find)
}

function endedAs(outcome: NonNullable<TerminalState['last']>['outcome']): TerminalOutcome {
  if (outcome === 'declined' || outcome === 'notSent') return outcome
  return outcome === 'unknown' ? 'forgotten' : 'stuck'
}

function end(draft: Draft | undefined, outcome: TerminalOutcome, known: Partial<Draft>): void {
  if (draft) Object.assign(draft, known, { outcome })
}

function doubt(draft: Draft | undefined): void {
  if (draft) draft.wasUnknown = true
}
