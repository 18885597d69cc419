// What a decision says: a reason to refuse, or the effects of an approval. Balances are not stated but follow from the
// effects (which entries touch the cardholder, which holds change), so an account can never disagree with its entries.

import { assert } from '@shua/assert'
import { cardholderAccount, type Movement } from '@shua/ledger'
import type { DeclineReason } from '@shua/scheme'
import type { Account, Authorization } from './facts.ts'

export interface AuthorizationChange {
  readonly before: Authorization
  readonly after: Authorization
}

export type CaseKind = 'reversalShortfall' | 'holdNotRestored' | 'reversalRefused'

export interface OpenedCase {
  readonly kind: CaseKind
  readonly amountMinor: bigint
}

export interface Spending {
  /** A day the card has not seen yet begins its counters anew. */
  readonly businessDate: string
  readonly dayMinor: bigint
  readonly dayCount: number
  readonly monthMinor: bigint
}

export interface Effects {
  readonly movements?: readonly Movement[]
  /** A new hold of this authorization. */
  readonly hold?: { readonly minor: bigint; readonly expiresAt: Date }
  /** What becomes of earlier authorizations. */
  readonly changes?: readonly AuthorizationChange[]
  /** Change of what the card spent. */
  readonly spent?: Spending | undefined
  readonly case?: OpenedCase | undefined
}

export interface Approval {
  readonly outcome: 'approved'
  readonly effects: Effects
  /** Set when the approval repeats the code of an earlier one instead of taking the next. */
  readonly approvalCode?: string
}

export interface Refusal {
  readonly outcome: 'declined'
  readonly reason: DeclineReason
  /** A payment that must not take effect when it arrives later. */
  readonly bars?: string
  readonly case?: OpenedCase
}

export type Decision = Approval | Refusal

export function approved(effects: Effects): Approval {
  return { outcome: 'approved', effects }
}

/** Approves a reversal: it carries the approval code of what it reverses. */
export function approvedLike(original: Authorization, effects: Effects): Approval {
  assert(original.approvalCode !== null, 'what was approved has an approval code')
  return { outcome: 'approved', effects, approvalCode: original.approvalCode }
}

export function declined(reason: DeclineReason): Refusal {
  return { outcome: 'declined', reason }
}

export function change(before: Authorization, changes: Partial<Authorization>): AuthorizationChange {
  return { before, after: { ...before, ...changes } }
}

/** By how much the effects change the account. */
export function balanceChange(account: Account, effects: Effects): { postedMinor: bigint; heldMinor: bigint } {
  const own = cardholderAccount(account.accountId)
  let postedMinor = 0n
  for (const { debit, credit, amount } of effects.movements ?? []) {
    if (credit === own) postedMinor += amount.minorUnits
    if (debit === own) postedMinor -= amount.minorUnits
  }
  let heldMinor = effects.hold?.minor ?? 0n
  for (const { before, after } of effects.changes ?? []) heldMinor += after.holdMinor - before.holdMinor
  return { postedMinor, heldMinor }
}
