// Bad input through the socket, one row per case: each is refused with its own response code, carries no approval, and leaves the
// balance untouched (terminal-protocol §2.9, §4.2, §5). The client is the independent one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCards } from '../../apps/server/src/demo/demo-cards.ts'
import { demoCard, expectAnswer, openTerminal } from './demo-terminal.ts'
import { answerFaults, availableBalance, type Expected } from './independent-client/answer-faults.ts'
import { encryptBlocks } from './independent-client/block-ciphers.ts'
import type { PaymentDetails, PaymentKind } from './independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from './independent-client/terminal-session.ts'
import { decodeMessage, encodeMessage, hexText, type WireMessage } from './independent-client/wire-message.ts'

const card = demoCard('approved')
const secondCard = demoCard('approved-two')
const swiped = { card, entry: 'swipe', pin: card.pin } as const
const keyed = { card, entry: 'keyed' } as const
const sale = { kind: 'sale', ...swiped, amount: 10_00 } as const

let network: Awaited<ReturnType<typeof startTestNetwork>>
let pos: TerminalSession
/** MMDD as the host counts it. */
let today: string

beforeAll(async () => {
  network = await startTestNetwork()
  pos = await openTerminal(network.terminalPort, '10000001')
  const exchange = await pos.signOn('003')
  expectAnswer(pos, exchange, { answerClass: 'signOn', code: '00' })
  today = exchange.answer.fields[13] ?? ''
})

afterAll(async () => {
  pos.connection.close()
  await network.stop()
})

async function balance(): Promise<number> {
  const exchange = await pos.pay({ kind: 'balance', ...swiped })
  expectAnswer(pos, exchange, { answerClass: 'inquiry', code: '00', card })
  return availableBalance(exchange)
}

async function approved(details: PaymentDetails): Promise<Exchange> {
  const exchange = await pos.pay(details)
  expectAnswer(pos, exchange, { answerClass: 'payment', code: '00', card: details.card })
  return exchange
}

/** The request with fields replaced, or taken away where the value is undefined; not yet sealed. */
function changed(request: WireMessage, change: Record<number, string | undefined>): WireMessage {
  const fields: Record<number, string> = { ...request.fields }
  for (const [number, value] of Object.entries(change)) {
    if (value === undefined) delete fields[Number(number)]
    else fields[Number(number)] = value
  }
  return { ...request, fields }
}

const changedSale = (change: Record<number, string | undefined>): WireMessage => {
  return pos.sealed(changed(pos.paymentRequest(sale), change))
}

const changedPayment = (details: PaymentDetails, change: Record<number, string | undefined>): WireMessage => {
  return pos.sealed(changed(pos.paymentRequest(details), change))
}

async function approvedSale(amount = 10_00): Promise<ReturnType<typeof originalOf>> {
  return originalOf(await approved({ ...sale, amount }))
}

async function approvedHold(amount = 100_00): Promise<ReturnType<typeof originalOf>> {
  return originalOf(await approved({ kind: 'preAuthorisation', ...swiped, amount }))
}

/** Prepares what the case needs and returns the request to be refused, sealed as it shall go out. */
type Prepare = () => Promise<WireMessage> | WireMessage

interface Refusal {
  readonly name: string
  readonly code: string
  readonly answerClass?: Expected['answerClass']
  readonly unreadable?: readonly number[]
  readonly prepare: Prepare
}

/** What the answer gets wrong, and what the request cost the card. */
async function outcomeOf(refusal: Refusal): Promise<{ faults: string; moved: number }> {
  const request = await refusal.prepare()
  const before = await balance()
  const exchange = await pos.send(request)
  const { answerClass = 'payment', code, unreadable = [] } = refusal
  return {
    faults: answerFaults(pos, exchange, { answerClass, code, unreadable }).join('\n'),
    moved: (await balance()) - before,
  }
}

const macRefusals: Refusal[] = [
  {
    name: 'a MAC with one changed character',
    code: 'A0',
    prepare: () => {
      const request = pos.sealed(pos.paymentRequest(sale))
      const mac = Buffer.from(request.fields[64] ?? '', 'hex')
      mac[7] = mac[7] === 0x30 ? 0x31 : 0x30
      return changed(request, { 64: hexText(mac) })
    },
  },
  {
    name: 'an amount changed after the MAC was made',
    code: 'A0',
    prepare: () => changed(pos.sealed(pos.paymentRequest(sale)), { 4: '000000000999' }),
  },
  { name: 'no MAC', code: 'A0', prepare: () => pos.paymentRequest(sale) },
  {
    name: 'a reversal with a wrong MAC',
    code: 'A0',
    answerClass: 'reversal',
    prepare: async () => {
      const { request } = await approved(sale)
      const fields = changed(request, {
        26: undefined,
        35: undefined,
        39: '98',
        52: undefined,
        53: undefined,
        63: undefined,
      })
      return changed({ ...fields, mti: '0400' }, { 64: '3030303030303030' })
    },
  },
]

const missingFields: Refusal[] = [
  ...[3, 4, 11, 22, 25, 49, 60].map((number) => ({
    name: `a sale without field ${number}`,
    code: '30',
    prepare: () => changedSale({ [number]: undefined }),
  })),
  { name: 'a sale without any card data', code: '30', prepare: () => changedSale({ 35: undefined }) },
  {
    name: 'a keyed sale without expiry',
    code: '30',
    prepare: () => changedPayment({ ...sale, entry: 'keyed' }, { 14: undefined }),
  },
  ...[37, 61].map((number) => ({
    name: `a void without field ${number}`,
    code: '30',
    prepare: async () => {
      const original = await approvedSale()
      return changedPayment({ kind: 'void', ...keyed, amount: 10_00, original }, { [number]: undefined })
    },
  })),
  ...[37, 61].map((number) => ({
    name: `a refund without field ${number}`,
    code: '30',
    prepare: async () => {
      const original = await approvedSale()
      return changedPayment({ kind: 'refund', ...keyed, amount: 10_00, original }, { [number]: undefined })
    },
  })),
  ...(['preAuthorisationVoid', 'completion', 'completionAdvice'] as const).flatMap((kind) =>
    [38, 61].map((number) => ({
      name: `a ${kind} without field ${number}`,
      code: '30',
      prepare: async () => {
        const original = await approvedHold()
        return changedPayment({ kind, ...keyed, amount: 100_00, original }, { [number]: undefined })
      },
    })),
  ),
  {
    name: 'a reversal without field 39',
    code: '30',
    answerClass: 'reversal',
    prepare: async () => {
      const { request } = await approved(sale)
      const fields = changed(request, { 26: undefined, 35: undefined, 52: undefined, 53: undefined, 63: undefined })
      return pos.sealed({ ...fields, mti: '0400' })
    },
  },
  { name: 'a PIN block without field 53', code: '30', prepare: () => changedSale({ 53: undefined }) },
]

const malformedFields: Refusal[] = [
  {
    name: 'a track without separator',
    code: '30',
    prepare: () => changedSale({ 35: '62258800000000013012201123456789012' }),
  },
  {
    name: 'a track with letters',
    code: '30',
    prepare: () => changedSale({ 35: '6225880000000001D30122011234567890ABC' }),
  },
  {
    name: 'a letter in field 53',
    code: '30',
    unreadable: [60],
    prepare: () => changedSale({ 53: '26A0000000000000' }),
  },
  {
    name: 'a letter in the batch number',
    code: '30',
    unreadable: [60],
    prepare: () => changedSale({ 60: '2200000A000601' }),
  },
  {
    name: 'a letter in field 61',
    code: '30',
    prepare: async () => {
      const original = await approvedSale()
      return changedPayment({ kind: 'void', ...keyed, amount: 10_00, original }, { 61: `${original.batch}00000B` })
    },
  },
  { name: 'field 60 of two digits', code: '30', unreadable: [60], prepare: () => changedSale({ 60: '22' }) },
  {
    name: 'an expiry in month 13',
    code: '30',
    prepare: () => changedPayment({ ...sale, entry: 'keyed' }, { 14: '3013' }),
  },
  {
    name: 'a void whose field 61 stops within the trace',
    code: '30',
    prepare: async () => {
      const original = await approvedSale()
      return changedPayment({ kind: 'void', ...keyed, amount: 10_00, original }, { 61: '00000700' })
    },
  },
]

const terminalRefusals: Refusal[] = [
  { name: 'a terminal nobody knows', code: '97', prepare: () => changedSale({ 41: '19999999' }) },
  { name: 'a merchant nobody knows', code: '03', prepare: () => changedSale({ 42: '898110099999999' }) },
  { name: 'a merchant that is not the terminal’s', code: '03', prepare: () => changedSale({ 42: '898310058121001' }) },
  {
    name: 'another batch than the open one',
    code: '77',
    prepare: () => changedSale({ 60: `22${String(Number(pos.batch) + 5).padStart(6, '0')}000601` }),
  },
  {
    name: 'the trace of an approved sale again, byte for byte',
    code: '94',
    prepare: async () => (await approved(sale)).request,
  },
  {
    name: 'the trace of an approved sale for another one',
    code: '94',
    prepare: async () => changedPayment({ ...sale, amount: 7_77 }, { 11: (await approvedSale()).trace }),
  },
  {
    name: 'the trace of a declined sale',
    code: '94',
    prepare: async () => {
      const declined = await pos.pay({ ...sale, amount: 90_000_00 })
      expect(declined.answer.fields[39]).not.toBe('00')
      return changedPayment(sale, { 11: declined.request.fields[11] })
    },
  },
  { name: 'an amount of zero', code: '13', prepare: () => pos.sealed(pos.paymentRequest({ ...sale, amount: 0 })) },
  { name: 'a currency other than 156', code: '12', prepare: () => changedSale({ 49: '840' }) },
  {
    name: 'a function the host does not have (cash load)',
    code: '40',
    prepare: () => changedSale({ 3: '630000', 25: '91', 60: `46${pos.batch}000600` }),
  },
  {
    name: 'a management function the host does not have',
    code: '40',
    answerClass: 'downloadEnd',
    prepare: () => pos.message('0800', { 41: '10000001', 42: '898110015411234', 60: `00${pos.batch}352` }),
  },
]

const originalRefusals: Refusal[] = [
  {
    name: 'a void of another amount',
    code: '64',
    prepare: async () => pos.sealed(payment('void', 9_99, await approvedSale())),
  },
  {
    name: 'a void with another card',
    code: '14',
    prepare: async () => {
      const original = await approvedSale()
      return pos.sealed(pos.paymentRequest({ kind: 'void', card: secondCard, entry: 'keyed', amount: 10_00, original }))
    },
  },
  {
    name: 'a void of a trace that never was',
    code: '25',
    prepare: async () => pos.sealed(payment('void', 10_00, { ...(await approvedSale()), trace: '999999' })),
  },
  {
    name: 'a second void',
    code: '25',
    prepare: async () => {
      const original = await approvedSale()
      await approved({ kind: 'void', ...keyed, amount: 10_00, original })
      return pos.sealed(payment('void', 10_00, original))
    },
  },
  {
    name: 'a void of a pre-authorisation by the void of a sale',
    code: '25',
    prepare: async () => pos.sealed(payment('void', 100_00, await approvedHold())),
  },
  {
    name: 'a void of a sale that was partly refunded',
    code: '25',
    prepare: async () => {
      const original = await approvedSale()
      await approved({ kind: 'refund', ...keyed, amount: 1_00, original })
      return pos.sealed(payment('void', 10_00, original))
    },
  },
  {
    name: 'a refund above the amount',
    code: '61',
    prepare: async () => pos.sealed(payment('refund', 10_01, await approvedSale())),
  },
  {
    name: 'a refund of a voided sale',
    code: '25',
    prepare: async () => {
      const original = await approvedSale()
      await approved({ kind: 'void', ...keyed, amount: 10_00, original })
      return pos.sealed(payment('refund', 10_00, original))
    },
  },
  {
    name: 'a refund of a reference that never was',
    code: '25',
    prepare: async () => {
      return pos.sealed(payment('refund', 10_00, { ...(await approvedSale()), retrievalReference: '999999999999' }))
    },
  },
  {
    name: 'a completion above 115 %',
    code: '64',
    prepare: async () => pos.sealed(payment('completion', 115_01, await approvedHold())),
  },
  {
    name: 'a completion advice above 115 %',
    code: '64',
    prepare: async () => pos.sealed(payment('completionAdvice', 115_01, await approvedHold())),
  },
  {
    name: 'a completion of an unknown authorisation code',
    code: '25',
    prepare: () => pos.sealed(payment('completion', 100_00, unknownHold())),
  },
  {
    name: 'a completion with another card',
    code: '14',
    prepare: async () => {
      const original = await approvedHold()
      const details = { kind: 'completion', card: secondCard, entry: 'swipe', pin: secondCard.pin } as const
      return pos.sealed(pos.paymentRequest({ ...details, amount: 100_00, original }))
    },
  },
  {
    name: 'a completion with another date',
    code: '25',
    prepare: async () => {
      const date = today === '0101' ? '0102' : '0101'
      return pos.sealed(payment('completion', 100_00, { ...(await approvedHold()), date }))
    },
  },
  {
    name: 'a second completion',
    code: '25',
    prepare: async () => {
      const original = await approvedHold(1_00)
      await approved({ kind: 'completion', ...swiped, amount: 1_00, original })
      return pos.sealed(payment('completion', 1_00, original))
    },
  },
  {
    name: 'a void of another amount than was pre-authorised',
    code: '64',
    prepare: async () => pos.sealed(payment('preAuthorisationVoid', 99_99, await approvedHold())),
  },
  {
    name: 'a void of an unknown pre-authorisation',
    code: '25',
    prepare: () => pos.sealed(payment('preAuthorisationVoid', 100_00, unknownHold())),
  },
  {
    name: 'a void of a completed pre-authorisation',
    code: '25',
    prepare: async () => {
      const original = await approvedHold(1_00)
      await approved({ kind: 'completion', ...swiped, amount: 1_00, original })
      return pos.sealed(payment('preAuthorisationVoid', 1_00, original))
    },
  },
  {
    name: 'a void of a completion of another amount',
    code: '64',
    prepare: async () => {
      const original = await approvedHold(1_00)
      const completion = await approved({ kind: 'completion', ...swiped, amount: 1_00, original })
      return pos.sealed(payment('completionVoid', 99, originalOf(completion)))
    },
  },
]

function payment(kind: PaymentKind, amount: number, original: ReturnType<typeof originalOf>): WireMessage {
  return pos.paymentRequest({ kind, ...keyed, amount, original })
}

function unknownHold(): ReturnType<typeof originalOf> {
  return { batch: pos.batch, trace: '000000', date: today, retrievalReference: '', authorisationCode: 'ZZZZZ9' }
}

const cardRefusals: Refusal[] = [
  {
    name: 'a wrong PIN',
    code: '55',
    prepare: () => pos.sealed(pos.paymentRequest({ ...sale, pin: '654321' })),
  },
  {
    name: 'a PIN that is wrong in its last digit only',
    code: '55',
    prepare: () => pos.sealed(pos.paymentRequest({ ...sale, pin: '123457' })),
  },
  {
    name: 'a PIN block that decrypts to all ones',
    code: '99',
    prepare: () => changedSale({ 52: hexText(encryptBlocks('des', pos.keys.pin, Buffer.alloc(8, 0xff))) }),
  },
  {
    name: 'a PIN block under another key',
    code: '99',
    prepare: () => {
      const otherKey = Buffer.from('4A61C2D3E5F7081926374858697A8B9D', 'hex')
      return changedSale({ 52: hexText(encryptBlocks('des', otherKey, Buffer.from('06126CD6FFFFFFFF', 'hex'))) })
    },
  },
  {
    name: 'a card number of the BIN nobody issued',
    code: '14',
    prepare: () => {
      const unknown = { pan: '6225880000009994', expiry: '3012', track2: '6225880000009994D30122011234567890123' }
      return pos.sealed(pos.paymentRequest({ ...sale, card: unknown }))
    },
  },
  {
    name: 'a keyed expiry that is not the card’s',
    code: '54',
    prepare: () => changedPayment({ ...sale, entry: 'keyed' }, { 14: '2911' }),
  },
  {
    name: 'a stripe expiry that is not the card’s',
    code: '54',
    prepare: () => changedSale({ 35: '6225880000000001D29112011234567890123' }),
  },
  ...demoCards
    .filter((entry) => entry.responseCode !== '00')
    .map((entry) => ({
      name: `the demo card “${entry.label.en}”`,
      code: entry.responseCode,
      prepare: () => {
        const declined = demoCard(entry.cardId)
        return pos.sealed(pos.paymentRequest({ ...sale, card: declined, pin: declined.pin, amount: 100_00 }))
      },
    })),
]

describe('a refused request changes no balance', () => {
  const refusals = [
    ...macRefusals,
    ...missingFields,
    ...malformedFields,
    ...terminalRefusals,
    ...originalRefusals,
    ...cardRefusals,
  ]

  it.each(refusals.map((refusal) => [refusal.code, refusal.name, refusal] as const))(
    '%s: %s',
    async (_code, _name, refusal) => {
      expect(await outcomeOf(refusal)).toEqual({ faults: '', moved: 0 })
    },
  )

  it('every decline of the rack of demo cards is covered', () => {
    const codes = new Set(demoCards.map((entry) => entry.responseCode))
    for (const code of ['51', '75', '41', '43', '62', '54', '21', '61', '04', '45', '15']) expect(codes).toContain(code)
  })

  it('the third wrong PIN locks the card: 55, 55, 75, and then 75 even with the right one', async () => {
    const wrong = { ...sale, card: secondCard, pin: '000000' }
    const codes: (string | undefined)[] = []
    for (let attempt = 0; attempt < 3; attempt += 1) codes.push((await pos.pay(wrong)).answer.fields[39])
    expect(codes).toEqual(['55', '55', '75'])
    const before = await balance()
    const locked = await pos.pay({ ...sale, card: secondCard, pin: secondCard.pin })
    expectAnswer(pos, locked, { answerClass: 'payment', code: '75' })
    expect(await balance()).toBe(before)
  })
})

describe('a terminal that may not sign on', () => {
  it.each([
    ['10000008', 'that is suspended', '58'],
    ['10000009', 'whose merchant is closed', '03'],
  ])('%s, %s: %s', async (terminalId, _why, code) => {
    const terminal = await openTerminal(network.terminalPort, terminalId)
    const exchange = await terminal.signOn('003')
    expectAnswer(terminal, exchange, { answerClass: 'signOn', code })
    expect(exchange.answer.fields[62]).toBeUndefined()
    terminal.connection.close()
  })

  it.each([
    ['10000008', 'that is suspended', '58'],
    ['10000009', 'whose merchant is closed', '03'],
  ])('a sale of %s, %s: %s', async (terminalId, _why, code) => {
    const terminal = await openTerminal(network.terminalPort, terminalId)
    const signOn = await terminal.signOn('003')
    if (signOn.answer.fields[39] !== '00') terminal.useKeys(pos.keys)
    terminal.batch = '000001'
    const before = await balance()
    const exchange = await terminal.pay(sale)
    expectAnswer(terminal, exchange, { answerClass: 'payment', code })
    expect(await balance()).toBe(before)
    terminal.connection.close()
  })

  it('a sign-on with another licence and serial: 58', async () => {
    const request = pos.signOnRequest('003')
    const exchange = await pos.send(
      changed(request, { 62: hexText(Buffer.from('Sequence No123456SYNTH999', 'latin1')) }),
    )
    expectAnswer(pos, exchange, { answerClass: 'signOn', code: '58' })
    expect(exchange.answer.fields[62]).toBeUndefined()
  })

  it('a sign-on of a terminal nobody knows: 97', async () => {
    const exchange = await pos.send(changed(pos.signOnRequest('003'), { 41: '19999999' }))
    expectAnswer(pos, exchange, { answerClass: 'signOn', code: '97' })
    expect(exchange.answer.fields[62]).toBeUndefined()
  })

  it('a sale before any sign-on: 77', async () => {
    const terminal = await openTerminal(network.terminalPort, '10000004')
    terminal.useKeys(pos.keys)
    const before = await balance()
    terminal.batch = '000001'
    const exchange = await terminal.pay(sale)
    expectAnswer(terminal, exchange, { answerClass: 'payment', code: '77' })
    expect(await balance()).toBe(before)
    terminal.connection.close()
  })
})

describe('bytes that are no message', () => {
  const whole = (): Buffer => encodeMessage(pos.sealed(pos.paymentRequest(sale)))
  const patched = (offset: number, bytes: readonly number[]): Buffer => {
    const message = whole()
    Buffer.from(bytes).copy(message, offset)
    return message
  }

  const readable: readonly (readonly [string, () => Buffer])[] = [
    ['ends within the MAC', () => whole().subarray(0, -1)],
    ['ends within the last digits of field 60', () => whole().subarray(0, -15)],
    ['announces a longer field 63 than there is', () => patched(whole().length - 13, [0x00, 0x20])],
    ['has one byte too many', () => Buffer.concat([whole(), Buffer.from([0])])],
  ]

  it.each(readable)('a message that %s is answered 30, and the socket lives on', async (_name, bytes) => {
    const before = await balance()
    const terminal = await openTerminal(network.terminalPort, '10000001')
    const answer = decodeMessage(await terminal.connection.exchange(bytes()))
    expect([answer.mti, answer.fields[39], answer.fields[64]]).toEqual(['0210', '30', undefined])
    const echo = await terminal.echo()
    expectAnswer(terminal, echo, { answerClass: 'echo', code: '00' })
    terminal.connection.close()
    expect(await balance()).toBe(before)
  })

  const unreadable: readonly (readonly [string, () => Buffer])[] = [
    ['nothing but a TPDU', () => whole().subarray(0, 5)],
    ['nothing but TPDU and header', () => whole().subarray(0, 11)],
    ['an MTI and half a bitmap', () => whole().subarray(0, 17)],
    ['an MTI that is none', () => patched(11, [0xff, 0xff])],
    ['an answer instead of a request', () => patched(11, [0x02, 0x10])],
    ['a second bitmap announced', () => patched(13, [0xb0])],
    ['a field the dialect does not have', () => patched(15, [0x05])],
    ['a merchant number cut short', () => whole().subarray(0, 70)],
    ['no terminal number', () => encodeMessage(changedSale({ 41: undefined }))],
    ['a track cut short', () => whole().subarray(0, 45)],
    ['a letter in the amount', () => patched(24, [0xaa])],
    ['a track longer than 37 digits', () => patched(37, [0x77])],
    ['a letter in the length of the track', () => patched(37, [0x3f])],
    ['one byte', () => Buffer.from([0x60])],
    ['a kilobyte of ones', () => Buffer.alloc(1024, 0xff)],
  ]

  // Without trace and terminal number an answer would match nothing (§4.1), so that the host may answer 30 or drop the
  // message; the connection must survive either way.
  it.each(unreadable)('%s: 30 or nothing, and the socket lives on', async (_name, bytes) => {
    const before = await balance()
    const terminal = await openTerminal(network.terminalPort, '10000001')
    terminal.connection.send(bytes())
    const echo = terminal.echoRequest()
    terminal.connection.send(encodeMessage(echo))
    const answers = [decodeMessage(await terminal.connection.receive())]
    if (answers[0]?.mti !== '0830') answers.push(decodeMessage(await terminal.connection.receive()))
    const echoed = answers.pop()
    expect([echoed?.mti, echoed?.fields[39], echoed?.fields[60]]).toEqual(['0830', '00', echo.fields[60]])
    expect(answers.map((answer) => answer.fields[39]).filter((code) => code !== '30')).toEqual([])
    terminal.connection.close()
    expect(await balance()).toBe(before)
  })
})
