import { createTestDatabase, type TestDatabase } from '@shua/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acquirerMigrations } from '../acquirer-migrations.ts'
import type { JournalPayment } from '../store/payment-store.ts'
import { insertPayments } from '../store/payment-store.ts'
import { listPayments, type PaymentQuery } from './payment-list.ts'

const merchantId = '104110045112012'
const terminalId = '10000001'
const plain: JournalPayment = {
  shard: 1,
  paymentId: paymentIdOf(0),
  terminalId,
  merchantId,
  batchNumber: 1,
  stan: 1,
  kind: 'purchase',
  state: 'approved',
  amountMinor: 1000n,
  currency: 'CNY',
  panHash: Buffer.alloc(32, 1),
  maskedPan: '622588******0001',
  sealedPan: Buffer.alloc(48, 2),
  entryMode: '022',
  operator: '01',
  rrn: '000000000000',
  approvalCode: '123456',
  responseCode: '00',
  reason: null,
  issuerId: '62258800',
  originalPaymentId: null,
  refundedMinor: 0n,
  businessDate: '2026-03-01',
  receivedAt: new Date('2026-03-01T04:00:00Z'),
  terminalCountedMinor: null,
  merchantCountedMinor: null,
}
const declined = { state: 'declined', approvalCode: null, responseCode: '51', reason: 'fundsInsufficient' } as const
/** By number: also its STAN, the end of its RRN and of its payment id. */
const journal: readonly Partial<JournalPayment>[] = [
  {},
  declined,
  { state: 'voided' },
  { refundedMinor: 400n },
  { refundedMinor: 1000n, shard: 7 },
  { state: 'reversed' },
  { state: 'completed', kind: 'preAuthorization' },
  { state: 'unknown', approvalCode: null, responseCode: '98', issuerId: null },
  { shard: 63, maskedPan: '622588******0002' },
]
let test: TestDatabase

function paymentIdOf(number: number): string {
  return `019c0000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

beforeAll(async () => {
  test = await createTestDatabase([await acquirerMigrations()])
  const { database } = test
  await database.query(
    `insert into acquirer.merchant (merchant_id, name, name_en, category, city, state, created_at)
     values ($1, '星光百货', 'Starlight', '5311', 'shanghai', 'active', now())`,
    [merchantId],
  )
  const rows = journal.map((differing, number): JournalPayment => ({
    ...plain,
    paymentId: paymentIdOf(number),
    stan: 100 + number,
    rrn: number.toString().padStart(12, '0'),
    ...differing,
  }))
  await database.inTransaction(async (tx) => insertPayments(tx, rows))
  // Nothing is refunded yet when a payment is written.
  for (const { paymentId, refundedMinor } of rows) {
    const text = 'update acquirer.payment set refunded_minor = $2 where payment_id = $1'
    await database.query(text, [paymentId, refundedMinor])
  }
})

afterAll(async () => {
  await test.drop()
})

async function found(query: Partial<PaymentQuery>): Promise<number[]> {
  const rows = await listPayments(test.database, { limit: 100, ...query })
  return rows.map(({ stan }) => stan - 100)
}

describe('the list of payments', () => {
  it('begins with the newest and goes on behind one', async () => {
    expect(await found({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(await found({ limit: 2, before: paymentIdOf(5) })).toEqual([4, 3])
    expect(await found({ terminalId, paymentIds: [paymentIdOf(2), paymentIdOf(8)] })).toEqual([8, 2])
    expect(await found({ terminalId: '10000002' })).toEqual([])
  })

  it.each([
    ['approved', [8, 0]],
    ['declined', [1]],
    ['voided', [2]],
    ['partlyRefunded', [3]],
    ['refunded', [4]],
    ['reversed', [5]],
    ['completed', [6]],
    ['unknown', [7]],
  ] as const)('shows what is %s', async (state, numbers) => {
    expect(await found({ state })).toEqual(numbers)
  })

  it.each([
    ['a whole RRN, of any shard', '000000000004', [4]],
    ['a whole payment id', paymentIdOf(8), [8]],
    ['a payment id in capitals', paymentIdOf(8).toUpperCase(), [8]],
    ['part of a masked PAN', '*0002', [8]],
    ['part of an approval code', '12345', [8, 6, 5, 4, 3, 2, 0]],
    ['a STAN', '000103', [3]],
    ['part of the merchant', '星光', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['what nobody has', '000000000009', []],
  ])('finds %s', async (_name, text, numbers) => {
    expect(await found({ text })).toEqual(numbers)
  })

  it('combines what it is asked', async () => {
    expect(await found({ state: 'approved', text: '*0002', before: paymentIdOf(100) })).toEqual([8])
    expect(await found({ state: 'declined', text: '000000000004' })).toEqual([])
  })

  it('need not read all payments to find few', async () => {
    const { database } = test
    const plans = await database.inTransaction(async (tx) => {
      await tx.query('set local enable_seqscan = off')
      const explained = async (condition: string): Promise<string> => {
        const text = `explain select * from acquirer.payment p where ${condition} order by payment_id desc limit 9`
        const rows = await tx.query<Record<'QUERY PLAN', string>>(text)
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      }
      return [await explained(`p.state = 'declined'`), await explained('p.refunded_minor > 0 and p.refunded_minor = 5')]
    })
    for (const plan of plans) expect(plan).toContain('payment_other_than_approved')
  })
})
