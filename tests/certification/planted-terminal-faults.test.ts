// A terminal with a planted fault fails the certification, and in the case that is about this fault.

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certifyTerminal, readProfile, readyProfiles, terminalCases } from '@shua/certification'
import { Message } from '@shua/iso8583'
import { openDevice, type DeviceHands } from './device-hands.ts'
import { faultyLink, type TerminalFault } from './faulty-link.ts'

const profile = readProfile({
  ...readyProfiles['demo'],
  device: { headerRequests: ['3'], firstBatch: '000007', waitMs: 2_500, answerTimeoutMs: 5_000 },
})

function isPurchase(message: Message): boolean {
  return message.mti === '0200' && message.text('60.1') === '22'
}

/** The answer the terminal would get to its reversal from a host that never saw it. */
function reversalAnswer(request: Message): Message {
  const answer = new Message('0410').set(12, '120000').set(13, '0101').set(37, '000000000001').set(39, '00')
  for (const field of [3, 4, 11, 25, 41, 42, 49, 60]) {
    const value = request.get(field)
    if (value !== undefined) answer.set(field, value)
  }
  Object.assign(answer.envelope, request.envelope)
  return answer
}

function oneFenMore(digits: string, at: number): string {
  return digits.slice(0, at) + String(BigInt(digits.slice(at, at + 12)) + 1n).padStart(12, '0') + digits.slice(at + 12)
}

interface Planted {
  readonly name: string
  readonly fault: TerminalFault
  readonly run: readonly string[]
  readonly fails: readonly string[]
}

const planted: readonly Planted[] = [
  {
    name: 'never reverses',
    run: ['doubt.noAnswer', 'purchase.approved'],
    fails: ['doubt.noAnswer'],
    fault: { request: (request) => (request.mti === '0400' ? reversalAnswer(request) : undefined) },
  },
  {
    name: 'uses a trace twice',
    run: ['purchase.approved', 'decline.code51'],
    fails: ['message.trace'],
    fault: {
      request: (request, tap) => (isPurchase(request) ? tap.seal(request.set(11, '000005')) : undefined),
      answer: (answer, { request, tap }) => {
        const stan = request.text('11')
        if (!isPurchase(request) || stan === undefined) return undefined
        answer.set(11, stan)
        return answer.has(64) ? tap.seal(answer) : tap.codec.pack(answer)
      },
    },
  },
  {
    name: 'makes wrong MACs',
    run: ['purchase.approved'],
    fails: ['message.mac', 'purchase.approved'],
    fault: {
      request: (request, tap) =>
        isPurchase(request) ? tap.codec.pack(request.set(64, Buffer.from('00000000'))) : undefined,
    },
  },
  {
    name: 'counts a fen too much',
    run: ['settlement.balanced'],
    fails: ['settlement.balanced'],
    fault: {
      request: (request, tap) => {
        const digits = request.text('48')
        if (request.mti !== '0500' || digits === undefined) return undefined
        return tap.codec.pack(request.set(48, oneFenMore(digits, 0)))
      },
    },
  },
  {
    name: 'uploads a wrong amount',
    run: ['settlement.uploadWanted'],
    fails: ['settlement.uploadWanted'],
    fault: {
      request: (request, tap) => {
        const digits = request.text('48')
        if (request.mti !== '0320' || request.text('60.3') !== '201' || digits === undefined) return undefined
        return tap.codec.pack(request.set(48, oneFenMore(digits, 30)))
      },
    },
  },
  {
    name: 'gives the wrong reason for a reversal',
    run: ['doubt.wrongMac', 'doubt.noAnswer'],
    fails: ['doubt.wrongMac'],
    fault: { request: (request, tap) => (request.mti === '0400' ? tap.seal(request.set(39, '98')) : undefined) },
  },
  {
    name: 'reverses another amount',
    run: ['doubt.noAnswer'],
    fails: ['message.reversalContent', 'doubt.noAnswer'],
    fault: { request: (request, tap) => (request.mti === '0400' ? tap.seal(request.set(4, 1n)) : undefined) },
  },
  {
    name: 'reverses what was declined',
    run: ['decline.code51', 'decline.code41'],
    fails: ['message.reversalDue'],
    fault: {
      after: (answer, { request, tap }) => {
        if (answer.text('39') !== '51') return undefined
        const reversal = new Message('0400').set(39, '98')
        for (const field of [3, 4, 11, 22, 25, 41, 42, 49, 60]) {
          const value = request.get(field)
          if (value !== undefined) reversal.set(field, value)
        }
        Object.assign(reversal.envelope, request.envelope)
        return tap.seal(reversal)
      },
    },
  },
  {
    name: 'sends a PIN block that is none',
    run: ['purchase.approved'],
    fails: ['message.pin', 'purchase.approved'],
    fault: {
      request: (request, tap) => (isPurchase(request) ? tap.seal(request.set(52, Buffer.alloc(8, 0x5a))) : undefined),
    },
  },
  {
    name: 'sends the card number beside the track',
    run: ['purchase.approved'],
    fails: ['message.fields'],
    fault: {
      request: (request, tap) => (isPurchase(request) ? tap.seal(request.set(2, '6225880000000001')) : undefined),
    },
  },
  {
    name: 'names another batch',
    run: ['purchase.approved'],
    fails: ['message.batch'],
    fault: {
      request: (request, tap) => {
        if (!isPurchase(request)) return undefined
        const parts = { '1': '22', '2': '000009', '3': '000', '4': '2', '5': '0' }
        return tap.seal(
          request.set(
            60,
            Object.entries(parts).map(([id, value]) => ({ id, value })),
          ),
        )
      },
    },
  },
  {
    name: 'does not check the MAC of an approval',
    run: ['doubt.wrongMac', 'purchase.approved'],
    fails: ['doubt.wrongMac'],
    fault: { answer: (answer, { tap }) => (answer.mti === '0210' && answer.has(64) ? tap.seal(answer) : undefined) },
  },
  {
    name: 'takes the answer of another trace for its own',
    run: ['doubt.wrongTrace', 'purchase.approved'],
    fails: ['doubt.wrongTrace'],
    fault: {
      answer: (answer, { request, tap }) => {
        const stan = request.text('11')
        return answer.mti === '0210' && answer.has(64) && stan !== undefined
          ? tap.seal(answer.set(11, stan))
          : undefined
      },
    },
  },
  {
    name: 'ignores what the header asks for',
    run: ['header.digit3', 'purchase.approved'],
    fails: ['header.digit3'],
    fault: {
      answer: (answer, { tap }) => {
        const { header = '' } = answer.envelope
        answer.envelope['header'] = `${header.slice(0, 5)}0${header.slice(6)}`
        return tap.codec.pack(answer)
      },
    },
  },
]

async function certify(fault: TerminalFault, run: readonly string[]): Promise<string[]> {
  let hands: Promise<DeviceHands> | undefined
  const ids = ['signOn.adoptsKeys', ...run]
  const certification = await certifyTerminal({
    address: { host: '127.0.0.1', port: 0 },
    profile,
    seed: 1,
    random: randomBytes,
    now: () => new Date(),
    mode: 'guided',
    idleMs: 1_000,
    cases: ids.flatMap((id) => terminalCases.filter((each) => each.id === id)),
    onListening: (port) => {
      hands = openDevice({ port, profile, answerTimeoutMs: 300, wrapLink: faultyLink(profile, fault) })
    },
    onPrompt: (_text, kind) => void hands?.then((device) => device.do(kind)),
  })
  await (await hands)?.close()
  return certification.results.filter(({ status }) => status === 'failed').map(({ id }) => id)
}

describe('a terminal with a planted fault', () => {
  it.each(planted.map((each) => [each.name, each] as const))('that %s fails', async (_name, { fault, run, fails }) => {
    const failed = await certify(fault, run)
    expect(fails.filter((id) => !failed.includes(id))).toEqual([])
  })

  it('without one passes the same cases', async () => {
    expect(await certify({}, [...new Set(planted.flatMap(({ run }) => run))])).toEqual([])
  })
})
