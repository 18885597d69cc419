import { buildTransfers, cardholderAccount, custodyAccount, merchantAccount, type Transfer } from '@shua/ledger'
import { money } from '@shua/money'
import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  checkMoneyRules,
  insertTransfers,
  ledgerMigrations,
  openAccounts,
  readBalances,
  readTransfers,
} from './index.ts'

let test: TestDatabase
const at = new Date('2026-08-01T04:00:00.123Z')
const holder = cardholderAccount('alice')
const shop = merchantAccount('898110015411234')
const custody = custodyAccount('gift')

beforeAll(async () => {
  test = await createTestDatabase([await ledgerMigrations()])
  const opened = [custody, holder, shop].map((account) => ({ account, currency: 'CNY' }) as const)
  await openAccounts(test.database, opened, at)
})

afterAll(async () => {
  await test.drop()
})

function transfers(last: string, minor: bigint): Transfer[] {
  const payment = { shard: 9, paymentId: `0197a000-0000-7000-8000-0000000000${last}`, businessDate: '2026-08-01', at }
  return buildTransfers(payment, [
    { debit: custody, credit: holder, amount: money(minor, 'CNY'), kind: 'load' },
    { debit: holder, credit: shop, amount: money(minor / 2n, 'CNY'), kind: 'purchase' },
  ])
}

it('gives back what was inserted, to the last fen beyond the range of a float', async () => {
  const written = [...transfers('10', 9_007_199_254_740_993n), ...transfers('ff', 200n)]
  await insertTransfers(test.database, written)
  const ids = written.map(({ paymentId }) => paymentId)
  expect(await readTransfers(test.database, ids)).toEqual(written)
  expect(await readTransfers(test.database, [])).toEqual([])
  const half = 9_007_199_254_740_993n / 2n + 100n
  expect(await readBalances(test.database, [holder, shop, custody, merchantAccount('nobody')])).toEqual([
    { account: holder, currency: 'CNY', balanceMinor: 9_007_199_254_740_993n + 200n - half },
    { account: custody, currency: 'CNY', balanceMinor: -9_007_199_254_740_993n - 200n },
    { account: shop, currency: 'CNY', balanceMinor: half },
  ])
  expect(await checkMoneyRules(test.database)).toEqual([])
})

it('takes the same transfer once', async () => {
  const again = transfers('30', 10n)
  await insertTransfers(test.database, again)
  await expect(insertTransfers(test.database, again)).rejects.toMatchObject({ code: 'DATABASE_STATEMENT' })
})

it.each(['update ledger.transfer set amount_minor = 1', 'delete from ledger.transfer', 'truncate ledger.transfer'])(
  'refuses: %s',
  async (statement) => {
    await insertTransfers(test.database, [])
    const before = await readBalances(test.database, [holder])
    await expect(test.database.query(statement)).rejects.toMatchObject({ details: { sqlState: '23000' } })
    expect(await readBalances(test.database, [holder])).toEqual(before)
  },
)

it.each([
  ['amount_positive', { amount: money(0n, 'CNY') }],
  ['two_accounts', { debit: shop, credit: shop }],
] as const)('the constraint %s stands even against our own code', async (constraint, changes) => {
  const broken = transfers('40', 10n).map((transfer) => ({ ...transfer, ...changes }))
  await expect(insertTransfers(test.database, broken)).rejects.toMatchObject({ details: { constraint } })
})

it('opens an account once, also when several ask at the same time', async () => {
  const account = { account: merchantAccount('M1'), currency: 'CNY' } as const
  const answers = await Promise.all(
    Array.from({ length: 6 }, async () => await openAccounts(test.database, [account, account], at)),
  )
  expect(answers.flat()).toEqual([account])
  const [row] = await test.database.query('select kind, normal_side from ledger.account where account_id = $1', [
    'merchant:M1',
  ])
  expect(row).toEqual({ kind: 'merchant', normal_side: 'credit' })
})

it('tells of entries on an account that was never opened', async () => {
  const payment = { shard: 9, paymentId: '0197a000-0000-7000-8000-000000000050', businessDate: '2026-08-01', at }
  const movement = {
    debit: custody,
    credit: cardholderAccount('ghost'),
    amount: money(1n, 'CNY'),
    kind: 'load',
  } as const
  await insertTransfers(test.database, buildTransfers(payment, [movement]))
  expect(await checkMoneyRules(test.database)).toEqual([
    { rule: 1, what: 'account was never opened', subject: 'cardholder:ghost', detail: 'CNY' },
  ])
})
