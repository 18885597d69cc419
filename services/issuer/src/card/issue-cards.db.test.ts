import { Sensitive, luhnValid } from '@shua/card-data'
import { readBalances } from '@shua/ledger-store'
import { money, type Currency } from '@shua/money'
import { seededRandom } from '@shua/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkMoneyRules } from '../money-rules/check-money-rules.ts'
import { businessDate, nextPaymentId } from '../testing/build-facts.ts'
import { createTestIssuer, pan, testPin, type TestIssuer } from '../testing/test-issuer.ts'
import type { CardToIssue } from './issue-cards.ts'

let bank: TestIssuer

beforeAll(async () => {
  bank = await createTestIssuer()
})

afterAll(async () => {
  await bank.drop()
})

const date = { businessDate, at: new Date('2026-08-01T00:00:00Z') }
const plain = { expiry: '3012', serviceCode: '201', chip: false } as const

async function issue(
  cards: readonly CardToIssue[],
  o: { programmeId?: string; currency?: Currency } = {},
): Promise<string> {
  const accountId = nextPaymentId()
  const { programmeId = 'gift', currency = 'CNY' } = o
  const account = {
    accountId,
    programmeId,
    initialBalance: money(500n, currency),
    loadPaymentId: nextPaymentId(),
    cards,
  }
  await bank.database.inTransaction(async (tx) => await bank.issuer.issueCards(tx, [account], date))
  return accountId
}

describe('issuing', () => {
  it('loads the first balance from custody and stores no clear number, PIN or verification value', async () => {
    const before = (await readBalances(bank.database, ['custody:gift']))[0]?.balanceMinor ?? 0n
    const card = { ...plain, pan: pan('6225880000000001'), pin: testPin, holderName: 'LI MING' }
    const accountId = await issue([card])
    expect(await bank.issuer.findCard(bank.database, card.pan)).toMatchObject({
      accountId,
      programmeId: 'gift',
      maskedPan: '622588******0001',
      holderName: 'LI MING',
      state: 'active',
      posted: money(500n, 'CNY'),
      available: money(500n, 'CNY'),
    })
    const [custody] = await readBalances(bank.database, ['custody:gift'])
    expect(custody!.balanceMinor - before).toBe(-500n)
    expect(await checkMoneyRules(bank.database)).toEqual([])
    const [row] = await bank.database.query<{ everything: string; sealed: string }>(
      `select card::text as everything, encode(sealed_pan, 'escape') as sealed from issuer.card where account_id = $1`,
      [accountId],
    )
    for (const secret of ['6225880000000001', '123456']) {
      expect(row!.everything).not.toContain(secret)
      expect(row!.everything).not.toContain(Buffer.from(secret).toString('hex'))
      expect(row!.sealed).not.toContain(secret)
    }
  })

  it.each<[string, () => Promise<string>]>([
    [
      'ISSUER_PROGRAMME_UNKNOWN',
      async () => await issue([{ ...plain, pan: pan('6225880000000019') }], { programmeId: 'none' }),
    ],
    ['ISSUER_CURRENCY', async () => await issue([{ ...plain, pan: pan('6225880000000019') }], { currency: 'JPY' })],
    ['ISSUER_CARD_BIN', async () => await issue([{ ...plain, pan: pan('4900000000000003') }])],
    ['ISSUER_CARD_SHARD', async () => await issue([])],
  ])('refuses with %s and leaves nothing', async (code, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code })
    expect(await bank.issuer.findCard(bank.database, pan('6225880000000019'))).toBeUndefined()
  })

  it('refuses cards of one account in different shards', async () => {
    const random = seededRandom(11)
    const cards = [3, 4].map((shard) => ({
      ...plain,
      pan: bank.issuer.choosePan({ bin: '622588', length: 16, shard }, (below) => random.integer(below)),
    }))
    await expect(issue(cards)).rejects.toMatchObject({ code: 'ISSUER_CARD_SHARD' })
  })

  it('refuses a number that exists', async () => {
    const card = { ...plain, pan: pan('6225880000000027') }
    await issue([card])
    await expect(issue([card])).rejects.toMatchObject({ code: 'DATABASE_STATEMENT' })
  })
})

it('chooses numbers with a check digit, in every shard, of every length', () => {
  const random = seededRandom(5)
  for (let shard = 0; shard < 64; shard++) {
    const length = 13 + (shard % 7)
    const digits = bank.issuer.choosePan({ bin: '622588', length, shard }, (below) => random.integer(below)).reveal()
    expect([digits.length, digits.startsWith('622588'), luhnValid(digits)]).toEqual([length, true, true])
  }
})

it('card states and PIN locks of unknown cards are faults', async () => {
  const unknown = { pan: pan('6225889999999999'), state: 'lost', at: date.at } as const
  await expect(bank.issuer.setCardState(bank.database, unknown)).rejects.toMatchObject({ code: 'ISSUER_CARD_UNKNOWN' })
  await expect(bank.issuer.unlockPin(bank.database, new Sensitive('6225889999999999'))).rejects.toMatchObject({
    code: 'ISSUER_CARD_UNKNOWN',
  })
})
