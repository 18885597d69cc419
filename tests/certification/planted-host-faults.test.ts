// A host with a planted fault fails the certification, and in the case that is about this fault.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certifyHost, hostCases, readProfile, readyProfiles } from '@shua/certification'
import { Message } from '@shua/iso8583'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'
import { startFaultyHost, type HostFault } from './faulty-host.ts'
import type { KeyedTap } from './keyed-tap.ts'

const profile = readProfile({ ...readyProfiles['demo'], host: { answerTimeoutMs: 1_500, randomMessages: 5 } })

let network: TestNetwork

beforeAll(async () => {
  network = await startTestNetwork()
})

afterAll(async () => {
  await network.stop()
})

/** An answer with something changed, sealed again when it was sealed. */
function changed(answer: Message, tap: KeyedTap, change: (message: Message) => void): Buffer {
  change(answer)
  return answer.has(64) ? tap.seal(answer) : tap.codec.pack(answer)
}

function flagged(flag: string): HostFault {
  return {
    answer: (answer, { tap }) => {
      const digits = answer.text('48')
      if (answer.mti !== '0510' || digits === undefined) return undefined
      return changed(answer, tap, (message) => message.set(48, digits.slice(0, 30) + flag + digits.slice(31)))
    },
  }
}

/** What a host that does nothing about a reversal would say. */
function reversalAnswer(request: Message): Message {
  const answer = new Message('0410').set(12, '120000').set(13, '0101').set(15, '0101').set(32, '48020000')
  answer.set(37, '000000000001').set(39, '00')
  for (const field of [3, 4, 11, 25, 41, 42, 49, 60]) {
    const value = request.get(field)
    if (value !== undefined) answer.set(field, value)
  }
  return enveloped(answer, request)
}

function enveloped(answer: Message, request: Message): Message {
  const { tpdu = '', header = '' } = request.envelope
  answer.envelope['tpdu'] = tpdu.slice(0, 2) + tpdu.slice(6) + tpdu.slice(2, 6)
  answer.envelope['header'] = header
  return answer
}

const answered = new Map<string, Buffer>()
let dead = false

interface Planted {
  readonly name: string
  readonly fault: HostFault
  /** Beginnings of the ids that are run. */
  readonly run: readonly string[]
  readonly fails: readonly string[]
}

const planted: readonly Planted[] = [
  {
    name: 'does not check the MAC',
    run: ['mac.', 'purchase.stripe'],
    fails: ['mac.wrong', 'mac.missing', 'mac.amountChanged'],
    fault: { request: (request, tap) => (request.mti === '0200' ? tap.seal(request) : undefined) },
  },
  {
    name: 'answers a duplicate with its first answer',
    run: ['duplicate.', 'echo.'],
    fails: ['duplicate.sameBytes'],
    fault: {
      answer: (answer, { request, tap }) => {
        const key = `${request.mti}${request.text('11')}${request.amount('4')}`
        const first = answered.get(key)
        if (answer.text('39') === '94' && first !== undefined) return first
        if (request.mti === '0200') answered.set(key, tap.codec.pack(answer))
        return undefined
      },
    },
  },
  {
    name: 'says 00 to reversals and does nothing',
    run: ['reversal.reason', 'reversal.repeated', 'echo.'],
    fails: ['reversal.reason98', 'reversal.reason96', 'reversal.reasonA0', 'reversal.reason06', 'reversal.repeated'],
    fault: { request: (request) => (request.mti === '0400' ? reversalAnswer(request) : undefined) },
  },
  {
    name: 'finds wrong totals balanced',
    run: ['settlement.wrongCount', 'settlement.notBalanced', 'echo.'],
    fails: ['settlement.wrongCount', 'settlement.notBalanced'],
    fault: flagged('1'),
  },
  {
    name: 'finds right totals not balanced',
    run: ['settlement.balanced', 'echo.'],
    fails: ['settlement.balanced'],
    fault: flagged('2'),
  },
  {
    name: 'counts a fen too much in its totals',
    run: ['settlement.balanced', 'echo.'],
    fails: ['settlement.balanced'],
    fault: {
      answer: (answer, { tap }) => {
        const digits = answer.text('48')
        if (answer.mti !== '0510' || digits === undefined) return undefined
        const more = String(BigInt(digits.slice(0, 12)) + 1n).padStart(12, '0')
        return changed(answer, tap, (message) => message.set(48, more + digits.slice(12)))
      },
    },
  },
  {
    name: 'echoes another trace',
    run: ['purchase.stripe', 'echo.'],
    fails: ['purchase.stripeAndPin'],
    fault: {
      answer: (answer, { tap }) =>
        answer.mti === '0210' ? changed(answer, tap, (message) => message.set(11, '999999')) : undefined,
    },
  },
  {
    name: 'does not sign its approvals',
    run: ['purchase.stripe', 'echo.'],
    fails: ['purchase.stripeAndPin'],
    fault: {
      answer: (answer, { tap }) => (answer.mti === '0210' ? tap.codec.pack(answer.delete(64)) : undefined),
    },
  },
  {
    name: 'signs its approvals with a wrong MAC',
    run: ['purchase.stripe', 'echo.'],
    fails: ['purchase.stripeAndPin'],
    fault: {
      answer: (answer, { tap }) =>
        answer.mti === '0210' && answer.has(64) ? tap.codec.pack(answer.set(64, Buffer.from('00000000'))) : undefined,
    },
  },
  {
    name: 'does not look at the PIN’s verdict',
    run: ['pin.wrong', 'echo.'],
    fails: ['pin.wrong'],
    fault: {
      answer: (answer, { tap }) => (answer.text('39') === '55' ? tap.seal(answer.set(39, '00')) : undefined),
    },
  },
  {
    name: 'charges twice',
    run: ['purchase.stripe', 'echo.'],
    fails: ['purchase.stripeAndPin'],
    fault: {
      extra: (request, tap) => {
        if (request.mti !== '0200' || request.text('60.1') !== '22') return undefined
        const copy = tap.codec.unpack(tap.codec.pack(request))
        const other = String((Number(request.text('11')) + 50_000) % 1_000_000).padStart(6, '0')
        return tap.seal(copy.set(11, other))
      },
    },
  },
  {
    name: 'does not swap the TPDU',
    run: ['signOn.envelope', 'duplicate.otherAmount'],
    fails: ['signOn.envelope'],
    fault: {
      answer: (answer, { request, tap }) => {
        answer.envelope['tpdu'] = request.envelope['tpdu'] ?? ''
        return tap.codec.pack(answer)
      },
    },
  },
  {
    name: 'sends a wrong check value',
    run: ['signOn.pinAndMacKey', 'echo.'],
    fails: ['signOn.pinAndMacKey'],
    fault: {
      answer: (answer, { tap }) => {
        const block = answer.bytes(62)
        if (answer.mti !== '0810' || block === undefined) return undefined
        const wrong = Buffer.from(block)
        wrong[16] = (wrong[16] ?? 0) ^ 0xff
        return tap.codec.pack(answer.set(62, wrong))
      },
    },
  },
  {
    name: 'takes any batch number',
    run: ['batch.wrong', 'echo.'],
    fails: ['batch.wrong'],
    fault: (() => {
      let batch = ''
      return {
        request: (request, tap) => {
          if (request.mti !== '0200') return undefined
          const parts = { '1': request.text('60.1'), '2': batch, '3': '000', '4': '2', '5': '0' }
          return tap.seal(
            request.set(
              60,
              Object.entries(parts).map(([id, value]) => ({ id, value: value ?? '' })),
            ),
          )
        },
        answer: (answer) => {
          if (answer.mti === '0810') batch = answer.text('60.2') ?? batch
          return undefined
        },
      } satisfies HostFault
    })(),
  },
  {
    name: 'answers the end of a batch and keeps it open',
    run: ['settlement.empty', 'echo.'],
    fails: ['settlement.empty'],
    fault: {
      request: (request) => {
        if (request.mti !== '0320' || request.text('60.3') === '201') return undefined
        const answer = new Message('0330').set(12, '120000').set(13, '0101').set(32, '48020000')
        answer.set(37, '000000000001').set(39, '00')
        for (const field of [11, 41, 42, 48, 60]) {
          const value = request.get(field)
          if (value !== undefined) answer.set(field, value)
        }
        return enveloped(answer, request)
      },
    },
  },
  {
    name: 'stops answering after a malformed message',
    run: ['echo.', 'malformed.cutInAmount'],
    fails: ['malformed.cutInAmount'],
    fault: {
      request: (request) => {
        if (request.mti === '0200' && !request.has(41)) dead = true
        return dead ? 'silence' : undefined
      },
    },
  },
]

describe('a host with a planted fault', () => {
  it.each(planted.map((each, index) => [each.name, each, index] as const))(
    'that %s fails',
    async (_name, each, index) => {
      const { fault, run, fails } = each
      const host = await startFaultyHost({ upstreamPort: network.terminalPort, profile, fault })
      try {
        const certification = await certifyHost({
          address: { host: '127.0.0.1', port: host.port },
          profile,
          // Another one each time, because traces begin where the seed says and the batch may be the same.
          seed: 100 + index,
          random: randomBytes,
          now: () => new Date(),
          cases: hostCases.filter(({ id }) => run.some((begin) => id.startsWith(begin))),
        })
        const failed = certification.results.filter(({ status }) => status === 'failed').map(({ id }) => id)
        expect(failed.filter((id) => !fails.includes(id) && id !== 'duplicate.otherAmount')).toEqual([])
        expect(fails.filter((id) => !failed.includes(id))).toEqual([])
      } finally {
        await host.stop()
      }
    },
  )
})
