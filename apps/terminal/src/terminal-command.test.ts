// `shua terminal` against a small host on a real socket: exit codes, what is printed, and that no card number is.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { terminalProfiles } from '@shua/scheme'
import { TestHost } from '@shua/terminal-core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTerminalCommand } from './terminal-command.ts'

const masterKey = '0123456789ABCDEFFEDCBA9876543210'
const card = '6225880000000001D30122011234567890123'

describe('terminal command', () => {
  let directory: string
  let host: TestHost

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shua-command-'))
    host = await new TestHost({ profile: terminalProfiles['pos-3des'], masterKey, random: randomBytes }).start()
  })

  afterEach(async () => {
    await host.stop()
    await rm(directory, { recursive: true })
  })

  async function run(argv: readonly string[], lines: readonly string[] = []) {
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const code = await runTerminalCommand(argv, {
      stdin: Readable.from(lines.map((line) => `${line}\n`)),
      stdout,
      stderr,
    })
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
  }

  const options = () => [
    '--port',
    String(host.port),
    '--terminal',
    '10000001',
    '--merchant',
    '898110015411234',
    '--data',
    directory,
    '--tmk',
    masterKey,
    '--lang',
    'en',
  ]

  it('runs a script, prints its slips, and leaves with 0', async () => {
    const script = `signon; echo; sale 100.00 card=${card} pin=123456; void 000002; settle`
    const { code, out } = await run([...options(), '--run', script])
    expect(out).toContain('✓ sale 100.00: approved · 00 Approved · voucher 000002')
    expect(out).toContain('持卡人存根 CARDHOLDER COPY')
    expect(out).toContain('对账平 BALANCED')
    expect(out).toContain('5 steps, 0 not as expected')
    expect(out).not.toContain('6225880000000001')
    expect(code).toBe(0)
  })

  it('takes a decline that was expected, and reports one that was not', async () => {
    host.next({ kind: 'decline', responseCode: '51' }, '0200')
    const expected = await run([...options(), '--run', `signon; sale 51.00 card=${card} expect 51`])
    expect(expected.code).toBe(0)
    host.next({ kind: 'decline', responseCode: '51' }, '0200')
    const surprised = await run([...options(), '--run', `sale 51.00 card=${card}; sale 1.00 expect 55`])
    expect(surprised.out).toContain('✗ sale 51.00: declined · 51 Insufficient funds')
    expect(surprised.out).toContain('expected 55')
    expect(surprised.code).toBe(1)
  })

  it('keeps its state between two runs', async () => {
    await run([...options(), '--run', `signon; sale 10.00 card=${card}`])
    const { code, out } = await run([...options(), '--run', 'last expect approved; reprint; settle expect balanced'])
    expect(out).toContain('****重打印/DUPLICATED****')
    expect(code).toBe(0)
  })

  it('says which refusal it met', async () => {
    const { out, code } = await run([...options(), '--run', `sale 10.00 card=${card} expect notSignedOn`])
    expect(out).toContain('Not signed on')
    expect(code).toBe(0)
  })

  it('is worked by hand from a pipe: log-in, forced change, purchase', async () => {
    const lines = [
      '01',
      '',
      '0000',
      '',
      '84613579',
      '',
      '84613579',
      '',
      '',
      '',
      '12345',
      card,
      '123456',
      '',
      '',
      'quit',
    ]
    const { code, out } = await run(options(), lines)
    expect(out).toContain('Choose a new password')
    expect(out).toContain('Signed on, batch 000007')
    expect(out).toContain('123.45')
    expect(out).toContain('✓ Approved')
    expect(out).not.toContain('84613579')
    expect(out).toContain('●●●●●●')
    expect(code).toBe(0)
  })

  it.each([
    [['--terminal', '123'], '--terminal needs the 8 characters'],
    [['--port', '0'], '--port is a number from 1 to 65535'],
    [['--profile', 'none'], '--profile is one of pos-3des'],
    [['--tmk', 'abc'], '--tmk is 32 hex digits'],
    [['--lang', 'fr'], '--lang is zh or en'],
    [['--run', 'pay 1'], 'line 1: there is no such step'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('leaves with 2 and one line for %j', async (extra, message) => {
    const { code, err } = await run([...options(), ...extra])
    expect(err).toContain(message)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  it('explains itself', async () => {
    const { code, out } = await run(['--help'])
    expect(out).toContain('--run "STEPS"')
    expect(code).toBe(0)
  })
})
