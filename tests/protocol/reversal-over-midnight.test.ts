// A purchase just before midnight whose answer is lost is reversed just after it, and so is one that a host with another clock
// took: while the batch is open the day does not matter (money rule 5). A terminal takes 25 for "nothing stands", so a refusal
// for the day alone would keep the cardholder's money. Found by `npm run chaos` with `--faults clock-server,link-truncate`.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCard, openTerminal } from './demo-terminal.ts'
import type { TerminalSession } from './independent-client/terminal-session.ts'

const card = demoCard('approved')
/** 23:59:58 in China. */
const beforeMidnight = '2026-06-01T15:59:58Z'
const swiped = { card, entry: 'swipe', pin: card.pin } as const

let now = new Date(beforeMidnight)
let network: Awaited<ReturnType<typeof startTestNetwork>>
let pos: TerminalSession

beforeAll(async () => {
  network = await startTestNetwork({ now: () => now })
  pos = await openTerminal(network.terminalPort, '10000001')
  await pos.signOn('003')
})

afterAll(async () => {
  pos.connection.close()
  await network.stop()
})

async function journalState(stan: string): Promise<string | undefined> {
  const rows = await network.database.query<{ state: string }>('select state from acquirer.payment where stan = $1', [
    Number(stan),
  ])
  return rows[0]?.state
}

describe('reversal over midnight', () => {
  it.each([
    ['seconds later, on the next day', 4_000],
    ['on a host whose clock is still on the day before', -4_000],
    ['after a weekend without power', 60 * 3_600_000],
  ])('undoes the purchase %s', async (_name, laterMs) => {
    // The last case needs fresh keys, as the terminal would ask for.
    const begin = new Date(laterMs < 0 ? Date.parse(beforeMidnight) + 3_000 : beforeMidnight)
    now = begin
    await pos.signOn('003')
    const sale = await pos.pay({ kind: 'sale', ...swiped, amount: 12_34 })
    expect(sale.answer.fields[39]).toBe('00')
    now = new Date(begin.getTime() + laterMs)
    await pos.signOn('003')
    const reversal = await pos.reverse(sale.request)
    expect(reversal.answer.fields[39]).toBe('00')
    expect(await journalState(sale.request.fields[11] ?? '')).toBe('reversed')
    expect(await network.checkMoneyRules()).toEqual([])
  })
})
