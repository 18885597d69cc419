// Random sequences of every flow over a few cards, against the real issuer and database and against a simple model.

import { readBalances } from '@shua/ledger-store'
import { money } from '@shua/money'
import type { PaymentRequest } from '@shua/scheme'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkMoneyRules } from '../money-rules/check-money-rules.ts'
import { AccountModel, type ModelKind } from '../testing/account-model.ts'
import { nextPaymentId } from '../testing/build-facts.ts'
import { createTestIssuer, type TestCard, type TestIssuer } from '../testing/test-issuer.ts'

let bank: TestIssuer

beforeAll(async () => {
  bank = await createTestIssuer()
})

afterAll(async () => {
  await bank.drop()
})

/** What each kind refers to; the two without an original come first. */
const refersTo: Readonly<Record<ModelKind, readonly ModelKind[]>> = {
  purchase: [],
  preAuthorization: [],
  void: ['purchase'],
  refund: ['purchase', 'completion', 'completionAdvice'],
  preAuthorizationVoid: ['preAuthorization'],
  completion: ['preAuthorization'],
  completionAdvice: ['preAuthorization'],
  completionVoid: ['completion', 'completionAdvice'],
  reversal: ['purchase', 'void', 'preAuthorization', 'preAuthorizationVoid', 'completion', 'completionVoid'],
}
const kinds = Object.keys(refersTo) as ModelKind[]
const cardCount = 2
const openingMinor = 1_000n

const step = fc.record({
  card: fc.nat(cardCount - 1),
  /** Among the kinds that find an original to refer to; now and then among all. */
  kind: fc.nat(999),
  amount: fc.constantFrom('same', 'same', 'same', 'part', 'above') as fc.Arbitrary<'same' | 'part' | 'above'>,
  minor: fc.bigInt(1n, 500n),
  /** Which original: the latest, the one before …, among those of a fitting kind or, now and then, of any kind. */
  pick: fc.nat(2),
  anyKind: fc.nat(9).map((roll) => roll === 0),
  /** Sent after a later request, so that a payment may meet its own reversal before it arrives. */
  keepBack: fc.nat(4).map((roll) => roll === 0),
})

interface Actor {
  readonly card: TestCard
  readonly model: AccountModel
  readonly merchantId: string
  /** Sent or kept back, latest first. */
  readonly requests: PaymentRequest[]
  readonly keptBack: PaymentRequest[]
}

let merchantCount = 0

async function newActor(): Promise<Actor> {
  const card = await bank.newCard(openingMinor)
  merchantCount += 1
  const merchantId = `M${merchantCount}`
  return { card, model: new AccountModel(openingMinor), merchantId, requests: [], keptBack: [] }
}

interface Wish {
  readonly kind: number
  readonly amount: 'same' | 'part' | 'above'
  readonly minor: bigint
  readonly pick: number
  readonly anyKind: boolean
}

function nextRequest(actor: Actor, wish: Wish): PaymentRequest {
  const { amount, minor, pick, anyKind } = wish
  const possible = kinds.filter(
    (each) =>
      anyKind || refersTo[each].length === 0 || actor.requests.some(({ kind: sent }) => isOneOf(sent, refersTo[each])),
  )
  const kind = possible[wish.kind % possible.length]!
  const refers = refersTo[kind].length > 0
  const fits = (request: PaymentRequest): boolean =>
    anyKind ? request.kind !== 'reversal' : isOneOf(request.kind, refersTo[kind])
  const candidates = refers ? actor.requests.filter(fits) : []
  const original = candidates[pick % candidates.length]
  const whole = original?.amount?.minorUnits ?? minor
  // A reversal always repeats the amount of its original.
  const chosen = kind === 'reversal' || !refers ? 'same' : amount
  const minorUnits = { same: whole, part: minor, above: (whole * 115n) / 100n }[chosen]
  const originalPaymentId = refers ? (original?.paymentId ?? nextPaymentId()) : undefined
  return bank.request(actor.card, {
    kind,
    amount: money(minorUnits, 'CNY'),
    originalPaymentId,
    merchantId: actor.merchantId,
  })
}

function isOneOf(kind: PaymentRequest['kind'], wanted: readonly ModelKind[]): boolean {
  return wanted.some((each) => each === kind)
}

async function send(actor: Actor, request: PaymentRequest): Promise<void> {
  const expected = actor.model.apply({
    id: request.paymentId,
    kind: request.kind as ModelKind,
    amount: request.amount!.minorUnits,
    originalId: request.originalPaymentId,
  })
  const [answer] = await bank.authorize(request)
  expect(`${request.kind} ${answer?.outcome}`).toBe(`${request.kind} ${expected ? 'approved' : 'declined'}`)
  expect(await bank.balance(actor.card)).toEqual({ posted: actor.model.posted, held: actor.model.held })
}

it('agrees with the model, and the money rules hold, after any sequence of flows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50, size: 'max' }), async (steps) => {
      const actors = await Promise.all(Array.from({ length: cardCount }, newActor))
      for (const { card, keepBack, ...wish } of steps) {
        const actor = actors[card]!
        const request = nextRequest(actor, wish)
        actor.requests.unshift(request)
        // A payment kept back may meet its own reversal before it arrives.
        if (keepBack) actor.keptBack.push(request)
        else await send(actor, request)
        if (actor.keptBack.length > 1) await send(actor, actor.keptBack.shift()!)
      }
      for (const { card, model, merchantId } of actors) {
        const balances = await readBalances(bank.database, [`merchant:${merchantId}`, `receivable:${card.accountId}`])
        const byName = Object.fromEntries(balances.map(({ account, balanceMinor }) => [account, balanceMinor]))
        expect(byName[`merchant:${merchantId}`] ?? 0n).toBe(model.merchant)
        expect(byName[`receivable:${card.accountId}`] ?? 0n).toBe(-model.receivable)
      }
      expect(await checkMoneyRules(bank.database)).toEqual([])
    }),
    { numRuns: 25 },
  )
})
