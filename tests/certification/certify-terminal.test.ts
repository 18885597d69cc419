// The kit as a host against this product's terminal: every case passes, guided and by itself.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  certifyTerminal,
  readProfile,
  readyProfiles,
  terminalCases,
  type Certification,
  type ProfileInput,
  type TerminalControls,
} from '@shua/certification'
import { runTerminalCommand } from '@shua/terminal'
import { openDevice, type DeviceHands } from './device-hands.ts'

const demo: ProfileInput = readyProfiles['demo']!
const device = { headerRequests: ['1', '2', '3', '7'] as ('1' | '2' | '3' | '7')[], firstBatch: '000007' }

function failures({ results }: Certification): unknown[] {
  return results
    .filter(({ status }) => status === 'failed')
    .map(({ id, reason, checks }) => [id, reason, checks.filter(({ ok }) => !ok)])
}

async function guided(input: ProfileInput, begins: readonly string[]): Promise<Certification> {
  const profile = readProfile({ ...input, device: { ...device, waitMs: 20_000, answerTimeoutMs: 5_000 } })
  let hands: Promise<DeviceHands> | undefined
  const certification = await certifyTerminal({
    address: { host: '127.0.0.1', port: 0 },
    profile,
    seed: 1,
    random: randomBytes,
    now: () => new Date(),
    mode: 'guided',
    idleMs: 5_000,
    cases: terminalCases.filter(({ id }) => begins.some((begin) => id.startsWith(begin))),
    onListening: (port) => {
      hands = openDevice({ port, profile, answerTimeoutMs: 300 })
    },
    onPrompt: (_text, kind) => void hands?.then((opened) => opened.do(kind)),
  })
  await (await hands)?.close()
  return certification
}

describe('the kit as a host', () => {
  it('passes our own terminal, guided through every case', async () => {
    const certification = await guided(demo, [''])
    expect(failures(certification)).toEqual([])
    const left = certification.results.filter(({ status }) => status === 'notApplicable').map(({ id }) => id)
    expect(left).toEqual(['doubt.partialApproval'])
    expect(certification.results.length).toBeGreaterThan(terminalCases.length)
  }, 120_000)

  const cryptos = ['pos-sm4', 'pos-3des-track', 'pos-x919', 'pos-3des-mac16', 'pos-x99'] as const
  it.each(cryptos)('passes it with %s', async (crypto) => {
    const flows = ['signOn.', 'purchase.', 'void.approved', 'doubt.wrongMac', 'settlement.balanced']
    expect(failures(await guided({ ...demo, crypto }, flows))).toEqual([])
  })

  it('judges by itself whatever comes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shua-certified-'))
    const profile = readProfile({ ...demo, device: { ...device, waitMs: 20_000 } })
    const card = demo.cards[0]?.track2 ?? ''
    const { terminalId, merchantId, licenceAndSerial = '' } = profile.terminal
    const sold = `sale 1.00 card=${card} pin=123456`
    // The kit gives each request to the first case that begins with one: wrong keys, 77, a header that asks for a sign-on.
    const wrong = ['signon', 'signon expect refused', 'signon', `${sold} expect 77`]
    const right = [sold, sold, `void last card=${card}`, `balance card=${card} pin=123456`, 'settle']
    const script = [...wrong, ...right].join(';')
    let command: Promise<number> | undefined
    let controls: TerminalControls | undefined
    const out = new PassThrough()
    const certification = await certifyTerminal({
      address: { host: '127.0.0.1', port: 0 },
      profile,
      seed: 1,
      random: randomBytes,
      now: () => new Date(),
      mode: 'auto',
      idleMs: 60_000,
      onListening: (port, given) => {
        controls = given
        const options = { host: '127.0.0.1', port, terminal: terminalId, merchant: merchantId, data: directory }
        const argv = Object.entries({ ...options, tmk: '0123456789ABCDEFFEDCBA9876543210', licence: licenceAndSerial })
        command = runTerminalCommand(
          [...argv.flatMap(([name, value]) => [`--${name}`, String(value)]), '--run', script],
          {
            stdin: Readable.from([]),
            stdout: out,
            stderr: out,
          },
        ).finally(() => controls?.finish())
      },
    })
    await rm(directory, { recursive: true })
    const said = String(out.read() ?? '')
    expect([await command, said.includes('0 not as expected')], said).toEqual([0, true])
    expect(failures(certification)).toEqual([])
    const passed = certification.results.filter(({ status }) => status === 'passed').map(({ id }) => id)
    expect(passed).toEqual(
      expect.arrayContaining([
        'signOn.adoptsKeys',
        'signOn.wrongCheckValue',
        'signOn.wanted',
        'header.digit3',
        'purchase.approved',
        'void.approved',
        'balanceInquiry.approved',
        'settlement.balanced',
        'message.mac',
      ]),
    )
  })
})
