import { readBalances, readTransfers } from '@shua/ledger-store'
import { money } from '@shua/money'
import type { PaymentRequest } from '@shua/scheme'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkMoneyRules } from '../money-rules/check-money-rules.ts'
import { expireHolds } from '../pre-authorization/expire-holds.ts'
import { merchantId } from '../testing/build-facts.ts'
import { createTestIssuer, type TestCard, type TestIssuer } from '../testing/test-issuer.ts'
import { readOpenCases } from './open-cases.ts'

let bank: TestIssuer

beforeAll(async () => {
  bank = await createTestIssuer()
})

afterAll(async () => {
  await bank.drop()
})

const cny = (minor: bigint) => money(minor, 'CNY')

/** Asks and expects an approval; answers the payment's id. */
async function done(card: TestCard, changes: Partial<PaymentRequest>): Promise<string> {
  const request = bank.request(card, changes)
  expect(await bank.outcome(request)).toBe('approved')
  return request.paymentId
}

const reverse = async (card: TestCard, originalPaymentId: string): Promise<string> =>
  await bank.outcome(bank.request(card, { kind: 'reversal', originalPaymentId, amount: undefined }))

/** What the cardholder, the merchant and the receivable hold after the entries of these payments. */
async function shopBalance(): Promise<bigint> {
  const [balance] = await readBalances(bank.database, [`merchant:${merchantId}`])
  return balance?.balanceMinor ?? 0n
}

/** Each kind of payment that can be reversed, with what has to happen before it. */
const reversibleKinds: readonly (readonly [string, (card: TestCard) => Promise<Partial<PaymentRequest>>])[] = [
  ['purchase', async () => ({ kind: 'purchase' })],
  ['void', async (card) => ({ kind: 'void', originalPaymentId: await done(card, { kind: 'purchase' }) })],
  ['preAuthorization', async () => ({ kind: 'preAuthorization' })],
  [
    'preAuthorizationVoid',
    async (card) => ({
      kind: 'preAuthorizationVoid',
      originalPaymentId: await done(card, { kind: 'preAuthorization' }),
    }),
  ],
  [
    'completion',
    async (card) => ({
      kind: 'completion',
      amount: cny(1_150n),
      originalPaymentId: await done(card, { kind: 'preAuthorization' }),
    }),
  ],
  [
    'completionVoid',
    async (card) => {
      const originalPaymentId = await done(card, { kind: 'preAuthorization' })
      return { kind: 'completionVoid', originalPaymentId: await done(card, { kind: 'completion', originalPaymentId }) }
    },
  ],
]

describe.each(reversibleKinds)('the reversal of a %s', (_, prepare) => {
  it('undoes it, and is approved again without effect', async () => {
    const card = await bank.newCard(5_000n)
    const changes = await prepare(card)
    const before = [await bank.balance(card), await shopBalance()]
    const original = bank.request(card, { ...changes, amount: changes.amount ?? cny(1_000n) })
    expect(await bank.outcome(original)).toBe('approved')
    expect([await bank.balance(card), await shopBalance()]).not.toEqual(before)
    for (let count = 0; count < 3; count++) {
      expect(await reverse(card, original.paymentId)).toBe('approved')
      expect([await bank.balance(card), await shopBalance()]).toEqual(before)
    }
    // The original that comes once more has no effect either.
    expect(await bank.outcome(original)).toBe('issuerRefusesOriginal')
    expect([await bank.balance(card), await shopBalance()]).toEqual(before)
    // What it had closed is open again: the same request is approved anew.
    expect(await bank.outcome(bank.request(card, { ...changes, amount: original.amount }))).toBe('approved')
  })

  it('bars it when it comes first, however often and even together in one batch', async () => {
    const card = await bank.newCard(5_000n)
    const changes = await prepare(card)
    const before = [await bank.balance(card), await shopBalance()]
    const original = bank.request(card, { ...changes, amount: changes.amount ?? cny(1_000n) })
    expect(await reverse(card, original.paymentId)).toBe('issuerRefusesOriginal')
    expect(await reverse(card, original.paymentId)).toBe('issuerRefusesOriginal')
    expect(await bank.outcome(original)).toBe('issuerRefusesOriginal')
    expect(await reverse(card, original.paymentId)).toBe('issuerRefusesOriginal')
    expect([await bank.balance(card), await shopBalance()]).toEqual(before)

    const late = bank.request(card, { ...changes, amount: original.amount })
    const reversal = bank.request(card, {
      kind: 'reversal',
      originalPaymentId: late.paymentId,
      amount: original.amount,
    })
    const answers = await bank.authorize(reversal, late)
    expect(answers.map(({ outcome }) => outcome)).toEqual(['declined', 'declined'])
    expect([await bank.balance(card), await shopBalance()]).toEqual(before)
  })

  it('leaves nothing when both arrive at the same moment', async () => {
    const card = await bank.newCard(5_000n)
    const changes = await prepare(card)
    const before = [await bank.balance(card), await shopBalance()]
    const original = bank.request(card, { ...changes, amount: changes.amount ?? cny(1_000n) })
    const reversals = [1, 2].map(async () => await reverse(card, original.paymentId))
    await Promise.all([bank.outcome(original), ...reversals])
    expect([await bank.balance(card), await shopBalance()]).toEqual(before)
  })
})

describe('the reversal of a void', () => {
  it('takes what is there and turns the rest into a receivable when the money was spent meanwhile', async () => {
    const card = await bank.newCard(1_000n)
    const purchase = await done(card, { kind: 'purchase' })
    const voided = await done(card, { kind: 'void', originalPaymentId: purchase })
    await done(card, { kind: 'purchase', amount: cny(700n) })
    const shop = await shopBalance()
    const reversal = bank.request(card, { kind: 'reversal', originalPaymentId: voided })
    expect(await bank.outcome(reversal)).toBe('approved')
    expect(await bank.balance(card)).toEqual({ posted: 0n, held: 0n })
    expect((await shopBalance()) - shop).toBe(1_000n)
    const entries = await readTransfers(bank.database, [reversal.paymentId])
    expect(entries.map(({ debit, amount, kind }) => [debit, amount.minorUnits, kind])).toEqual([
      [`cardholder:${card.accountId}`, 300n, 'reversal'],
      [`receivable:${card.accountId}`, 700n, 'shortfall'],
    ])
    const cases = await readOpenCases(bank.database, 100)
    expect(cases.filter(({ accountId }) => accountId === card.accountId)).toMatchObject([
      { kind: 'reversalShortfall', amount: cny(700n), paymentId: reversal.paymentId },
    ])
    // The purchase stands again and can be voided once more.
    await done(card, { kind: 'void', originalPaymentId: purchase })
  })

  it('leaves held money alone', async () => {
    const card = await bank.newCard(1_000n)
    const voided = await done(card, { kind: 'void', originalPaymentId: await done(card, { kind: 'purchase' }) })
    await done(card, { kind: 'preAuthorization', amount: cny(400n) })
    expect(await reverse(card, voided)).toBe('approved')
    expect(await bank.balance(card)).toEqual({ posted: 400n, held: 400n })
  })
})

describe('holds', () => {
  it('come back only as far as they are covered, and the rest is a case', async () => {
    const card = await bank.newCard(1_000n)
    const hold = await done(card, { kind: 'preAuthorization' })
    const completion = await done(card, { kind: 'completion', amount: cny(300n), originalPaymentId: hold })
    await done(card, { kind: 'purchase', amount: cny(600n) })
    await done(card, { kind: 'completionVoid', amount: cny(300n), originalPaymentId: completion })
    expect(await bank.balance(card)).toEqual({ posted: 400n, held: 400n })
    const cases = await readOpenCases(bank.database, 100)
    expect(cases.filter(({ accountId }) => accountId === card.accountId)).toMatchObject([
      { kind: 'holdNotRestored', amount: cny(600n) },
    ])
    // The smaller hold is still worth the whole authorization to its merchant, as far as there is money.
    await done(card, { kind: 'completion', amount: cny(400n), originalPaymentId: hold })
    expect(await bank.balance(card)).toEqual({ posted: 0n, held: 0n })
  })

  it('expire after thirty days, in batches, and nothing revives them', async () => {
    const card = await bank.newCard(10_000n)
    const [expired, completed] = [
      await done(card, { kind: 'preAuthorization' }),
      await done(card, { kind: 'preAuthorization' }),
    ]
    const completion = await done(card, { kind: 'completion', originalPaymentId: completed })
    const voided = await done(card, { kind: 'preAuthorization' })
    const releasing = await done(card, { kind: 'preAuthorizationVoid', originalPaymentId: voided })
    const later = await done(card, { kind: 'preAuthorization', at: new Date('2026-08-20T00:00:00Z') })
    const expire = async (now: string, limit: number): Promise<number> =>
      await bank.database.inTransaction(async (tx) => await expireHolds(tx, { now: new Date(now), limit }))
    await expire('2026-08-31T03:59:59Z', 1_000)
    expect((await bank.balance(card)).held).toBe(2_000n)
    while ((await expire('2026-08-31T04:00:00Z', 2)) === 2);
    expect((await bank.balance(card)).held).toBe(1_000n)

    const now = { at: new Date('2026-08-31T05:00:00Z'), businessDate: '2026-08-31' }
    const ask = async (changes: Partial<PaymentRequest>): Promise<string> =>
      await bank.outcome(bank.request(card, { ...changes, ...now }))
    expect(await ask({ kind: 'completion', originalPaymentId: expired })).toBe('originalNotOpen')
    expect(await ask({ kind: 'preAuthorizationVoid', originalPaymentId: expired })).toBe('originalNotOpen')
    expect(await ask({ kind: 'reversal', originalPaymentId: releasing })).toBe('approved')
    expect(await ask({ kind: 'completionVoid', originalPaymentId: completion })).toBe('approved')
    expect(await ask({ kind: 'reversal', originalPaymentId: expired })).toBe('approved')
    expect(await bank.balance(card)).toEqual({ posted: 10_000n, held: 1_000n })
    expect(await ask({ kind: 'completion', originalPaymentId: voided })).toBe('originalNotOpen')
    expect(await ask({ kind: 'completion', originalPaymentId: completed })).toBe('originalNotOpen')
    expect(await ask({ kind: 'completion', originalPaymentId: later })).toBe('approved')
  })

  it('are passed over while a payment has the account locked', async () => {
    const card = await bank.newCard(1_000n)
    await done(card, { kind: 'preAuthorization', at: new Date('2026-06-01T00:00:00Z') })
    const now = new Date('2026-08-01T00:00:00Z')
    const count = await bank.database.inTransaction(async (tx) => {
      await bank.issuer.authorize([bank.request(card, { kind: 'balanceInquiry', amount: undefined })], tx)
      return await bank.database.inTransaction(async (job) => await expireHolds(job, { now, limit: 10 }))
    })
    expect(count).toBe(0)
    expect(await bank.database.inTransaction(async (job) => await expireHolds(job, { now, limit: 10 }))).toBe(1)
    expect((await bank.balance(card)).held).toBe(0n)
  })
})

describe('the void of a completion reversed', () => {
  it('is refused with a case when the pre-authorization was completed again meanwhile', async () => {
    const card = await bank.newCard(5_000n)
    const hold = await done(card, { kind: 'preAuthorization' })
    const completion = await done(card, { kind: 'completion', originalPaymentId: hold })
    const voided = await done(card, { kind: 'completionVoid', originalPaymentId: completion })
    await done(card, { kind: 'completion', originalPaymentId: hold })
    expect(await reverse(card, voided)).toBe('reversalRefused')
    expect(await bank.balance(card)).toEqual({ posted: 4_000n, held: 0n })
    const cases = await readOpenCases(bank.database, 100)
    expect(cases.filter(({ accountId }) => accountId === card.accountId)).toMatchObject([
      { kind: 'reversalRefused', amount: cny(1_000n) },
    ])
  })
})

it('the money rules hold after all of this', async () => {
  expect(await checkMoneyRules(bank.database)).toEqual([])
})
