// The kit against this network: every case passes, in every kind of cryptography, and the books are right afterwards.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  certifyHost,
  hostCases,
  readProfile,
  readyProfiles,
  type Certification,
  type ProfileInput,
} from '@shua/certification'
import { demoCards, demoTrack2 } from '../../apps/server/src/demo/demo-cards.ts'
import { demoTerminals } from '../../apps/server/src/demo/demo-terminals.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'

let network: TestNetwork

beforeAll(async () => {
  network = await startTestNetwork()
})

afterAll(async () => {
  await network.stop()
})

const demo: ProfileInput = readyProfiles['demo']!

async function certify(input: ProfileInput, begins: readonly string[] = ['']): Promise<Certification> {
  return certifyHost({
    address: { host: '127.0.0.1', port: network.terminalPort },
    profile: readProfile(input),
    seed: 1,
    random: randomBytes,
    now: () => new Date(),
    cases: hostCases.filter(({ id }) => begins.some((begin) => id.startsWith(begin))),
  })
}

/** What failed and why; empty means that all passed. */
function failures({ results }: Certification): unknown[] {
  return results
    .filter(({ status }) => status === 'failed')
    .map(({ id, reason, checks }) => [id, reason, checks.filter(({ ok }) => !ok)])
}

describe('the kit as a terminal', () => {
  it('passes our own host with the demo profile, twice in a row, and leaves the books right', async () => {
    const certification = await certify(demo)
    expect(failures(certification)).toEqual([])
    expect(certification.results.filter(({ status }) => status === 'notApplicable')).toEqual([])
    expect(certification.results).toHaveLength(hostCases.length)
    expect(failures(await certify(demo, ['purchase.', 'settlement.', 'duplicate.']))).toEqual([])
    expect(await network.checkMoneyRules()).toEqual([])
    expect(network.faults).toEqual([])
  }, 120_000)

  const outside = ['demo-x919', 'demo-mac16', 'demo-x99'].map((name) => [name, readyProfiles[name]!] as const)
  const own = ['10000003', '10000004'].map((terminalId) => {
    const { merchantId, profile, licenceSerial, masterKey } = demoTerminals.find(
      (each) => each.terminalId === terminalId,
    )!
    const terminal = { terminalId, merchantId, licenceAndSerial: licenceSerial ?? '' }
    return [profile, { ...demo, crypto: profile, terminal, masterKey: { hex: masterKey } }] as const
  })

  it.each([...outside, ...own])('passes it with %s', async (_name, input) => {
    const flows = ['signOn.', 'purchase.', 'pin.', 'mac.', 'void.', 'reversal.reason', 'settlement.balanced']
    expect(failures(await certify(input, flows))).toEqual([])
  })

  it('keeps its connection when the profile says so', async () => {
    const kept = { ...demo, host: { connection: 'kept' } } as const
    expect(failures(await certify(kept, ['purchase.', 'refund.', 'settlement.balanced']))).toEqual([])
  })

  it('says what does not apply and why, and runs the rest', async () => {
    const cards = demo.cards.filter(({ purpose }) => purpose === 'good')
    const certification = await certify({ ...demo, cards, flows: { refund: false } }, ['refund.', 'card.', 'void.'])
    expect(failures(certification)).toEqual([])
    const reasons = new Map(certification.results.map(({ id, status, reason }) => [id, `${status} ${reason ?? ''}`]))
    expect(reasons.get('refund.inParts')).toBe('notApplicable the profile says that refund is not supported')
    expect(reasons.get('card.lost')).toBe("notApplicable the profile has no card for 'lost'")
    expect(reasons.get('void.swiped')).toBe('passed ')
  })

  it('fails with a master key that is not the terminal’s', async () => {
    const wrong = { ...demo, masterKey: { hex: '11223344556677881122334455667799' } }
    const { results } = await certify(wrong, ['signOn.pinAndMacKey', 'echo.'])
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ['signOn.pinAndMacKey', 'failed'],
      ['echo.answered', 'passed'],
    ])
  })

  it('fails at once where nobody listens', async () => {
    const options = { address: { host: '127.0.0.1', port: 1 }, profile: readProfile(demo), seed: 1 }
    await expect(certifyHost({ ...options, random: randomBytes, now: () => new Date() })).rejects.toMatchObject({
      code: 'CERTIFICATION_CONNECT',
    })
  })
})

describe('the demo profile', () => {
  it('is the demo network’s', () => {
    const terminal = demoTerminals.find(({ terminalId }) => terminalId === demo.terminal.terminalId)
    expect(terminal).toMatchObject({
      merchantId: demo.terminal.merchantId,
      profile: demo.crypto,
      licenceSerial: demo.terminal.licenceAndSerial,
      masterKey: (demo.masterKey as { hex: string }).hex,
      hosted: false,
    })
    const own = new Set(demoCards.map(demoTrack2))
    const foreign = demo.cards.filter(({ track2 }) => !own.has(track2 ?? ''))
    expect(foreign.map(({ purpose }) => purpose)).toEqual(['unknownCard'])
  })
})
