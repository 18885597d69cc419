// `shua certify` as an operator meets it: exit codes, console, and reports without a card number in them.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readyProfiles, type ProfileInput } from '@shua/certification'
import { runCertifyCommand } from '../../apps/cli/src/certify/certify-command.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'

let network: TestNetwork
let directory: string

beforeAll(async () => {
  network = await startTestNetwork()
  directory = await mkdtemp(join(tmpdir(), 'shua-certify-'))
})

afterAll(async () => {
  await network.stop()
  await rm(directory, { recursive: true })
})

async function run(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCertifyCommand(argv, { stdin: Readable.from([]), stdout, stderr })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

describe('shua certify', () => {
  const address = () => `127.0.0.1:${network.terminalPort}`
  const common = () => ['--profile', 'demo', '--report', directory, '--seed', '7']

  it('certifies a host, writes both reports, and leaves with 0', async () => {
    const { code, out } = await run(['host', address(), ...common(), '--only', 'signOn.,purchase.,card.,malformed.cut'])
    expect(out).toContain('seed 7')
    expect(out).toContain('✓ purchase.stripeAndPin')
    expect(out).toMatch(/合计 total +\d+ +0 +0/)
    expect(code).toBe(0)
    const markdown = await readFile(join(directory, 'certification-host.md'), 'utf8')
    const junit = await readFile(join(directory, 'certification-host.xml'), 'utf8')
    expect(markdown).toContain('## purchase.stripeAndPin: 刷卡加密码消费 · Purchase by stripe and PIN')
    expect(markdown).toContain('| ✓ | balance moved by | -1.23 | -1.23 |')
    expect(junit).toContain('classname="host.purchase.stripeAndPin"')
    for (const { pan = '', track2 = '' } of readyProfiles['demo']!.cards) {
      const number = pan || track2.slice(0, 16)
      for (const text of [markdown, junit, out]) expect(text.includes(number)).toBe(false)
    }
    expect(markdown).toMatch(/622588\*{6}0001/)
    // The clear key, and any PIN block: the message's field 52 is all stars.
    expect(`${markdown}${junit}`).not.toMatch(/0123456789ABCDEFFEDCBA9876543210/i)
  })

  it('leaves with 1 when a case fails', async () => {
    const file = await profileFile({ expected: { 'card.lost': ['05'] } })
    const { code, out } = await run([
      'host',
      address(),
      '--profile',
      file,
      '--report',
      directory,
      '--only',
      'card.lost',
    ])
    expect(out).toContain('F39: expected 05, got 41')
    expect(code).toBe(1)
    expect(await readFile(join(directory, 'certification-host.xml'), 'utf8')).toContain('<failure type="certification"')
  })

  it('leaves with 1 when nothing could be certified', async () => {
    const file = await profileFile({ device: { waitMs: 100 } })
    const argv = ['terminal', '--port', '0', '--auto', '--profile', file, '--report', directory]
    const { code, out, err } = await run(argv)
    expect(out).toMatch(/listening on 127\.0\.0\.1:\d+/)
    expect([code, err]).toEqual([1, 'shua certify: nothing was certified, no case passed\n'])
  })

  async function profileFile(change: Partial<ProfileInput>): Promise<string> {
    const file = join(directory, 'profile.json')
    await writeFile(file, JSON.stringify({ ...readyProfiles['demo'], ...change }))
    return file
  }

  it('prints profiles and cases', async () => {
    const { out } = await run(['profile', 'template'])
    expect(JSON.parse(out)).toMatchObject({ name: 'my-acquirer' })
    expect((await run(['cases', 'terminal'])).out).toContain('doubt.noAnswer')
    expect((await run(['--help'])).code).toBe(0)
  })

  it.each([
    [['nobody'], "nothing to certify called 'nobody'"],
    [['host', '127.0.0.1:1'], '--profile is needed'],
    [['host', '--profile', 'demo'], 'name the host as host:port'],
    [['host', '127.0.0.1:99999', '--profile', 'demo'], '--port must be a whole number'],
    [['host', '127.0.0.1', '--profile', 'nowhere.json'], "there is no profile 'nowhere.json'"],
    [['host', '127.0.0.1', '--profile', 'template'], 'no terminal master key'],
    [['host', '127.0.0.1', '--profile', 'demo', '--only', 'xyz'], '--only leaves no case'],
    [['host', '127.0.0.1', '--profile', 'demo', '--seed', 'x'], '--seed must be a whole number'],
    [['host', '127.0.0.1', '--profile', 'demo', '--keys', 'nowhere.keys'], 'cannot be read'],
    [['terminal', '--profile', 'demo'], '--port is needed'],
    [['terminal', '127.0.0.1', '--port', '1', '--profile', 'demo'], 'a terminal calls the kit'],
    [['host', '127.0.0.1', '--nonsense'], "Unknown option '--nonsense'"],
  ])('leaves with 2 and one line for %j', async (argv, message) => {
    const { code, err } = await run(argv)
    expect(err).toContain(message)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  it('leaves with 1 and one line where nobody listens', async () => {
    const { code, err } = await run(['host', '127.0.0.1:1', '--profile', 'demo', '--report', directory])
    expect([code, err.includes('CERTIFICATION_CONNECT')]).toEqual([1, true])
  })
})
