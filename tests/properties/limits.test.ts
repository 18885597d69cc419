// Random flows at terminals of two merchants with limits, at the same time: after all of it every counter is what the standing payments
// of its day counted, and no purchase ever took a counter above its limit.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyStep, Cashier } from '../clearing/random-flows.ts'
import { counterDifferences, openLimitedShop } from '../harness/limited-shop.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import type { TerminalSession } from '../protocol/independent-client/terminal-session.ts'

const sequences = 12
const stepsMax = 25
const merchantLimit = 600_00n
const terminalLimit = 400_00n
const [firstDay, secondDay] = ['2026-06-29T04:00:00Z', '2026-06-30T04:00:00Z']

let now = new Date(firstDay)
let network: TestNetwork

beforeAll(async () => {
  network = await startTestNetwork({ now: () => now })
})

afterAll(async () => {
  expect(await network.checkMoneyRules()).toEqual([])
  await network.stop()
})

describe('the counters', () => {
  it(`say what stands after ${sequences} rounds of random flows over two days`, async () => {
    const anyScript = fc.array(anyStep, { minLength: 10, maxLength: stepsMax, size: 'max' })
    const anyDay = fc.tuple(anyScript, anyScript, anyScript, anyScript)
    await fc.assert(
      fc.asyncProperty(anyDay, anyDay, async (...days) => {
        now = new Date(firstDay)
        const merchant = { dailyLimitMinor: merchantLimit, monthlyLimitMinor: merchantLimit * 2n }
        const shops = [
          await openLimitedShop(network, { merchant, terminals: [{}, {}], now }),
          await openLimitedShop(network, { merchant, terminals: [{ dailyLimitMinor: terminalLimit }, {}], now }),
        ]
        const sessions: TerminalSession[] = shops.flat()
        const cashiers = sessions.map((session) => new Cashier(session))
        for (const [index, scripts] of days.entries()) {
          now = new Date(index === 0 ? firstDay : secondDay)
          for (const session of sessions) await session.signOn('003')
          await Promise.all(cashiers.map((cashier, place) => cashier.play(scripts[place]!)))
          expect(await counterDifferences(network.database)).toEqual([])
        }
        for (const session of sessions) session.connection.close()
        expect(network.faults).toEqual([])
      }),
      { numRuns: sequences, endOnFailure: true },
    )
    // The flows met their limits, and what was counted was given back.
    const [met] = await network.database.query<{ refused: bigint; undone: bigint }>(
      `select count(*) filter (where reason like '%DailyLimitExceeded') as refused,
              count(*) filter (where state in ('voided', 'reversed') and merchant_counted_minor > 0) as undone
         from acquirer.payment`,
    )
    expect(met!.refused).toBeGreaterThan(5n)
    expect(met!.undone).toBeGreaterThan(20n)
  }, 240_000)

  it('are never taken above a limit but by the reversal of a void', async () => {
    const above = await network.database.query(
      `select c.subject, c.number, c.business_date, c.counted_minor
         from acquirer.limit_counter c
         left join acquirer.terminal t on c.subject = 'terminal' and t.terminal_id = c.number
         left join acquirer.merchant m on c.subject = 'merchant' and m.merchant_id = c.number
        where c.counted_minor > coalesce(t.daily_limit_minor, m.daily_limit_minor)
          and not exists (select 1 from acquirer.payment v
                           where v.kind in ('void', 'completionVoid', 'preAuthorizationVoid') and v.state = 'reversed'
                             and c.number in (v.terminal_id, v.merchant_id))`,
    )
    expect(above).toEqual([])
  })
})
