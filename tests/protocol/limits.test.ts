// Limits of terminals and merchants through the socket (docs/decisions/0009-limits-and-counters.md): each at its edge, over the end of
// a day and of a month, and what voids, reversals, refunds and completions do to the counters.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { counterDifferences, openLimitedShop, type Limits } from '../harness/limited-shop.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import { demoCard } from './demo-terminal.ts'
import type { PaymentDetails } from './independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from './independent-client/terminal-session.ts'

const card = demoCard('approved-two')
const swiped = { card, entry: 'swipe', pin: card.pin } as const
const keyed = { card, entry: 'keyed' } as const
/** Noon in China. */
const noon = (day: string): Date => new Date(`${day}T04:00:00Z`)

let now = noon('2026-06-01')
let network: TestNetwork
let opened: TerminalSession[] = []

beforeAll(async () => {
  network = await startTestNetwork({ now: () => now })
})

afterEach(async () => {
  for (const session of opened) session.connection.close()
  opened = []
  expect(await counterDifferences(network.database)).toEqual([])
  expect(network.faults).toEqual([])
})

afterAll(async () => {
  expect(await network.checkMoneyRules()).toEqual([])
  await network.stop()
})

async function shop(terminals: readonly Limits[], merchant: Limits = {}): Promise<TerminalSession[]> {
  opened = await openLimitedShop(network, { terminals, merchant, now })
  return opened
}

/** Keys are good for a day. */
async function moveTo(day: string): Promise<void> {
  now = noon(day)
  for (const session of opened) await session.signOn('003')
}

const codeOf = (exchange: Exchange): string => exchange.answer.fields[39] ?? ''

async function pay(session: TerminalSession, amount: number, kind: PaymentDetails['kind'] = 'sale'): Promise<string> {
  return codeOf(await session.pay({ kind, ...swiped, amount }))
}

async function reasonOf(session: TerminalSession): Promise<string | null | undefined> {
  const rows = await network.database.query<{ reason: string | null }>(
    'select reason from acquirer.payment where terminal_id = $1 order by payment_id desc limit 1',
    [session.settings.terminalId],
  )
  return rows[0]?.reason
}

const limitMinor = 50_00n
const edges: readonly (readonly [string, Limits, Limits, string])[] = [
  ['single limit of the terminal', { singleLimitMinor: limitMinor }, {}, 'terminalLimitExceeded'],
  ['daily limit of the terminal', { dailyLimitMinor: limitMinor }, {}, 'terminalDailyLimitExceeded'],
  ['monthly limit of the terminal', { monthlyLimitMinor: limitMinor }, {}, 'terminalMonthlyLimitExceeded'],
  ['single limit of the merchant', {}, { singleLimitMinor: limitMinor }, 'merchantLimitExceeded'],
  ['daily limit of the merchant', {}, { dailyLimitMinor: limitMinor }, 'merchantDailyLimitExceeded'],
  ['monthly limit of the merchant', {}, { monthlyLimitMinor: limitMinor }, 'merchantMonthlyLimitExceeded'],
]

describe.each(['sale', 'preAuthorisation'] as const)('a %s', (kind) => {
  it.each(edges)('may use the whole %s and no fen more', async (name, terminal, merchant, reason) => {
    now = noon('2026-06-01')
    const [first, second] = await shop([terminal, terminal], merchant)
    expect(await pay(first!, 50_01, kind)).toBe('61')
    expect(await reasonOf(first!)).toBe(reason)
    const isCounted = !name.startsWith('single')
    expect(await pay(first!, isCounted ? 20_00 : 50_00, kind)).toBe('00')
    if (!isCounted) return
    expect(await pay(first!, 30_01, kind)).toBe('61')
    expect(await pay(first!, 30_00, kind)).toBe('00')
    expect(await pay(first!, 1, kind)).toBe('61')
    // Another terminal has its own limit, and shares that of its merchant.
    expect(await pay(second!, 1, kind)).toBe(name.endsWith('merchant') ? '61' : '00')
  })
})

describe('a new day', () => {
  it.each([
    ['terminal', { dailyLimitMinor: 10_00n, monthlyLimitMinor: 25_00n }, {}],
    ['merchant', {}, { dailyLimitMinor: 10_00n, monthlyLimitMinor: 25_00n }],
  ])('has the day’s limit of a %s again, and a new month the month’s', async (_name, terminal, merchant) => {
    now = noon('2026-06-29')
    const [pos] = await shop([terminal], merchant)
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
    await moveTo('2026-06-30')
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
    await moveTo('2026-07-01')
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
    await moveTo('2026-07-02')
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
    await moveTo('2026-07-03')
    expect([await pay(pos!, 5_01), await pay(pos!, 5_00), await pay(pos!, 1)]).toEqual(['61', '00', '61'])
  })
})

describe.each([
  ['terminal', { dailyLimitMinor: 10_00n, monthlyLimitMinor: 12_00n }, {}],
  ['merchant', {}, { dailyLimitMinor: 10_00n, monthlyLimitMinor: 12_00n }],
])('the counters of a %s', (_name, terminal, merchant) => {
  it('get back what is voided or reversed, on the day on which it was counted', async () => {
    now = noon('2026-06-29')
    const [pos] = await shop([terminal], merchant)
    const sale = await pos!.pay({ kind: 'sale', ...swiped, amount: 10_00 })
    expect(await pay(pos!, 1)).toBe('61')
    const voided = await pos!.pay({ kind: 'void', ...keyed, amount: 10_00, original: originalOf(sale) })
    expect(codeOf(voided)).toBe('00')
    // The void did not happen after all: the sale stands again.
    expect(codeOf(await pos!.reverse(voided.request))).toBe('00')
    expect(await pay(pos!, 1)).toBe('61')
    expect(codeOf(await pos!.reverse(sale.request))).toBe('00')
    expect(codeOf(await pos!.reverse(sale.request))).toBe('25')
    const last = await pos!.pay({ kind: 'sale', ...swiped, amount: 10_00 })
    expect(codeOf(last)).toBe('00')
    await moveTo('2026-06-30')
    expect([await pay(pos!, 2_01), await pay(pos!, 2_00), await pay(pos!, 1)]).toEqual(['61', '00', '61'])
    // Yesterday's payment gives its month back, and nothing to today.
    expect(codeOf(await pos!.reverse(last.request))).toBe('00')
    expect([await pay(pos!, 8_01), await pay(pos!, 8_00), await pay(pos!, 1)]).toEqual(['61', '00', '61'])
  })

  it('get nothing back by a refund', async () => {
    now = noon('2026-06-29')
    const [pos] = await shop([terminal], merchant)
    const sale = await pos!.pay({ kind: 'sale', ...swiped, amount: 10_00 })
    const refund = { kind: 'refund', ...keyed, amount: 10_00, original: originalOf(sale) } as const
    expect(codeOf(await pos!.pay(refund))).toBe('00')
    expect(await pay(pos!, 1)).toBe('61')
  })

  it('hold an authorization, its completion above it, and let go of both', async () => {
    now = noon('2026-06-29')
    const [pos] = await shop([terminal], merchant)
    const hold = await pos!.pay({ kind: 'preAuthorisation', ...swiped, amount: 9_00 })
    expect([await pay(pos!, 1_01), codeOf(hold)]).toEqual(['61', '00'])
    const original = originalOf(hold)
    const complete = async (amount: number, kind: 'completion' | 'completionAdvice' = 'completion') =>
      pos!.pay({ kind, ...(kind === 'completion' ? swiped : keyed), amount, original })
    // 1.35 above the authorization is permitted, and 0.35 above what is left of the limit.
    expect(codeOf(await complete(10_35))).toBe('61')
    expect(codeOf(await complete(10_35, 'completionAdvice'))).toBe('61')
    const completion = await complete(10_00)
    expect([codeOf(completion), await pay(pos!, 1)]).toEqual(['00', '61'])
    const undone = { kind: 'completionVoid', ...swiped, amount: 10_00, original: originalOf(completion) } as const
    expect(codeOf(await pos!.pay(undone))).toBe('00')
    expect(await pay(pos!, 1_01)).toBe('61')
    // Completing less gives nothing back.
    const less = await complete(4_00)
    expect([codeOf(less), await pay(pos!, 1_01)]).toEqual(['00', '61'])
    expect(codeOf(await pos!.reverse(less.request))).toBe('00')
    const release = { kind: 'preAuthorisationVoid', ...swiped, amount: 9_00, original } as const
    expect(codeOf(await pos!.pay(release))).toBe('00')
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
  })

  it('count nothing for a payment that the issuer declines', async () => {
    now = noon('2026-06-29')
    const [pos] = await shop([terminal], merchant)
    const wrong = { kind: 'sale', ...swiped, pin: '654321', amount: 10_00 } as const
    expect(codeOf(await pos!.pay(wrong))).toBe('55')
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
  })
})

describe('limits that change', () => {
  it('count at once, from then on, and payments of before give nothing back', async () => {
    now = noon('2026-06-29')
    const [pos] = await shop([{}])
    const before = await pos!.pay({ kind: 'sale', ...swiped, amount: 30_00 })
    const { merchantId } = pos!.settings
    const limit = async (minor: bigint | null): Promise<unknown> =>
      network.database.query('update acquirer.merchant set daily_limit_minor = $2 where merchant_id = $1', [
        merchantId,
        minor,
      ])
    await limit(10_00n)
    const sale = await pos!.pay({ kind: 'sale', ...swiped, amount: 10_00 })
    expect([codeOf(sale), await pay(pos!, 1)]).toEqual(['00', '61'])
    expect(codeOf(await pos!.pay({ kind: 'void', ...keyed, amount: 30_00, original: originalOf(before) }))).toBe('00')
    expect(await pay(pos!, 1)).toBe('61')
    await limit(null)
    expect(await pay(pos!, 20_00)).toBe('00')
    // What was counted is given back, although nobody counts now.
    expect(codeOf(await pos!.reverse(sale.request))).toBe('00')
    await limit(10_00n)
    expect([await pay(pos!, 10_00), await pay(pos!, 1)]).toEqual(['00', '61'])
  })
})
