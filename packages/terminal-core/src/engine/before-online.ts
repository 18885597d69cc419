// What must be in order before a payment goes online (terminal-protocol §4.1): keys fresh, nothing half-done, room in the batch.
// A pending reversal is sent first; while it is unanswered no new payment starts.

import { transactionTypes, type TransactionKind } from '@shua/scheme'
import { resolveReversal } from '../reversal/reversal.ts'
import { signOn } from '../sign-on/sign-on.ts'
import { batchTotals } from '../state/batch-totals.ts'
import type { RefusalReason } from './outcome.ts'
import type { TerminalContext } from './terminal-context.ts'

const keyLifetimeMs = 86_400_000
const stansMax = 999_998
/** Totals travel in twelve digits (§2.6). */
const totalMinorMax = 999_999_999_999n

export async function beforeOnline(context: TerminalContext, operator: string): Promise<RefusalReason | undefined> {
  if (context.state.pinPad === undefined) return 'noMasterKey'
  if (context.state.settlement !== undefined) return 'settling'
  if (!context.state.signedOn) return 'notSignedOn'
  if (context.state.requirements.includes('3') || keysAreStale(context)) {
    const outcome = await signOn(context, operator)
    if (outcome.kind === 'noAnswer') return 'hostUnreachable'
    if (outcome.kind !== 'done') return outcome.kind === 'refused' ? outcome.reason : 'notSignedOn'
  }
  if (context.state.mustSettle) return 'mustSettle'
  if (context.state.pendingReversal !== undefined) {
    const outcome = await resolveReversal(context)
    if (outcome.kind === 'pending') return 'reversalPending'
  }
  return undefined
}

/** Working keys are of one day: a host refuses older ones with 77, and a terminal does not offer them (requirement A9). */
function keysAreStale(context: TerminalContext): boolean {
  const { signedOnAt } = context.state
  return signedOnAt === undefined || context.now().getTime() - Date.parse(signedOnAt) >= keyLifetimeMs
}

/** Whether the open batch can hold one more of this kind and amount. */
export function batchHasRoom(context: TerminalContext, kind: TransactionKind, amountMinor: bigint): boolean {
  const { records, advices, stansUsed } = context.state
  if (stansUsed >= stansMax || records.length + advices.length >= context.configuration.batchRecordsMax) return false
  const { settles } = transactionTypes[kind]
  if (settles === undefined) return true
  const { domestic, foreign } = batchTotals(records)
  const waiting = advices.reduce((sum, advice) => sum + advice.amountMinor, 0n)
  const largest = [domestic, foreign].flatMap(({ debitMinor, creditMinor }) => [debitMinor, creditMinor])
  return largest.every((total) => total + waiting + amountMinor <= totalMinorMax)
}
