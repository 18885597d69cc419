// Terminals of every profile of the demo through the independent client: each signs on with its own key set, has a purchase
// approved and a wrong MAC refused (terminal-protocol §3.2 to §3.7).

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCard, expectAnswer, openTerminal } from './demo-terminal.ts'
import { availableBalance } from './independent-client/answer-faults.ts'
import type { TerminalSession } from './independent-client/terminal-session.ts'
import { hexBytes, hexText } from './independent-client/wire-message.ts'

interface Profile {
  readonly terminalId: string
  readonly name: string
  readonly networkCode: string
  readonly keyBlockLength: number
  readonly macKeyLength: number
  readonly encryptsTrack: boolean
  /** The eight bytes of field 64: characters or plain bytes. */
  readonly macForm: 'characters' | 'binary'
}

const fold3des = { keyBlockLength: 40, encryptsTrack: false, networkCode: '003' } as const

const profiles: readonly Profile[] = [
  {
    terminalId: '10000003',
    name: 'SM4 without track key',
    networkCode: '005',
    keyBlockLength: 48,
    macKeyLength: 16,
    encryptsTrack: false,
    macForm: 'characters',
  },
  {
    terminalId: '10000003',
    name: 'SM4 with track key',
    networkCode: '006',
    keyBlockLength: 72,
    macKeyLength: 16,
    encryptsTrack: true,
    macForm: 'characters',
  },
  {
    terminalId: '10000004',
    name: '3DES with track key',
    networkCode: '004',
    keyBlockLength: 60,
    macKeyLength: 8,
    encryptsTrack: true,
    macForm: 'characters',
  },
  { ...fold3des, terminalId: '10000005', name: 'X9.19, key of 16 bytes', macKeyLength: 16, macForm: 'binary' },
  {
    ...fold3des,
    terminalId: '10000006',
    name: 'folding MAC, key of 16 bytes',
    macKeyLength: 16,
    macForm: 'characters',
  },
  { ...fold3des, terminalId: '10000007', name: 'X9.9, key of 8 bytes', macKeyLength: 8, macForm: 'binary' },
]

const card = demoCard('approved')

let network: Awaited<ReturnType<typeof startTestNetwork>>

beforeAll(async () => {
  network = await startTestNetwork()
})

afterAll(async () => {
  await network.stop()
})

async function balance(terminal: TerminalSession): Promise<number> {
  const exchange = await terminal.pay({ kind: 'balance', card, entry: 'swipe', pin: card.pin })
  expectAnswer(terminal, exchange, { answerClass: 'inquiry', code: '00', card })
  return availableBalance(exchange)
}

describe.each(profiles.map((profile) => [profile.terminalId, profile.name, profile] as const))(
  '%s, %s',
  (_terminalId, _name, profile) => {
    let terminal: TerminalSession
    let keyBlockLength: number

    beforeAll(async () => {
      terminal = await openTerminal(network.terminalPort, profile.terminalId)
      terminal.resumeAfter(profiles.indexOf(profile) * 100)
      const exchange = await terminal.signOn(profile.networkCode)
      expectAnswer(terminal, exchange, { answerClass: 'signOn', code: '00' })
      terminal.encryptsTrack = profile.encryptsTrack
      keyBlockLength = hexBytes(exchange.answer.fields[62] ?? '').length
    })

    afterAll(() => {
      terminal.connection.close()
    })

    it('has keys of the lengths of its profile', () => {
      expect(keyBlockLength).toBe(profile.keyBlockLength)
      expect(terminal.keys.pin).toHaveLength(16)
      expect(terminal.keys.mac).toHaveLength(profile.macKeyLength)
      expect(terminal.keys.track !== undefined).toBe(profile.encryptsTrack)
    })

    it.each([
      ['by stripe and PIN', 'swipe'],
      ['by keyed number and PIN', 'keyed'],
    ] as const)('a purchase %s is approved, its MAC valid and in its form', async (_name, entry) => {
      const before = await balance(terminal)
      const exchange = await terminal.pay({ kind: 'sale', card, entry, pin: card.pin, amount: 8_88 })
      expectAnswer(terminal, exchange, { answerClass: 'payment', code: '00', card })
      const mac = hexBytes(exchange.answer.fields[64] ?? '').toString('latin1')
      expect(mac).toMatch(profile.macForm === 'characters' ? /^[0-9A-F]{8}$/ : /^[^]{8}$/)
      expect(await balance(terminal)).toBe(before - 8_88)
    })

    it('a wrong PIN is told from a right one', async () => {
      const before = await balance(terminal)
      const exchange = await terminal.pay({ kind: 'sale', card, entry: 'swipe', pin: '111111', amount: 8_88 })
      expectAnswer(terminal, exchange, { answerClass: 'payment', code: '55' })
      expect(await balance(terminal)).toBe(before)
    })

    it('a wrong MAC is refused A0 without a MAC, and no money moves', async () => {
      const before = await balance(terminal)
      const request = terminal.sealed(
        terminal.paymentRequest({ kind: 'sale', card, entry: 'swipe', pin: card.pin, amount: 8_88 }),
      )
      const mac = hexBytes(request.fields[64] ?? '')
      mac[0] = mac[0] === 0x41 ? 0x42 : 0x41
      const exchange = await terminal.send({ ...request, fields: { ...request.fields, 64: hexText(mac) } })
      expectAnswer(terminal, exchange, { answerClass: 'payment', code: 'A0' })
      expect(await balance(terminal)).toBe(before)
    })

    it('its reversal is verified and answered under the same MAC', async () => {
      const before = await balance(terminal)
      const exchange = await terminal.pay({ kind: 'sale', card, entry: 'swipe', pin: card.pin, amount: 8_88 })
      expectAnswer(terminal, exchange, { answerClass: 'payment', code: '00', card })
      expectAnswer(terminal, await terminal.reverse(exchange.request), { answerClass: 'reversal', code: '00' })
      expect(await balance(terminal)).toBe(before)
    })
  },
)
