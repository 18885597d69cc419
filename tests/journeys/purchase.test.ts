// The story of a purchase as the cashier and the X-ray see it: real roles, a real socket, the real terminal software.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@shua/testkit'
import { findCardData } from '@shua/telemetry'
import { hostTerminals, type HostedTerminals } from '../../apps/server/src/hosted-terminals.ts'
import { paymentPage } from '../../apps/server/src/web/payments.ts'
import { xrayReport } from '../../apps/server/src/web/xray.ts'
import { startTestNetwork, type TestNetwork } from '../harness/start-test-network.ts'

const terminalId = '10000002'
let network: TestNetwork
let terminals: HostedTerminals
let dataDir: string

beforeAll(async () => {
  network = await startTestNetwork()
  dataDir = await mkdtemp(join(tmpdir(), 'shua-journey-'))
  terminals = await hostTerminals({
    dataDir,
    network: network.network,
    host: '127.0.0.1',
    onChange: () => undefined,
    report: (where, error) => network.faults.push({ where, error }),
  })
})

afterAll(async () => {
  await terminals.close()
  await network.stop()
  await rm(dataDir, { recursive: true })
})

async function screen(): Promise<string> {
  const view = (await terminals.view(terminalId))!
  return [view.status, view.title, ...view.lines.map((line) => line.text), view.hint].join(' | ')
}

async function type(text: string): Promise<void> {
  for (const key of text) await terminals.input(terminalId, { type: 'key', key: key as '0' })
  await terminals.input(terminalId, { type: 'key', key: 'enter' })
}

async function until(pattern: RegExp): Promise<string> {
  return eventually(
    async () => {
      const text = await screen()
      expect(text).toMatch(pattern)
      return text
    },
    { timeoutMs: 20_000 },
  )
}

describe('a purchase at the demo terminal', () => {
  it('logs in, signs on, swipes, enters a PIN, is approved and prints', async () => {
    await until(/操作员/)
    await type('01')
    await type('0000')
    await until(/新密码/)
    await type('1357')
    await type('1357')
    await until(/密码已修改/)
    await type('')
    await until(/签到成功/)
    await type('')
    await until(/^(idle|input).*金额/)
    await type('10000')
    await until(/请刷卡/)
    await terminals.input(terminalId, { type: 'swipe', card: { by: 'demoCard', cardId: 'approved' } })
    await until(/密码/)
    await type('123456')
    await until(/^approved/)
    const view = (await terminals.view(terminalId))!
    expect(view.slips.length).toBeGreaterThanOrEqual(1)
    const slip = view.slips.map((each) => each.markup).join('\n')
    expect(slip).toMatch(/100\.00/)
    expect(findCardData(slip)).toEqual([])
    expect(await terminals.slipSvg(terminalId, view.slips[0]!.id)).toMatch(/^<svg/)
  })

  it('stands in the X-ray with every hop, its ladder and its ledger transfer, and no card data', async () => {
    const page = await paymentPage(network.database, { limit: 10 })
    expect(page.items).toHaveLength(1)
    const report = (await xrayReport(page.items[0]!.paymentId, {
      database: network.database,
      flush: () => network.network.traces.flush(),
      keysOf: async () => [],
    }))!
    expect(new Set(report.hops.map((hop) => hop.lane))).toEqual(
      new Set(['card', 'terminal', 'acquirer', 'switch', 'issuer', 'ledger']),
    )
    expect(
      report.hops
        .filter((hop) => hop.kind === 'message')
        .map((hop) => `${hop.lane} ${hop.direction} ${hop.message!.mti}`),
    ).toEqual(['terminal out 0200', 'acquirer in 0200', 'acquirer out 0210', 'terminal in 0210'])
    expect(report.ladder.length).toBeGreaterThan(10)
    expect(report.ladder.every((step) => step.outcome === 'passed')).toBe(true)
    expect(report.ledger).toMatchObject([{ amountMinor: '10000', creditAccount: 'merchant:898110015411234' }])
    // Neither in plain digits (which are also its BCD bytes) nor as the bytes of its characters. A general detector would trip
    // over a MAC now and then, whose sixteen digits satisfy the check digit formula by chance.
    const text = JSON.stringify(report).toUpperCase()
    for (const secret of ['6225880000000001', '30122011234567890123']) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('hex').toUpperCase())
    }
    expect(await network.checkMoneyRules()).toEqual([])
    expect(network.faults).toEqual([])
  })
})
