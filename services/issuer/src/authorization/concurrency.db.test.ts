import { Sensitive } from '@shua/card-data'
import { money } from '@shua/money'
import { seededRandom } from '@shua/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkMoneyRules } from '../money-rules/check-money-rules.ts'
import { businessDate, nextPaymentId } from '../testing/build-facts.ts'
import { createTestIssuer, testPin, type TestCard, type TestIssuer } from '../testing/test-issuer.ts'

let bank: TestIssuer

beforeAll(async () => {
  bank = await createTestIssuer()
})

afterAll(async () => {
  await bank.drop()
})

async function approvedOf(outcomes: Promise<string>[]): Promise<number> {
  return (await Promise.all(outcomes)).filter((outcome) => outcome === 'approved').length
}

it('requests on one account in parallel transactions never overspend', async () => {
  const card = await bank.newCard(5_500n)
  const purchases = Array.from({ length: 20 }, async () => await bank.outcome(bank.request(card, {})))
  expect(await approvedOf(purchases)).toBe(5)
  expect(await bank.balance(card)).toEqual({ posted: 500n, held: 0n })
})

it('one payment that is asked in parallel transactions has one effect and one answer', async () => {
  const card = await bank.newCard(5_500n)
  const request = bank.request(card, {})
  const answers = await Promise.all(Array.from({ length: 8 }, async () => (await bank.authorize(request))[0]!))
  const codes = answers.map((answer) => (answer.outcome === 'approved' ? answer.approvalCode : answer.outcome))
  expect(new Set(codes).size).toBe(1)
  expect(codes[0]).toMatch(/^\d{6}$/)
  expect(await bank.balance(card)).toEqual({ posted: 4_500n, held: 0n })
})

it('two cards of one account share its money, also within a batch', async () => {
  const random = seededRandom(7)
  const [accountId, loadPaymentId] = [nextPaymentId(), nextPaymentId()]
  const cards = [16, 19].map((length) => {
    const pan = bank.issuer.choosePan({ bin: '622588', length, shard: 5 }, (below) => random.integer(below))
    return { pan, expiry: '3012', serviceCode: '201', chip: false }
  })
  const account = { accountId, programmeId: 'gift', initialBalance: money(1_500n, 'CNY'), loadPaymentId, cards }
  const date = { businessDate, at: new Date('2026-08-01T00:00:00Z') }
  await bank.database.inTransaction(async (tx) => await bank.issuer.issueCards(tx, [account], date))
  const [first, second] = cards.map(({ pan }) => ({ accountId, pan })) as [TestCard, TestCard]
  const answers = await bank.authorize(bank.request(first, {}), bank.request(second, {}), bank.request(first, {}))
  expect(answers.map(({ outcome }) => outcome)).toEqual(['approved', 'declined', 'declined'])
  const parallel = [first, second].map(
    async (card) => await bank.outcome(bank.request(card, { amount: { minorUnits: 300n, currency: 'CNY' } })),
  )
  expect(await approvedOf(parallel)).toBe(1)
  expect(await bank.balance(first)).toEqual({ posted: 200n, held: 0n })
})

it('wrong PINs in parallel are all counted', async () => {
  const card = await bank.newCard(5_000n, { pin: testPin })
  const pin = bank.pinOf(card, new Sensitive('111111'))
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, async () => await bank.outcome(bank.request(card, { pin }))),
  )
  expect(outcomes.filter((outcome) => outcome === 'pinWrong').length).toBe(2)
  expect(outcomes.filter((outcome) => outcome === 'pinTriesExceeded').length).toBe(6)
})

it('batches that meet on many accounts in any order never lock each other up', async () => {
  const cards = await Promise.all(Array.from({ length: 12 }, async () => await bank.newCard(100_000n)))
  const random = seededRandom(3)
  const batches = Array.from({ length: 40 }, () =>
    cards
      .map((card) => ({ card, key: random.next() }))
      .toSorted((a, b) => a.key - b.key)
      .slice(0, 8),
  )
  const answers = await Promise.all(
    batches.map(async (batch) => await bank.authorize(...batch.map(({ card }) => bank.request(card, {})))),
  )
  expect(answers.flat().filter(({ outcome }) => outcome !== 'approved')).toEqual([])
  const balances = await Promise.all(cards.map(async (card) => (await bank.balance(card)).posted))
  expect(balances.reduce((sum, posted) => sum + posted, 0n)).toBe(12n * 100_000n - 40n * 8n * 1_000n)
})

it('the money rules hold after all of this', async () => {
  expect(await checkMoneyRules(bank.database)).toEqual([])
})
