// Turns a decision into the rows that record it: the authorization, the account's and card's changes, entries, cases.

import { assert } from '@shua/assert'
import { buildTransfers, type Transfer } from '@shua/ledger'
import { approvalCode } from '../card/approval-code.ts'
import { spentAfter } from '../card/day-spending.ts'
import type { BatchToWrite, CardToWrite } from '../store/write-decisions.ts'
import { balanceChange, type Decision, type Effects } from './decision.ts'
import { availableMinor, type Account, type Authorization, type Facts } from './facts.ts'

export interface RecordedDecision {
  readonly facts: Facts
  readonly decision: Decision
  readonly authorization: Authorization
  readonly transfers: readonly Transfer[]
  /** The account after the decision. */
  readonly after: Account
  /** Present when the card's counters change. */
  readonly card: CardToWrite | undefined
}

const noEffects: Effects = {}

export function recordDecision(facts: Facts, decision: Decision, pinOutcome: string | undefined): RecordedDecision {
  const { request, account } = facts
  const effects = decision.outcome === 'approved' ? decision.effects : noEffects
  const { postedMinor, heldMinor } = balanceChange(account, effects)
  const takesCode = decision.outcome === 'approved' && decision.approvalCode === undefined
  // Named one by one, here and below: what is put together by spreading is slow to make and to read.
  const after: Account = {
    shard: account.shard,
    accountId: account.accountId,
    currency: account.currency,
    status: account.status,
    postedMinor: account.postedMinor + postedMinor,
    heldMinor: account.heldMinor + heldMinor,
    authorizationSequence: account.authorizationSequence + (takesCode ? 1n : 0n),
  }
  assert(after.heldMinor >= 0n && availableMinor(after) >= 0n, 'no decision takes an account below zero')
  const payment = {
    shard: account.shard,
    paymentId: request.paymentId,
    businessDate: request.businessDate,
    at: request.at,
  }
  return {
    facts,
    decision,
    authorization: authorizationOf(facts, decision, after),
    transfers: buildTransfers(payment, effects.movements ?? []),
    after,
    card: cardAfter(facts, effects, pinOutcome),
  }
}

function authorizationOf(facts: Facts, decision: Decision, after: Account): Authorization {
  const { request, account, card, amountMinor } = facts
  const effects = decision.outcome === 'approved' ? decision.effects : noEffects
  const changes = effects.changes ?? []
  const releasedMinor = changes.reduce((sum, { before, after: then }) => sum + before.holdMinor - then.holdMinor, 0n)
  return {
    shard: account.shard,
    paymentId: request.paymentId,
    accountId: account.accountId,
    panHash: card.panHash,
    kind: request.kind,
    state: decision.outcome,
    reason: decision.outcome === 'declined' ? decision.reason : null,
    amountMinor,
    currency: request.amount?.currency ?? account.currency,
    approvalCode: codeOf(decision, after),
    originalPaymentId: request.originalPaymentId ?? null,
    refundedMinor: 0n,
    completedMinor: 0n,
    holdMinor: effects.hold?.minor ?? 0n,
    holdExpiresAt: effects.hold?.expiresAt ?? null,
    releasedMinor: releasedMinor > 0n ? releasedMinor : 0n,
    businessDate: request.businessDate,
    merchantId: request.merchantId,
  }
}

function codeOf(decision: Decision, after: Account): string | null {
  if (decision.outcome === 'declined') return null
  return decision.approvalCode ?? approvalCode(after.accountId, after.authorizationSequence)
}

function cardAfter({ card }: Facts, effects: Effects, pinOutcome: string | undefined): CardToWrite | undefined {
  const pinTries = pinOutcome === 'right' ? 0 : card.pinTries + (pinOutcome === 'wrong' ? 1 : 0)
  if (pinTries === card.pinTries && !effects.spent) return undefined
  const { day, daySpentMinor, dayCount, monthSpentMinor } = spentAfter(card, effects.spent)
  return {
    shard: card.shard,
    panHash: card.panHash,
    pinTries,
    day,
    daySpentMinor,
    dayCount,
    monthSpentMinor,
  }
}

export function batchOf(records: readonly RecordedDecision[]): BatchToWrite {
  const batch: BatchToWrite = { authorizations: [], accounts: [], cards: [], changed: [], transfers: [], cases: [] }
  for (const record of records) addRecord(batch, record)
  return batch
}

function addRecord(
  batch: BatchToWrite,
  { facts, decision, authorization, transfers, after, card }: RecordedDecision,
): void {
  const { request, account } = facts
  const { paymentId } = request
  const { shard, accountId } = account
  batch.authorizations.push({ request, authorization })
  batch.transfers.push(...transfers)
  if (card) batch.cards.push(card)
  if (decision.outcome === 'declined' && decision.bars !== undefined) {
    batch.authorizations.push({ request, authorization: barOf(authorization, decision.bars) })
  }
  const opened = decision.outcome === 'approved' ? decision.effects.case : decision.case
  if (opened)
    batch.cases.push({ ...opened, shard, accountId, paymentId, currency: account.currency, openedAt: request.at })
  if (decision.outcome === 'declined') return
  batch.accounts.push({
    shard,
    accountId,
    postedChange: after.postedMinor - account.postedMinor,
    heldChange: after.heldMinor - account.heldMinor,
    approvals: Number(after.authorizationSequence - account.authorizationSequence),
  })
  for (const changed of decision.effects.changes ?? []) batch.changed.push(changed.after)
}

/** Takes the place of a payment whose reversal came first, so that it can have no effect when it comes. */
function barOf(reversal: Authorization, paymentId: string): Authorization {
  return {
    ...reversal,
    paymentId,
    kind: 'unknown',
    state: 'barred',
    reason: null,
    amountMinor: 0n,
    originalPaymentId: null,
  }
}
