import { money, type Currency } from '@shua/money'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountKindOf,
  balancesOf,
  buildTransfers,
  cardholderAccount,
  checkTransfers,
  custodyAccount,
  merchantAccount,
  receivableAccount,
  transferIdOf,
  type LedgerAccount,
  type Transfer,
} from './index.ts'

const paymentId = '0197a000-0000-7000-8000-0000000000ff'
const payment = { shard: 3, paymentId, businessDate: '2026-08-01', at: new Date('2026-08-01T04:00:00Z') }
const alice = cardholderAccount('alice')
const shop = merchantAccount('898110015411234')

function transfer(changes: Partial<Transfer>): Transfer {
  const movement = { debit: alice, credit: shop, amount: money(100n, 'CNY'), kind: 'purchase' } as const
  return { ...payment, ...movement, transferId: paymentId, ...changes }
}

describe('ledger accounts', () => {
  it('names an account by its kind and owner', () => {
    expect([alice, shop, custodyAccount('gift'), receivableAccount('alice')]).toEqual([
      'cardholder:alice',
      'merchant:898110015411234',
      'custody:gift',
      'receivable:alice',
    ])
    expect(accountKindOf(shop)).toBe('merchant')
  })

  it.each(['', 'a:b', 'a b', 'x'.repeat(65), '商户'])('refuses the owner %j', (owner) => {
    expect(() => merchantAccount(owner)).toThrow('assertion failed')
  })
})

describe('building transfers', () => {
  it('numbers the legs of a payment from its own id and leaves out what moves nothing', () => {
    const debts = receivableAccount('alice')
    const transfers = buildTransfers(payment, [
      { debit: alice, credit: shop, amount: money(0n, 'CNY'), kind: 'reversal' },
      { debit: debts, credit: shop, amount: money(40n, 'CNY'), kind: 'shortfall' },
      { debit: alice, credit: shop, amount: money(60n, 'CNY'), kind: 'reversal' },
    ])
    expect(transfers.map(({ transferId, debit }) => [transferId, debit])).toEqual([
      [paymentId, debts],
      ['0197a000-0000-7000-8000-0000000000fe', alice],
    ])
  })

  it.each([
    [-1n, alice, shop],
    [1n, shop, shop],
  ])('refuses to move %s from %s to %s', (minor, debit, credit) => {
    expect(() => buildTransfers(payment, [{ debit, credit, amount: money(minor, 'CNY'), kind: 'purchase' }])).toThrow(
      'assertion failed',
    )
  })

  it('gives all legs of a payment different ids', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        expect(new Set(Array.from({ length: 256 }, (_, leg) => transferIdOf(id, leg))).size).toBe(256)
        expect(transferIdOf(id, 0)).toBe(id)
      }),
    )
  })
})

describe('balances', () => {
  it('sum to zero in each currency, whatever moved', () => {
    const account = fc.constantFrom<LedgerAccount>(alice, shop, custodyAccount('gift'), receivableAccount('alice'))
    const currency = fc.constantFrom<Currency>('CNY', 'JPY')
    const movements = fc.array(fc.tuple(account, account, fc.bigInt(1n, 10n ** 15n), currency))
    fc.assert(
      fc.property(movements, (rows) => {
        const transfers = rows
          .filter(([debit, credit]) => debit !== credit)
          .map(([debit, credit, minor, code], index) =>
            transfer({ debit, credit, amount: money(minor, code), transferId: transferIdOf(paymentId, index) }),
          )
        expect(checkTransfers(transfers)).toEqual([])
        for (const code of ['CNY', 'JPY']) {
          const balances = balancesOf(transfers).filter((balance) => balance.currency === code)
          expect(balances.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n)).toBe(0n)
        }
      }),
    )
  })

  it('are credits minus debits, per account and currency', () => {
    const transfers = [
      transfer({ debit: custodyAccount('gift'), credit: alice, amount: money(500n, 'CNY') }),
      transfer({ amount: money(120n, 'CNY') }),
      transfer({ debit: shop, credit: alice, amount: money(20n, 'CNY') }),
      transfer({ amount: money(7n, 'JPY') }),
    ]
    expect(balancesOf(transfers)).toEqual([
      { account: alice, currency: 'CNY', balanceMinor: 400n },
      { account: alice, currency: 'JPY', balanceMinor: -7n },
      { account: custodyAccount('gift'), currency: 'CNY', balanceMinor: -500n },
      { account: shop, currency: 'CNY', balanceMinor: 100n },
      { account: shop, currency: 'JPY', balanceMinor: 7n },
    ])
  })

  it.each([
    ['amountNotPositive', [transfer({ amount: money(0n, 'CNY') })]],
    ['sameAccount', [transfer({ credit: alice })]],
    ['idRepeated', [transfer({}), transfer({ amount: money(5n, 'CNY') })]],
  ] as const)('tell of %s', (what, transfers) => {
    expect(checkTransfers(transfers)).toEqual([{ transferId: paymentId, what }])
  })
})
