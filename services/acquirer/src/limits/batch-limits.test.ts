// The running sums of a batch: edges, days and months, the order of payments, and that whatever the issuers answer nothing above a
// limit stands and nothing is refused that would have fitted.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Standing } from '../store/payment-store.ts'
import { countersToRead, type CountedBefore } from '../store/limit-counter-store.ts'
import { BatchLimits, openBatchLimits, type CountedPayment } from './batch-limits.ts'
import type { SessionLimits } from './limited-session.ts'

const noLimits: SessionLimits = {
  terminalId: '10000001',
  merchantId: '898110015411234',
  singleLimitMinor: null,
  dailyLimitMinor: null,
  monthlyLimitMinor: null,
  merchantSingleLimitMinor: null,
  merchantDailyLimitMinor: null,
  merchantMonthlyLimitMinor: null,
}

interface Wish {
  readonly minor: bigint
  readonly limits?: Partial<SessionLimits>
  readonly day?: string
  readonly heard?: string[]
}

function payment({ minor, limits = {}, day = '2026-08-31', heard = [] }: Wish): CountedPayment {
  const observer = {
    recording: true,
    event: ({ name, outcome }: { name: string; outcome?: string }) => void heard.push(`${name}: ${outcome}`),
  }
  return { countedMinor: minor, item: { terminal: { ...noLimits, ...limits }, businessDate: day, observer } }
}

function standings(payments: readonly CountedPayment[], before: CountedBefore = {}): Standing[] {
  const zero = { terminalDayMinor: 0n, terminalMonthMinor: 0n, merchantDayMinor: 0n, merchantMonthMinor: 0n }
  return payments.map(() => ({ version: '1/1', used: false, stopped: false, ...zero, ...before }))
}

/** The reasons or `ok`, in order, when every issuer approves. */
function outcomes(wishes: readonly Wish[], before?: CountedBefore): string[] {
  const payments = wishes.map(payment)
  return decideAll(payments, standings(payments, before), () => true)
}

function decideAll(
  payments: readonly CountedPayment[],
  before: readonly Standing[],
  approves: (payment: CountedPayment) => boolean,
): string[] {
  const limits = new BatchLimits(payments, before)
  const outcome = new Map<CountedPayment, string>()
  let waiting = payments
  while (waiting.length > 0) {
    const { admitted, later, refused } = limits.admit(waiting)
    expect(admitted.length + refused.length).toBeGreaterThan(0)
    for (const each of refused) outcome.set(each.payment, each.reason)
    for (const each of admitted) {
      outcome.set(each, approves(each) ? 'ok' : 'declined')
      if (approves(each)) limits.note(each)
    }
    waiting = later
  }
  return payments.map((each) => outcome.get(each)!)
}

describe('a batch without limits', () => {
  it('has no sums to run and no counters to read', () => {
    const payments = [payment({ minor: 1n, limits: { singleLimitMinor: 0n, merchantSingleLimitMinor: 0n } })]
    expect(openBatchLimits(payments, standings(payments))).toBeUndefined()
    expect(countersToRead(payments.map(({ item }) => item))).toBeUndefined()
  })
})

describe('each limit', () => {
  it.each<[string, Partial<SessionLimits>, CountedBefore]>([
    ['terminalDailyLimitExceeded', { dailyLimitMinor: 1_000n }, { terminalDayMinor: 400n }],
    ['terminalMonthlyLimitExceeded', { monthlyLimitMinor: 1_000n }, { terminalMonthMinor: 400n }],
    ['merchantDailyLimitExceeded', { merchantDailyLimitMinor: 1_000n }, { merchantDayMinor: 400n }],
    ['merchantMonthlyLimitExceeded', { merchantMonthlyLimitMinor: 1_000n }, { merchantMonthMinor: 400n }],
  ])('%s: the whole of it is allowed, one fen more is not', (reason, limits, before) => {
    expect(outcomes([{ minor: 600n, limits }], before)).toEqual(['ok'])
    expect(outcomes([{ minor: 601n, limits }], before)).toEqual([reason])
  })

  it('is asked in one order, by name', () => {
    const heard: string[] = []
    const limits = { dailyLimitMinor: 9n, monthlyLimitMinor: 9n, merchantDailyLimitMinor: 9n }
    outcomes([{ minor: 5n, limits: { ...limits, merchantMonthlyLimitMinor: 4n }, heard }])
    expect(heard).toEqual([
      'terminal daily limit: ok',
      'terminal monthly limit: ok',
      'merchant daily limit: ok',
      'merchant monthly limit: refused',
    ])
  })

  it('does not keep from honouring an authorization that counted already', () => {
    expect(outcomes([{ minor: 0n, limits: { dailyLimitMinor: 0n } }], { terminalDayMinor: 500n })).toEqual(['ok'])
  })
})

describe('several payments of one merchant', () => {
  const limits = { merchantDailyLimitMinor: 100n, merchantMonthlyLimitMinor: 150n }

  it('are decided in their order against the running sum', () => {
    const wishes = [60n, 50n, 40n, 1n].map((minor) => ({ minor, limits }))
    expect(outcomes(wishes)).toEqual(['ok', 'merchantDailyLimitExceeded', 'ok', 'merchantDailyLimitExceeded'])
  })

  it('count in the month together when midnight falls between them', () => {
    const days = ['2026-08-30', '2026-08-31', '2026-09-01']
    const wishes = days.map((day) => ({ minor: 100n, limits, day }))
    expect(outcomes(wishes)).toEqual(['ok', 'merchantMonthlyLimitExceeded', 'ok'])
  })

  it('leave room to those behind them when their issuer declines', () => {
    const payments = [90n, 20n, 20n].map((minor) => payment({ minor, limits }))
    expect(decideAll(payments, standings(payments), (each) => each !== payments[0])).toEqual(['declined', 'ok', 'ok'])
    expect(decideAll(payments, standings(payments), () => true)).toEqual([
      'ok',
      'merchantDailyLimitExceeded',
      'merchantDailyLimitExceeded',
    ])
  })

  it('read their counters once', () => {
    const { item } = payment({ minor: 1n, limits })
    const other = { ...item, businessDate: '2026-09-01' }
    expect(countersToRead([item, item, other])).toEqual([
      [null, null, null],
      ['898110015411234', null, '898110015411234'],
      ['2026-08-31', '2026-08-31', '2026-09-01'],
    ])
  })
})

it('never lets more stand than a limit, nor refuses what would have fitted, whatever the issuers answer', () => {
  const wish = fc.record({
    minor: fc.bigInt(0n, 60n),
    terminal: fc.nat(9),
    merchant: fc.nat(1),
    approved: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(wish, { maxLength: 30 }),
      fc.array(fc.record({ daily: fc.bigInt(0n, 200n), monthly: fc.bigInt(0n, 200n) }), { minLength: 2, maxLength: 2 }),
      fc.bigInt(0n, 50n),
      (wishes, merchants, before) => {
        const payments = wishes.map(({ minor, terminal, merchant }) => {
          const { daily, monthly } = merchants[merchant]!
          const numbers = { terminalId: `1000000${terminal}`, merchantId: `89811001541123${merchant}` }
          const limits = { ...numbers, merchantDailyLimitMinor: daily, merchantMonthlyLimitMinor: monthly }
          return payment({ minor, limits })
        })
        const counted = { merchantDayMinor: before, merchantMonthMinor: before }
        const approved = new Map(payments.map((each, index) => [each, wishes[index]!.approved]))
        const told = decideAll(payments, standings(payments, counted), (each) => approved.get(each)!)
        const sums = [before, before]
        // One after the other, each after the answer of the one before.
        wishes.forEach(({ minor, merchant, approved: isApproved }, index) => {
          const { daily, monthly } = merchants[merchant]!
          const fits = sums[merchant]! + minor <= (daily < monthly ? daily : monthly)
          const expected = fits || minor === 0n ? (isApproved ? 'ok' : 'declined') : 'refused'
          expect([index, told[index]!.endsWith('Exceeded') ? 'refused' : told[index]]).toEqual([index, expected])
          if (expected === 'ok') sums[merchant]! += minor
        })
      },
    ),
    { numRuns: 300 },
  )
})
