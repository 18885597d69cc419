// A reversal that the issuer refuses, because the payment cannot be undone any more: the void of a completion is reversed after
// another terminal went on with the pre-authorization that it had opened again. 25 would tell the terminal that nothing stands,
// so it hears 02, which ends no reversal, and the matter lies on a person's desk at the issuer, the acquirer and the terminal
// (money rules 4 and 5). Found by the simulation, seed 1881.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCard, openTerminal } from './demo-terminal.ts'
import type { PaymentDetails } from './independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from './independent-client/terminal-session.ts'

const card = demoCard('approved')
const swiped = { card, entry: 'swipe', pin: card.pin } as const

let network: Awaited<ReturnType<typeof startTestNetwork>>
let till: TerminalSession
let otherTill: TerminalSession

beforeAll(async () => {
  network = await startTestNetwork()
  till = await openTerminal(network.terminalPort, '10000001')
  otherTill = await openTerminal(network.terminalPort, '10000002')
  for (const terminal of [till, otherTill]) await terminal.signOn('003')
})

afterAll(async () => {
  till.connection.close()
  otherTill.connection.close()
  await network.stop()
})

async function approved(terminal: TerminalSession, details: PaymentDetails): Promise<Exchange> {
  const exchange = await terminal.pay(details)
  expect(exchange.answer.fields[39]).toBe('00')
  return exchange
}

async function journalState({ request }: Exchange): Promise<string | undefined> {
  const rows = await network.database.query<{ state: string }>(
    'select state from acquirer.payment where terminal_id = $1 and stan = $2',
    [request.fields[41], Number(request.fields[11])],
  )
  return rows[0]?.state
}

/** What lies on a person's desk: at the acquirer the reversal as it was answered, at the issuer its open cases. */
async function desks({ request }: Exchange): Promise<{ acquirer: object[]; issuer: object[] }> {
  const trace = [request.fields[41], Number(request.fields[11])]
  return {
    acquirer: await network.database.query(
      `select outcome, response_code, attempts, payment_id is not null as names_payment
         from acquirer.reversal where terminal_id = $1 and stan = $2`,
      trace,
    ),
    issuer: await network.database.query(
      `select c.kind, c.state, c.amount_minor from issuer.case c
         join acquirer.reversal r on r.reversal_payment_id = c.payment_id where r.terminal_id = $1 and r.stan = $2`,
      trace,
    ),
  }
}

describe('a reversal that comes after another terminal went on', () => {
  it.each([
    ['voided the pre-authorization', 'preAuthorisationVoid', 'voided'],
    ['completed it anew', 'completion', 'completed'],
  ] as const)('and %s is refused with 02 and becomes a case', async (_name, kind, stateAfter) => {
    const casesBefore = await network.database.query('select from issuer.case')
    const hold = await approved(otherTill, { kind: 'preAuthorisation', ...swiped, amount: 40_00 })
    const original = originalOf(hold)
    const completion = await approved(till, { kind: 'completion', ...swiped, amount: 40_00, original })
    const undone = await approved(till, {
      kind: 'completionVoid',
      ...swiped,
      amount: 40_00,
      original: originalOf(completion),
    })
    await approved(otherTill, { kind, ...swiped, amount: 40_00, original })
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect((await till.reverse(undone.request)).answer.fields[39]).toBe('02')
      expect(await desks(undone)).toEqual({
        acquirer: [{ outcome: 'reversalRefused', response_code: '02', attempts: attempt, names_payment: true }],
        issuer: [{ kind: 'reversalRefused', state: 'open', amount_minor: 40_00n }],
      })
    }
    expect(await network.database.query('select from issuer.case')).toHaveLength(casesBefore.length + 1)
    expect([await journalState(hold), await journalState(completion), await journalState(undone)]).toEqual([
      stateAfter,
      'voided',
      'approved',
    ])
    expect(await network.checkMoneyRules()).toEqual([])
    expect(network.faults).toEqual([])
  })

  it('is done when it is sent again and what stood in the way is gone', async () => {
    const hold = await approved(otherTill, { kind: 'preAuthorisation', ...swiped, amount: 40_00 })
    const original = originalOf(hold)
    const completion = await approved(till, { kind: 'completion', ...swiped, amount: 40_00, original })
    const voidOf = (exchange: Exchange) =>
      ({ kind: 'completionVoid', ...swiped, amount: 40_00, original: originalOf(exchange) }) as const
    const undone = await approved(till, voidOf(completion))
    const second = await approved(otherTill, { kind: 'completion', ...swiped, amount: 40_00, original })
    expect((await till.reverse(undone.request)).answer.fields[39]).toBe('02')
    await approved(otherTill, voidOf(second))
    expect((await till.reverse(undone.request)).answer.fields[39]).toBe('00')
    expect((await till.reverse(undone.request)).answer.fields[39]).toBe('25')
    expect([await journalState(hold), await journalState(completion), await journalState(undone)]).toEqual([
      'completed',
      'approved',
      'reversed',
    ])
    expect((await desks(undone)).acquirer).toMatchObject([{ outcome: 'reversed', response_code: '00', attempts: 3 }])
    expect(await network.checkMoneyRules()).toEqual([])
  })

  it.each(['completed', 'refunded'] as const)('and %s the payment itself is refused with 02', async (what) => {
    const isHold = what === 'completed'
    const kind = isHold ? 'preAuthorisation' : 'sale'
    const payment = await approved(till, { kind, ...swiped, amount: 40_00 })
    const original = originalOf(payment)
    await approved(otherTill, { kind: isHold ? 'completion' : 'refund', ...swiped, amount: 30_00, original })
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect((await till.reverse(payment.request)).answer.fields[39]).toBe('02')
    }
    expect(await journalState(payment)).toBe(isHold ? 'completed' : 'approved')
    expect((await desks(payment)).acquirer).toMatchObject([{ outcome: 'reversalRefused', response_code: '02' }])
    expect(await network.checkMoneyRules()).toEqual([])
  })
})
