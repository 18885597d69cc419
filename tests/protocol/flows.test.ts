// The independent client against a running network, as an outside terminal 10000001 would meet it: every flow of the catalogue
// with each answer checked field by field (terminal-protocol §2, §4).

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCard, expectAnswer, openTerminal } from './demo-terminal.ts'
import { availableBalance, flagsOf, type Expected } from './independent-client/answer-faults.ts'
import type { PaymentDetails } from './independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from './independent-client/terminal-session.ts'
import { decodeMessage, encodeMessage, hexBytes, type WireMessage } from './independent-client/wire-message.ts'

const card = demoCard('approved')

let network: Awaited<ReturnType<typeof startTestNetwork>>
let pos: TerminalSession

beforeAll(async () => {
  network = await startTestNetwork()
  pos = await openTerminal(network.terminalPort, '10000001')
})

afterAll(async () => {
  pos.connection.close()
  await network.stop()
})

function expectCode(exchange: Exchange, code: string, answerClass: Expected['answerClass'] = 'payment'): void {
  const namesCard = answerClass === 'payment' || answerClass === 'inquiry'
  expectAnswer(pos, exchange, { answerClass, code, ...(namesCard ? { card } : {}) })
}

const swiped = { card, entry: 'swipe', pin: card.pin } as const
const keyed = { card, entry: 'keyed' } as const

async function approved(details: PaymentDetails): Promise<Exchange> {
  const exchange = await pos.pay(details)
  expectCode(exchange, '00')
  return exchange
}

async function balance(): Promise<number> {
  const exchange = await pos.pay({ kind: 'balance', ...swiped })
  expectCode(exchange, '00', 'inquiry')
  return availableBalance(exchange)
}

async function signOn(networkCode = '003'): Promise<Exchange> {
  const exchange = await pos.signOn(networkCode)
  expectCode(exchange, '00', 'signOn')
  return exchange
}

describe('sign-on', () => {
  it('003 brings PIN and MAC key and the batch number', async () => {
    const exchange = await signOn('003')
    expect(hexBytes(exchange.answer.fields[62] ?? '')).toHaveLength(40)
    expect([pos.keys.pin.length, pos.keys.mac.length, pos.keys.track]).toEqual([16, 8, undefined])
    expect(pos.batch).toBe('000007')
  })

  it('004 brings a track key as well, and every sign-on new keys', async () => {
    const before = pos.keys
    const exchange = await signOn('004')
    expect(hexBytes(exchange.answer.fields[62] ?? '')).toHaveLength(60)
    expect(pos.keys.track).toHaveLength(16)
    expect([pos.keys.pin.equals(before.pin), pos.keys.mac.equals(before.mac)]).toEqual([false, false])
    expect(pos.batch).toBe('000007')
  })

  it('swaps any TPDU and echoes any header', async () => {
    pos.tpdu = '6005250000'
    pos.header = '613100311108'
    await signOn('004')
    const sale = await approved({ kind: 'sale', ...swiped, amount: 1_00 })
    expect([sale.answer.tpdu, sale.answer.header]).toEqual(['6000000525', '613100311108'])
    pos.tpdu = '6000030000'
    pos.header = '603100310000'
  })
})

describe('purchase, void, refund, balance', () => {
  beforeAll(async () => {
    await signOn('004')
  })

  it.each([
    ['by stripe and PIN, clear track', { ...swiped }, false],
    ['by stripe and PIN, encrypted track', { ...swiped }, true],
    ['by keyed number, expiry and PIN', { ...keyed, pin: card.pin }, false],
  ] as const)('sale %s takes the amount', async (_name, entry, encryptsTrack) => {
    const before = await balance()
    pos.encryptsTrack = encryptsTrack
    await approved({ kind: 'sale', ...entry, amount: 12_34 })
    pos.encryptsTrack = false
    expect(await balance()).toBe(before - 12_34)
  })

  it('works over a new connection per transaction', async () => {
    const other = await openTerminal(network.terminalPort, '10000001')
    const request = pos.sealed(pos.paymentRequest({ kind: 'balance', ...swiped }))
    const exchange = await other.send(request)
    other.connection.close()
    expectCode(exchange, '00', 'inquiry')
    expect(availableBalance(exchange)).toBe(await balance())
  })

  it.each([
    ['keyed without PIN', { ...keyed }],
    ['swiped with PIN', { ...swiped }],
  ] as const)('void %s gives the amount back', async (_name, entry) => {
    const before = await balance()
    const sale = await approved({ kind: 'sale', ...swiped, amount: 50_00 })
    await approved({ kind: 'void', ...entry, amount: 50_00, original: originalOf(sale) })
    expect(await balance()).toBe(before)
  })

  it('refunds in parts up to the amount of the sale, and no fen more', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'sale', ...swiped, amount: 100_00 }))
    await approved({ kind: 'refund', ...keyed, amount: 30_00, original })
    expect(await balance()).toBe(before - 70_00)
    await approved({ kind: 'refund', ...swiped, amount: 60_00, original })
    expect(await balance()).toBe(before - 10_00)
    expectCode(await pos.pay({ kind: 'refund', ...keyed, amount: 10_01, original }), '61')
    await approved({ kind: 'refund', ...keyed, amount: 10_00, original })
    expect(await balance()).toBe(before)
    expectCode(await pos.pay({ kind: 'refund', ...keyed, amount: 1, original }), '61')
  })

  it('every approval has its own reference and authorisation code', async () => {
    const first = originalOf(await approved({ kind: 'sale', ...swiped, amount: 1_00 }))
    const second = originalOf(await approved({ kind: 'sale', ...swiped, amount: 1_00 }))
    expect(first.retrievalReference).not.toBe(second.retrievalReference)
    expect(first.authorisationCode).not.toBe(second.authorisationCode)
  })
})

describe('pre-authorisation', () => {
  beforeAll(async () => {
    await signOn('003')
  })

  it('holds the amount, and its void releases it', async () => {
    const before = await balance()
    const hold = await approved({ kind: 'preAuthorisation', ...swiped, amount: 200_00 })
    expect(await balance()).toBe(before - 200_00)
    await approved({ kind: 'preAuthorisationVoid', ...keyed, amount: 200_00, original: originalOf(hold) })
    expect(await balance()).toBe(before)
  })

  it('is completed up to 115 % of it, not above', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 100_00 }))
    expectCode(await pos.pay({ kind: 'completion', ...swiped, amount: 115_01, original }), '64')
    expect(await balance()).toBe(before - 100_00)
    await approved({ kind: 'completion', ...swiped, amount: 115_00, original })
    expect(await balance()).toBe(before - 115_00)
  })

  it('completed below its amount, the rest of the hold is released', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 100_00 }))
    await approved({ kind: 'completion', ...swiped, amount: 80_00, original })
    expect(await balance()).toBe(before - 80_00)
  })

  it('is completed by advice, keyed and without PIN', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 100_00 }))
    await approved({ kind: 'completionAdvice', ...keyed, amount: 90_00, original })
    expect(await balance()).toBe(before - 90_00)
  })

  it('its completion can be voided, which opens the hold again', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 100_00 }))
    const completion = await approved({ kind: 'completion', ...swiped, amount: 90_00, original })
    expect(await balance()).toBe(before - 90_00)
    await approved({ kind: 'completionVoid', ...swiped, amount: 90_00, original: originalOf(completion) })
    expect(await balance()).toBe(before - 100_00)
    await approved({ kind: 'preAuthorisationVoid', ...keyed, amount: 100_00, original })
    expect(await balance()).toBe(before)
  })
})

describe('reversal', () => {
  beforeAll(async () => {
    await signOn('003')
  })

  it('of an approved sale gives the money back, once', async () => {
    const before = await balance()
    const sale = await approved({ kind: 'sale', ...swiped, amount: 40_00 })
    expectCode(await pos.reverse(sale.request), '00', 'reversal')
    expect(await balance()).toBe(before)
    expectCode(await pos.reverse(sale.request), '25', 'reversal')
    expect(await balance()).toBe(before)
  })

  it.each(['98', '96', 'A0', '06'])('with reason %s and the authorisation code received', async (reason) => {
    const before = await balance()
    const sale = await approved({ kind: 'sale', ...keyed, pin: card.pin, amount: 1_00 })
    const change = { 39: reason, 38: originalOf(sale).authorisationCode ?? '' }
    expectCode(await pos.reverse(sale.request, change), '00', 'reversal')
    expect(await balance()).toBe(before)
  })

  it('that overtakes its original is accepted, and the original then refused', async () => {
    const before = await balance()
    const details = { kind: 'sale', ...swiped, amount: 40_00 } as const
    const late = pos.paymentRequest(details)
    expectCode(await pos.reverse(late), '00', 'reversal')
    expectCode(await pos.payWith(late, details), '94')
    expect(await balance()).toBe(before)
  })

  it('of a trace that never was is accepted and moves nothing', async () => {
    const before = await balance()
    expectCode(await pos.reverse(pos.paymentRequest({ kind: 'sale', ...swiped, amount: 40_00 })), '00', 'reversal')
    expect(await balance()).toBe(before)
  })

  it('of a void restores the sale, which can be voided again', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'sale', ...swiped, amount: 40_00 }))
    const undone = await approved({ kind: 'void', ...keyed, amount: 40_00, original })
    expectCode(await pos.reverse(undone.request), '00', 'reversal')
    expect(await balance()).toBe(before - 40_00)
    await approved({ kind: 'void', ...keyed, amount: 40_00, original })
    expect(await balance()).toBe(before)
  })

  it('of a pre-authorisation releases the hold', async () => {
    const before = await balance()
    const hold = await approved({ kind: 'preAuthorisation', ...swiped, amount: 40_00 })
    expectCode(await pos.reverse(hold.request), '00', 'reversal')
    expect(await balance()).toBe(before)
  })

  it('of the void of a pre-authorisation restores the hold', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 40_00 }))
    const undone = await approved({ kind: 'preAuthorisationVoid', ...keyed, amount: 40_00, original })
    expectCode(await pos.reverse(undone.request), '00', 'reversal')
    expect(await balance()).toBe(before - 40_00)
    await approved({ kind: 'preAuthorisationVoid', ...keyed, amount: 40_00, original })
    expect(await balance()).toBe(before)
  })

  it('of a completion restores the hold, which can be completed again', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 40_00 }))
    const completion = await approved({ kind: 'completion', ...swiped, amount: 30_00, original })
    expectCode(await pos.reverse(completion.request), '00', 'reversal')
    expect(await balance()).toBe(before - 40_00)
    await approved({ kind: 'completion', ...swiped, amount: 20_00, original })
    expect(await balance()).toBe(before - 20_00)
  })

  it('of the void of a completion restores the completion', async () => {
    const before = await balance()
    const original = originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount: 40_00 }))
    const completion = originalOf(await approved({ kind: 'completion', ...swiped, amount: 30_00, original }))
    const undone = await approved({ kind: 'completionVoid', ...swiped, amount: 30_00, original: completion })
    expectCode(await pos.reverse(undone.request), '00', 'reversal')
    expect(await balance()).toBe(before - 30_00)
  })

  it('with another amount is refused and moves nothing', async () => {
    const sale = await approved({ kind: 'sale', ...swiped, amount: 40_00 })
    const after = await balance()
    expectCode(await pos.reverse(sale.request, { 4: '000000003999' }), '64', 'reversal')
    expect(await balance()).toBe(after)
  })

  it('of a declined original is refused', async () => {
    const before = await balance()
    const declined = await pos.pay({ kind: 'sale', ...swiped, amount: 90_000_00 })
    expect(declined.answer.fields[39]).not.toBe('00')
    expectCode(await pos.reverse(declined.request), '01', 'reversal')
    expect(await balance()).toBe(before)
  })

  it('of a voided sale is refused', async () => {
    const before = await balance()
    const sale = await approved({ kind: 'sale', ...swiped, amount: 40_00 })
    await approved({ kind: 'void', ...keyed, amount: 40_00, original: originalOf(sale) })
    expectCode(await pos.reverse(sale.request), '25', 'reversal')
    expect(await balance()).toBe(before)
  })
})

describe('network management', () => {
  beforeAll(async () => {
    await signOn('003')
  })

  it('echo is answered without a trace', async () => {
    const exchange = await pos.echo()
    expectCode(exchange, '00', 'echo')
    expect(exchange.answer.fields[11]).toBeUndefined()
  })

  it('a request that arrives byte by byte is answered, and so are two in one segment', async () => {
    const payload = encodeMessage(pos.echoRequest())
    const frame = Buffer.concat([Buffer.from([0, payload.length]), payload])
    for (const byte of frame) {
      pos.connection.sendRaw(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const first = await pos.connection.receive()
    pos.connection.sendRaw(Buffer.concat([frame, frame]))
    const answers = [first, await pos.connection.receive(), await pos.connection.receive()].map(decodeMessage)
    expect(answers.map((answer) => [answer.mti, answer.fields[39]])).toEqual(Array(3).fill(['0830', '00']))
  })

  it('a sign-off may name the next batch', async () => {
    const next = String(Number(pos.batch) + 1).padStart(6, '0')
    const fields = { 11: pos.nextTrace(), 41: '10000001', 42: '898110015411234', 60: `00${next}002` }
    const exchange = await pos.send(pos.message('0820', fields))
    expectCode(exchange, '00', 'signOff')
    expect(exchange.answer.fields[60]).toBe(fields[60])
    await signOn('003')
  })

  it('parameters are downloaded and the download is ended', async () => {
    const parameters = await pos.download('360')
    expectCode(parameters, '00', 'download')
    expect(
      hexBytes(parameters.answer.fields[62] ?? '')
        .subarray(0, 2)
        .toString('latin1'),
    ).toMatch(/^\d\d$/)
    expectCode(await pos.download('361'), '00', 'downloadEnd')
  })

  it('the stop list is downloaded and the download is ended', async () => {
    const list = await pos.download('390', '000')
    expectCode(list, '00', 'download')
    const content = hexBytes(list.answer.fields[62] ?? '').toString('latin1')
    // Flag 1: the last part; then the index of the last entry; then that many entries of one length.
    expect(content).toMatch(/^1\d{3}[\d ]+$/)
    const count = Number(content.slice(1, 4))
    expect(count).toBeGreaterThan(0)
    expect((content.length - 4) % count).toBe(0)
    expectCode(await pos.download('391'), '00', 'downloadEnd')
  })

  it('after sign-off the next payment is told to sign on, and after that it is approved', async () => {
    const details = { kind: 'sale', ...swiped, amount: 1_00 } as const
    expectCode(await pos.signOff(), '00', 'signOff')
    expectCode(await pos.pay(details), '77')
    await signOn('003')
    const sale = await approved(details)
    expect(sale.answer.fields[4]).toBe('000000000100')
  })
})

describe('settlement', () => {
  it('balanced: flag 1, end 207, next batch', async () => {
    await signOn('003')
    const settled = pos.batch
    const sale = await approved({ kind: 'sale', ...swiped, amount: 15_00 })
    expect(pos.journal.length).toBeGreaterThan(0)
    const totals = await pos.settle()
    expectAnswer(pos, totals, { answerClass: 'settlement' })
    expect(flagsOf(totals)).toBe('11')
    expect(totals.answer.fields[48]?.slice(0, 30)).toBe(totals.request.fields[48]?.slice(0, 30))
    expectCode(await pos.endBatch('207'), '00', 'batch')
    expect(pos.batch).toBe(String(Number(settled) + 1).padStart(6, '0'))
    await approved({ kind: 'sale', ...swiped, amount: 2_00 })
    const expectedBatch = pos.batch
    await signOn('003')
    expect(pos.batch).toBe(expectedBatch)
    expectCode(await pos.pay({ kind: 'void', ...keyed, amount: 15_00, original: originalOf(sale) }), '25')
    await approved({ kind: 'refund', ...keyed, amount: 15_00, original: originalOf(sale) })
  })

  it('not balanced: flag 2, upload in packets of at most eight, end 202, next batch', async () => {
    await signOn('003')
    const settled = pos.batch
    for (let count = 0; count < 10; count += 1) await approved({ kind: 'sale', ...swiped, amount: 1_00 + count })
    const totals = await pos.settle(pos.journal.slice(1))
    expectAnswer(pos, totals, { answerClass: 'settlement' })
    expect(flagsOf(totals)).toBe('21')
    const packets = await pos.upload()
    expect(packets.map(({ request }) => Number(request.fields[48]?.slice(0, 2)))).toEqual([8, pos.journal.length - 8])
    for (const packet of packets) expectCode(packet, '00', 'batch')
    expectCode(await pos.endBatch('202'), '00', 'batch')
    expect(pos.batch).toBe(String(Number(settled) + 1).padStart(6, '0'))
    await approved({ kind: 'sale', ...swiped, amount: 2_00 })
    const expectedBatch = pos.batch
    await signOn('003')
    expect(pos.batch).toBe(expectedBatch)
  })

  it('an empty batch is balanced too', async () => {
    await settleOpenBatch()
    const totals = await pos.settle()
    expect(totals.request.fields[48]).toBe('0'.repeat(62))
    expect(flagsOf(totals)).toBe('11')
    expectCode(await pos.endBatch('207'), '00', 'batch')
  })

  it('the traces of a settled batch may be used again', async () => {
    const first = pos.paymentRequest({ kind: 'sale', ...swiped, amount: 3_00 })
    const details = { kind: 'sale', ...swiped, amount: 3_00 } as const
    expectCode(await pos.payWith(first, details), '00')
    await settleOpenBatch()
    const again: WireMessage = pos.paymentRequest(details, first.fields[11])
    const exchange = await pos.payWith(again, details)
    expectCode(exchange, '00')
    expect(exchange.answer.fields[11]).toBe(first.fields[11])
  })
})

async function settleOpenBatch(): Promise<void> {
  const totals = await pos.settle()
  expect(flagsOf(totals)).toBe('11')
  expectCode(await pos.endBatch('207'), '00', 'batch')
  await signOn('003')
}
