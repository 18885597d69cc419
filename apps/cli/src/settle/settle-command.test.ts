import { Writable } from 'node:stream'
import { Fault } from '@shua/assert'
import type { Clearing } from '@shua/server'
import type { ClearedDay } from '@shua/settlement'
import { describe, expect, it } from 'vitest'
import { runSettleCommand } from './settle-command.ts'

const at = new Date('2026-07-02T00:10:00+08:00')
const line = { currency: 'CNY', items: 2 } as const
const day: ClearedDay = {
  businessDate: '2026-07-01',
  runs: [{ sequence: 1, state: 'closed', items: 3, openedAt: at, closedAt: at }],
  lines: [
    {
      ...line,
      partyKind: 'merchant',
      partyId: 'M1',
      shopId: 'M1-001',
      line: 'purchase',
      debitMinor: 0n,
      creditMinor: 1_234_56n,
    },
    {
      ...line,
      partyKind: 'merchant',
      partyId: 'M1',
      shopId: 'M1-001',
      line: 'refund',
      items: 1,
      debitMinor: 34_56n,
      creditMinor: 0n,
    },
    {
      ...line,
      partyKind: 'issuer',
      partyId: '01020000',
      shopId: '',
      line: 'purchase',
      debitMinor: 1_234_56n,
      creditMinor: 0n,
    },
    {
      ...line,
      partyKind: 'issuer',
      partyId: '01020000',
      shopId: '',
      line: 'refund',
      items: 1,
      debitMinor: 0n,
      creditMinor: 34_56n,
    },
  ],
  cases: [],
  caseCount: 0,
}
const different: ClearedDay = {
  ...day,
  caseCount: 1,
  cases: [
    {
      shard: 3,
      paymentId: '0197a000-0000-7000-8000-000000000010',
      merchantId: 'M1',
      currency: 'CNY',
      difference: 'notInJournal',
      journalMinor: 0n,
      ledgerMinor: 777n,
      openedAt: at,
    },
  ],
}

async function run(argv: readonly string[], cleared: ClearedDay | Fault = day) {
  const asked: string[] = []
  const written = { out: '', err: '' }
  const stream = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += chunk.toString()
        done()
      },
    })
  const answer = async (what: string): Promise<ClearedDay> => {
    asked.push(what)
    if (cleared instanceof Fault) throw cleared
    return cleared
  }
  const clearing: Clearing = {
    clear: (businessDate) => answer(`clear ${businessDate}`),
    read: (businessDate) => answer(`read ${businessDate}`),
    shops: async () => [
      {
        shopId: 'M1-001',
        merchantId: 'M1',
        name: '一号店',
        merchantName: '江南小馆',
        merchantNameEn: 'Jiangnan Bistro',
      },
    ],
  }
  const code = await runSettleCommand(argv, { stdout: stream('out'), stderr: stream('err') }, (work) => work(clearing))
  return { code, asked, ...written }
}

describe('shua settle', () => {
  it('prints every merchant and shop, the issuers and the totals', async () => {
    const { code, out, asked } = await run(['2026-07-01'])
    expect({ code, asked }).toEqual({ code: 0, asked: ['clear 2026-07-01'] })
    expect(out).toContain('Run 1: 3 items')
    expect(out).toContain('Merchant M1 Jiangnan Bistro  Shop M1-001 一号店  CNY')
    expect(out).toMatch(/SALE +2 +0\.00 +1,234\.56 +1,234\.56/)
    expect(out).toMatch(/REFUND +1 +34\.56 +0\.00 +-34\.56/)
    expect(out).toMatch(/Merchant CNY +3 +34\.56 +1,234\.56 +1,200\.00/)
    expect(out).toMatch(/Issuer CNY +3 +1,234\.56 +34\.56 +-1,200\.00/)
    expect(out).toContain('the ledger agrees')
  })

  it('speaks Chinese', async () => {
    const { out } = await run(['2026-07-01', '--lang', 'zh'])
    expect(out).toContain('商户 M1 江南小馆  门店 M1-001 一号店  CNY')
    expect(out).toMatch(/消费 +2 +0\.00 +1,234\.56/)
    expect(out).toContain('与总账一致')
  })

  it('names every difference and ends with 1', async () => {
    const { code, out } = await run(['2026-07-01'], different)
    expect(code).toBe(1)
    expect(out).toContain(
      'Payment 0197a000-0000-7000-8000-000000000010  Merchant M1  not in the journal: journal 0.00, ledger 7.77 CNY',
    )
    expect(out).not.toContain('the ledger agrees')
  })

  it('prints JSON that keeps every fen', async () => {
    const { out } = await run(['2026-07-01', '--json', '--show'])
    expect(JSON.parse(out)).toMatchObject({
      lines: [{ creditMinor: '123456' }, {}, {}, {}],
      nets: [{ currency: 'CNY', netMinor: '0' }],
    })
  })

  it('only looks when it is asked to show', async () => {
    expect((await run(['2026-07-01', '--show'])).asked).toEqual(['read 2026-07-01'])
  })

  it('says when there is nothing', async () => {
    expect((await run(['2026-07-01'], { ...day, runs: [], lines: [] })).out).toContain('Nothing to clear.')
  })

  it.each([
    [[], 'name one business date'],
    [['2026-07-01', '2026-07-02'], 'name one business date'],
    [['2026-02-30'], 'no date'],
    [['2026-07-01', '--workers', '0'], '--workers'],
    [['2026-07-01', '--lang', 'fr'], '--lang'],
    [['2026-07-01', '--nonsense'], 'nonsense'],
  ])('refuses %j', async (argv, message) => {
    const { code, err, asked } = await run(argv)
    expect({ code, asked }).toEqual({ code: 2, asked: [] })
    expect(err).toContain(message)
  })

  it('tells a fault in one line and ends with 1', async () => {
    const { code, err } = await run(
      ['2026-07-01'],
      new Fault('DATABASE_EMBEDDED_IN_USE', 'the data directory is in use'),
    )
    expect(code).toBe(1)
    expect(err).toBe('shua settle: the data directory is in use (DATABASE_EMBEDDED_IN_USE)\n')
  })
})
