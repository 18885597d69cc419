// A batch of requests in, a batch of answers out, in the same order and inside the caller's database transaction:
// load and lock, decide, write. An account takes part once in a round, so every decision sees exact balances; a second request
// of the same account waits for the next round. What is written leaves with the caller's next statement or its commit, which
// makes all of it durable at once, declines with their counters too.

import { assert } from '@shua/assert'
import { money } from '@shua/money'
import type { Transaction } from '@shua/postgres'
import type { PaymentAnswer, PaymentRequest } from '@shua/scheme'
import { pinOf, stripeVerified, type VerifiedPin } from '../card/card-cryptography.ts'
import type { LoadedCard } from '../store/load-cards.ts'
import { loadChains } from '../store/load-authorizations.ts'
import { writeDecisions } from '../store/write-decisions.ts'
import { takeKnown, type RequestKey } from './announced-requests.ts'
import { decide } from './decide.ts'
import type { Authorization, Facts } from './facts.ts'
import { cardKeyOf, type IssuerContext } from './issuer-context.ts'
import { openMerchantAccounts } from './open-merchant-accounts.ts'
import { recordDecision, batchOf, type RecordedDecision } from './recorded-decision.ts'
import { repeatedAnswer } from './repeated-answer.ts'
import { reportEntries } from './report-entries.ts'

interface Waiting extends RequestKey {
  readonly position: number
  readonly request: PaymentRequest
}

interface Ready extends Waiting {
  readonly loaded: LoadedCard
}

export async function authorize(
  context: IssuerContext,
  requests: readonly PaymentRequest[],
  tx: Transaction,
): Promise<PaymentAnswer[]> {
  const answers = new Map<number, PaymentAnswer>()
  let waiting: Waiting[] = requests.map((request, position) => {
    const { shard, panHash } = cardKeyOf(context, request.card.pan)
    return { position, request, shard, panHash, paymentId: request.paymentId }
  })
  while (waiting.length > 0) waiting = await authorizeRound(context, waiting, tx, answers)
  return requests.map((_, position) => {
    const answer = answers.get(position)
    assert(answer, 'every request has its answer')
    return answer
  })
}

/** Decides at most one request of each account; the answer is those that have to wait for the next round. */
async function authorizeRound(
  context: IssuerContext,
  waiting: readonly Waiting[],
  tx: Transaction,
  answers: Map<number, PaymentAnswer>,
): Promise<Waiting[]> {
  const { cards, written } = await takeKnown(context, waiting, tx)
  const ready = new Map<string, Ready>()
  const repeats: Waiting[] = []
  const later: Waiting[] = []
  waiting.forEach((item, index) => {
    const loaded = cards.get(index)
    if (!loaded) answers.set(item.position, cardUnknown(item.request))
    else if (written.has(item.paymentId)) repeats.push(item)
    else if (ready.has(loaded.account.accountId)) later.push(item)
    else {
      const { position, request, shard, panHash, paymentId } = item
      ready.set(loaded.account.accountId, { position, request, shard, panHash, paymentId, loaded })
    }
  })
  for (const [position, answer] of await settleRound(context, [...ready.values()], tx)) answers.set(position, answer)
  for (const [position, answer] of await answerRepeats(context, repeats, tx)) answers.set(position, answer)
  return later
}

async function settleRound(
  context: IssuerContext,
  ready: readonly Ready[],
  tx: Transaction,
): Promise<Map<number, PaymentAnswer>> {
  const answers = new Map<number, PaymentAnswer>()
  if (ready.length === 0) return answers
  const chains = await loadOriginals(tx, ready)
  const records = ready.map((item, index) => {
    const pin = pinOf(context, item.request, item.loaded.card, item.loaded.programme)
    const facts = factsOf(context, item, pin, chains.get(index) ?? [])
    return recordDecision(facts, decide(facts), pin.outcome)
  })
  const batch = batchOf(records)
  await openMerchantAccounts(context, tx, batch.transfers)
  tx.leave(() => writeDecisions(tx, batch))
  records.forEach((record, index) => {
    const { position, request } = ready[index]!
    reportEntries(request.observer, record.transfers)
    answers.set(position, answerOf(context, record))
  })
  return answers
}

/** In one statement, and only for the requests that name an original; keyed by position in `ready`. */
async function loadOriginals(tx: Transaction, ready: readonly Ready[]): Promise<Map<number, Authorization[]>> {
  const referring = ready.flatMap(({ shard, request }, index) =>
    request.originalPaymentId === undefined ? [] : [{ shard, paymentId: request.originalPaymentId, index }],
  )
  const chains = await loadChains(tx, referring)
  return new Map([...chains].map(([position, chain]) => [referring[position]!.index, chain]))
}

function factsOf(context: IssuerContext, item: Ready, pin: VerifiedPin, chain: readonly Authorization[]): Facts {
  const { request, loaded } = item
  return {
    request,
    amountMinor: request.amount?.minorUnits ?? 0n,
    card: loaded.card,
    account: loaded.account,
    programme: loaded.programme,
    chain,
    pin,
    cardVerified: () => stripeVerified(context, request, loaded.programme),
  }
}

function cardUnknown(request: PaymentRequest): PaymentAnswer {
  request.observer.event({ lane: 'issuer', kind: 'check', name: 'card known', outcome: 'refused' })
  return { outcome: 'declined', reason: 'cardUnknown' }
}

function answerOf({ issuerId }: IssuerContext, record: RecordedDecision): PaymentAnswer {
  const { decision, after, authorization, facts } = record
  if (decision.outcome === 'declined') return { outcome: 'declined', reason: decision.reason }
  assert(authorization.approvalCode !== null, 'an approval has a code')
  const { currency } = after
  const balance = {
    posted: money(after.postedMinor, currency),
    available: money(after.postedMinor - after.heldMinor, currency),
  }
  return {
    outcome: 'approved',
    approvalCode: authorization.approvalCode,
    issuerId,
    balance: facts.request.kind === 'reversal' ? undefined : balance,
  }
}

/** A payment that was there before: it gets its first answer again and has no effect. */
async function answerRepeats(
  context: IssuerContext,
  repeats: readonly Waiting[],
  tx: Transaction,
): Promise<Map<number, PaymentAnswer>> {
  const firsts = await loadChains(tx, repeats)
  return new Map(
    repeats.map(({ position, request }, index) => {
      const first = firsts.get(index)?.[0]
      assert(first, 'a payment that was written is there')
      request.observer.event({ lane: 'issuer', kind: 'check', name: 'first of its payment', outcome: 'refused' })
      return [position, repeatedAnswer(context.issuerId, first)]
    }),
  )
}
