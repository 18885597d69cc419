// The fold of the journal: state + event → state. Pure, so that replaying the file after a crash gives exactly the state the
// terminal had when it last acknowledged something.

import { assert, assertNever } from '@shua/assert'
import type { BatchRecord } from './batch-record.ts'
import type { JournalEvent } from './journal-event.ts'
import { emptyState, type TerminalState } from './terminal-state.ts'

const stanMax = 999_999

export function applyEvent(state: TerminalState, event: JournalEvent): TerminalState {
  switch (event.type) {
    case 'snapshot':
      // Fields that an older version did not write, and those JSON leaves out, get the value of an empty terminal.
      return { ...emptyState(event.state), ...event.state }
    case 'masterKeyLoaded': {
      const { pinPad, masterKeyCheckValue, sealKey } = event
      return { ...state, pinPad, masterKeyCheckValue, sealKey, signedOn: false }
    }
    case 'signedOn':
    case 'signedOff':
    case 'traceUsed':
    case 'requirementRaised':
    case 'requirementDone':
      return applySession(state, event)
    case 'paymentStarted':
    case 'paymentApproved':
    case 'paymentEnded':
    case 'paymentUnknown':
    case 'slipPrinted':
      return applyPayment(state, event)
    case 'reversalAttempted':
    case 'reversalEnded':
    case 'reversalAbandoned':
    case 'reversalResumed':
    case 'adviceAttempted':
    case 'adviceFailed':
    case 'caseClosed':
      return applyDoubt(state, event)
    case 'settlementStarted':
    case 'settlementAnswered':
    case 'settlementDropped':
    case 'recordsUploaded':
    case 'batchClosed':
    case 'batchAbandoned':
    case 'settlementSlipPrinted':
      return applySettlement(state, event)
    case 'parametersLoaded':
    case 'stopListLoaded':
    case 'operatorSaved':
    case 'operatorRemoved':
    case 'languageChosen':
      return applySetting(state, event)
    default:
      return assertNever(event)
  }
}

type Event<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>

function useTrace(state: TerminalState): TerminalState {
  return {
    ...state,
    nextStan: state.nextStan === stanMax ? 1 : state.nextStan + 1,
    stansUsed: state.stansUsed + 1,
  }
}

function applySession(
  state: TerminalState,
  event: Event<'signedOn' | 'signedOff' | 'traceUsed' | 'requirementRaised' | 'requirementDone'>,
): TerminalState {
  switch (event.type) {
    case 'signedOn':
      return {
        ...state,
        pinPad: event.pinPad,
        signedOn: true,
        signedOnAt: event.at,
        batchNumber: event.batchNumber,
        mustSettle: event.mustSettle,
        // Another batch number begins a new count of traces; the trace itself goes on.
        stansUsed: event.batchNumber === state.batchNumber ? state.stansUsed : 0,
      }
    case 'signedOff':
      return { ...state, signedOn: false, pinPad: event.pinPad }
    case 'traceUsed':
      return useTrace(state)
    case 'requirementRaised':
      return state.requirements.includes(event.digit)
        ? state
        : { ...state, requirements: [...state.requirements, event.digit] }
    case 'requirementDone':
      return { ...state, requirements: state.requirements.filter((digit) => digit !== event.digit) }
    default:
      return assertNever(event)
  }
}

function markVoided(records: readonly BatchRecord[], record: BatchRecord): readonly BatchRecord[] {
  const { original } = record
  if (original === undefined || (record.kind !== 'void' && record.kind !== 'completionVoid')) return records
  return records.map((earlier) =>
    earlier.stan === original.stan ? { ...earlier, status: 'voided' as const } : earlier,
  )
}

function withoutAdvice(state: TerminalState, stan: string): TerminalState['advices'] {
  return state.advices.filter((advice) => advice.stan !== stan)
}

function applyPayment(
  state: TerminalState,
  event: Event<'paymentStarted' | 'paymentApproved' | 'paymentEnded' | 'paymentUnknown' | 'slipPrinted'>,
): TerminalState {
  switch (event.type) {
    case 'paymentStarted':
      assert(state.pendingReversal === undefined, 'one transaction is open at a time')
      return {
        ...useTrace(state),
        pendingReversal: event.reversal,
        advices: event.advice ? [...state.advices, event.advice] : state.advices,
        last: event.last,
      }
    case 'paymentApproved': {
      const { record } = event
      return {
        ...state,
        pendingReversal: undefined,
        advices: withoutAdvice(state, event.last.stan),
        records: record ? [...markVoided(state.records, record), record] : state.records,
        last: event.last,
      }
    }
    case 'paymentEnded':
      return { ...state, pendingReversal: undefined, advices: withoutAdvice(state, event.last.stan), last: event.last }
    case 'paymentUnknown':
      return {
        ...state,
        pendingReversal: state.pendingReversal && { ...state.pendingReversal, reason: event.reason },
        last: event.last,
      }
    case 'slipPrinted':
      return {
        ...state,
        records: state.records.map((record) => (record.stan === event.stan ? { ...record, printed: true } : record)),
      }
    default:
      return assertNever(event)
  }
}

function applyDoubt(
  state: TerminalState,
  event: Event<
    | 'reversalAttempted'
    | 'reversalEnded'
    | 'reversalAbandoned'
    | 'reversalResumed'
    | 'adviceAttempted'
    | 'adviceFailed'
    | 'caseClosed'
  >,
): TerminalState {
  switch (event.type) {
    case 'reversalAttempted': {
      const { pendingReversal } = state
      assert(pendingReversal, 'only a pending reversal is attempted')
      const counted =
        event.busy === true
          ? { busyAnswers: (pendingReversal.busyAnswers ?? 0) + 1 }
          : { attempts: pendingReversal.attempts + 1 }
      return { ...state, pendingReversal: { ...pendingReversal, ...counted } }
    }
    case 'reversalEnded':
      return { ...state, pendingReversal: undefined, last: event.last ?? state.last }
    case 'reversalAbandoned':
      return {
        ...state,
        pendingReversal: undefined,
        cases: [...state.cases, event.unresolved],
        last: event.last ?? state.last,
      }
    case 'reversalResumed': {
      const resumed = state.cases.find(({ id }) => id === event.caseId)?.reversal
      assert(resumed, 'only a case with a reversal is resumed')
      return {
        ...state,
        pendingReversal: { ...resumed, attempts: 0, busyAnswers: 0 },
        cases: state.cases.filter(({ id }) => id !== event.caseId),
      }
    }
    case 'adviceAttempted':
      return {
        ...state,
        advices: state.advices.map((advice) =>
          advice.stan === event.stan ? { ...advice, attempts: advice.attempts + 1 } : advice,
        ),
      }
    case 'adviceFailed':
      return {
        ...state,
        advices: withoutAdvice(state, event.unresolved.stan),
        cases: [...state.cases, event.unresolved],
      }
    case 'caseClosed':
      return { ...state, cases: state.cases.filter(({ id }) => id !== event.caseId) }
    default:
      return assertNever(event)
  }
}

function applySettlement(
  state: TerminalState,
  event: Event<
    | 'settlementStarted'
    | 'settlementAnswered'
    | 'settlementDropped'
    | 'recordsUploaded'
    | 'batchClosed'
    | 'batchAbandoned'
    | 'settlementSlipPrinted'
  >,
): TerminalState {
  switch (event.type) {
    case 'settlementStarted':
      return { ...state, settlement: event.settlement }
    case 'settlementAnswered': {
      const { settlement } = state
      assert(settlement, 'an answer belongs to a settlement')
      const { domesticFlag, foreignFlag, nextBatch } = event
      const phase = domesticFlag === 1 && foreignFlag === 1 ? 'balanced' : 'uploading'
      return { ...state, settlement: { ...settlement, phase, domesticFlag, foreignFlag, nextBatch } }
    }
    case 'settlementDropped':
      return { ...state, settlement: undefined }
    case 'recordsUploaded': {
      const stans = new Set(event.stans)
      return {
        ...state,
        records: state.records.map((record) => (stans.has(record.stan) ? { ...record, uploaded: true } : record)),
      }
    }
    case 'batchClosed':
      return closeBatch(state, event)
    case 'batchAbandoned':
      return { ...closeBatch(state, event), cases: [...state.cases, event.unresolved] }
    case 'settlementSlipPrinted':
      return { ...state, closedBatch: state.closedBatch && { ...state.closedBatch, printed: true } }
    default:
      return assertNever(event)
  }
}

function closeBatch(state: TerminalState, event: Event<'batchClosed' | 'batchAbandoned'>): TerminalState {
  return {
    ...state,
    closedBatch: {
      batchNumber: state.batchNumber,
      closedAt: event.closedAt,
      operator: state.settlement?.operator ?? '00',
      balanced: state.settlement?.phase === 'balanced',
      domesticFlag: state.settlement?.domesticFlag ?? 0,
      foreignFlag: state.settlement?.foreignFlag ?? 0,
      // What is kept for another print needs no account numbers.
      records: state.records.map((record) => ({ ...record, panSealed: '' })),
      printed: false,
    },
    settlement: undefined,
    records: [],
    batchNumber: event.nextBatch,
    stansUsed: 0,
    mustSettle: false,
  }
}

function applySetting(
  state: TerminalState,
  event: Event<'parametersLoaded' | 'stopListLoaded' | 'operatorSaved' | 'operatorRemoved' | 'languageChosen'>,
): TerminalState {
  switch (event.type) {
    case 'parametersLoaded':
      return { ...state, parameters: event.parameters }
    case 'stopListLoaded':
      return { ...state, stopList: event.entries, stopListLoadedAt: event.loadedAt }
    case 'operatorSaved': {
      const others = state.operators.filter(({ number }) => number !== event.operator.number)
      return {
        ...state,
        operators: [...others, event.operator].sort((a, b) => a.number.localeCompare(b.number)),
      }
    }
    case 'operatorRemoved':
      return { ...state, operators: state.operators.filter(({ number }) => number !== event.number) }
    case 'languageChosen':
      return { ...state, language: event.language }
    default:
      return assertNever(event)
  }
}
