// The checks must be able to fail: each kind of damage that the tables' own constraints do not stop is done by hand, seen by
// its rule, and undone by rolling back.

import { money } from '@shua/money'
import type { PaymentRequest } from '@shua/scheme'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestIssuer, type TestCard, type TestIssuer } from '../testing/test-issuer.ts'
import { checkMoneyRules } from './check-money-rules.ts'

let bank: TestIssuer
let card: TestCard

beforeAll(async () => {
  bank = await createTestIssuer()
  card = await bank.newCard(10_000n)
  const done = async (changes: Partial<PaymentRequest>): Promise<string> => {
    const request = bank.request(card, changes)
    const outcome = await bank.outcome(request)
    if (outcome !== 'approved') throw new Error(`${request.kind} was ${outcome}`)
    return request.paymentId
  }
  const purchase = await done({})
  await done({ kind: 'refund', amount: money(300n, 'CNY'), originalPaymentId: purchase })
  const hold = await done({ kind: 'preAuthorization' })
  await done({ kind: 'completion', amount: money(1_150n, 'CNY'), originalPaymentId: hold })
  await done({ kind: 'preAuthorization' })
  await done({ kind: 'reversal', originalPaymentId: await done({ kind: 'purchase' }) })
})

afterAll(async () => {
  await bank.drop()
})

it('all hold before', async () => {
  expect(await checkMoneyRules(bank.database)).toEqual([])
})

const copyOfTransfer = (changes: string): string =>
  `insert into ledger.transfer select (jsonb_populate_record(transfer, '${changes}')).* from ledger.transfer limit 1`

const damages: readonly (readonly [rule: number, what: string, damage: string])[] = [
  [
    1,
    'transfer is not whole',
    `alter table ledger.transfer drop constraint amount_positive; ${copyOfTransfer('{"transfer_id": "0197a000-0000-7000-8000-000000000001", "amount_minor": -5}')}`,
  ],
  [1, 'account was never opened', `delete from ledger.account where kind = 'merchant'`],
  [1, 'entries can be changed', 'alter table ledger.transfer disable trigger transfer_is_immutable'],
  [
    2,
    'available balance is below zero',
    'alter table issuer.account drop constraint available_not_negative; update issuer.account set held_minor = posted_minor + 1',
  ],
  [2, 'posted balance is not the sum of its entries', 'update issuer.account set posted_minor = posted_minor + 1'],
  [
    2,
    'posted balance is not the sum of its entries',
    copyOfTransfer('{"transfer_id": "0197a000-0000-7000-8000-000000000002", "credit_account": "cardholder:nobody"}'),
  ],
  [2, 'held balance is not the sum of its holds', 'update issuer.account set held_minor = held_minor - 1'],
  [
    5,
    'reversal and original are not nothing',
    `update issuer.authorization set state = 'reversed' where kind = 'completion'`,
  ],
  [5, 'reversed payment still stands', `update issuer.authorization set state = 'approved' where state = 'reversed'`],
  [
    5,
    'payment without approval has entries',
    `update issuer.authorization set state = 'declined', reason = 'cardLost' where kind = 'completion'`,
  ],
  [
    7,
    'refunds are not what the payment counts',
    `update issuer.authorization set refunded_minor = 0 where refunded_minor > 0`,
  ],
  [
    7,
    'completions exceed the permitted share',
    `update issuer.authorization set amount_minor = 999 where kind = 'preAuthorization' and state = 'completed'`,
  ],
]

it.each(damages)('rule %i sees: %s', async (rule, what, damage) => {
  const undo = new Error('undo the damage')
  const work = bank.database.inTransaction(async (tx) => {
    await tx.query(damage)
    const violations = await checkMoneyRules(tx)
    expect(violations.map((violation) => `${violation.rule} ${violation.what}`)).toContain(`${rule} ${what}`)
    throw undo
  })
  await expect(work).rejects.toBe(undo)
})

it('nothing is left of the damage', async () => {
  expect(await checkMoneyRules(bank.database)).toEqual([])
})
