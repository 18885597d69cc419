// Slips: content and order of terminal-protocol §4.5, in markup, as SVG, and as the bytes of a Chinese printer.

import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { NetworkEscPosPrinter } from '../driver/network-printer.ts'
import type { BatchRecord } from '../state/batch-record.ts'
import { displayWidth, escapeMarkup } from './markup.ts'
import { paymentSlip } from './payment-slip.ts'
import { renderSlipEscPos, renderSlipSvg, renderSlipText } from './render-slip.ts'
import { settlementSlip } from './settlement-slip.ts'

const record: BatchRecord = {
  kind: 'void',
  stan: '000003',
  batchNumber: '000007',
  amountMinor: 123_456n,
  currency: 'CNY',
  entryMode: '021',
  panMasked: '622588******0001',
  panSealed: 'sealed',
  rrn: '060100000003',
  approvalCode: '123456',
  responseCode: '00',
  date: '2026-06-01',
  time: '101612',
  issuerId: '01020000',
  acquirerId: '48020000',
  organisation: 'CUP',
  operator: '01',
  original: { batchNumber: '000007', stan: '000002', date: '0601', rrn: '060100000002', approvalCode: '654321' },
  status: 'approved',
  printed: false,
  uploaded: false,
}

const context = {
  merchantName: '刷刷百货 A|B {x}',
  merchantId: '898110015411234',
  terminalId: '10000001',
  testMode: false,
} as const

const slip = (changes: Partial<Parameters<typeof paymentSlip>[0]> = {}) =>
  paymentSlip({ record, context, copy: 'merchant', reprint: false, ...changes }).markup

/** The text without the spaces the layout needs. */
const squeezed = (markup: string): string => renderSlipText(markup).replaceAll(/\s+/g, '')

describe('payment slip', () => {
  it('holds everything a sales slip must, in order', () => {
    const text = squeezed(slip())
    const expected = [
      '银联POS签购单',
      'POSSALESSLIP',
      '商户存根',
      '商户名称',
      '刷刷百货A|B{x}',
      '商户编号',
      '898110015411234',
      '终端编号',
      '10000001',
      '操作员号',
      '01',
      '发卡行',
      '01020000CUP',
      '收单行',
      '48020000',
      '卡号',
      '622588******0001/S',
      '交易类型',
      '消费撤销VOID',
      '有效期',
      '**/**',
      '批次号',
      '000007',
      '凭证号',
      '000003',
      '授权码',
      '123456',
      '参考号',
      '060100000003',
      '日期时间',
      '2026/06/0110:16:12',
      '金额',
      'RMB-1,234.56',
      '备注',
      '000002',
      '654321',
      '060100000002',
      '06/01',
      '持卡人签名',
      '本人确认以上交易',
    ]
    let from = 0
    const missing = expected.filter((part) => {
      const at = text.indexOf(part, from)
      from = Math.max(at, from)
      return at < 0
    })
    expect(missing).toEqual([])
  })

  it('has the signature on the merchant copy only', () => {
    expect(squeezed(slip({ copy: 'cardholder' }))).toContain('持卡人存根')
    expect(squeezed(slip({ copy: 'cardholder' }))).not.toContain('持卡人签名')
  })

  it('marks a second print and a test network, and nothing else', () => {
    expect(squeezed(slip())).not.toMatch(/重打印|测试/)
    expect(squeezed(slip({ reprint: true }))).toContain('****重打印/DUPLICATED****')
    expect(squeezed(slip({ context: { ...context, testMode: true } }))).toContain('测试TEST')
  })

  it.each([
    ['011', 'M'],
    ['021', 'S'],
    ['051', 'I'],
    ['072', 'C'],
  ])('names entry mode %s by the letter %s', (entryMode, letter) => {
    expect(squeezed(slip({ record: { ...record, entryMode } }))).toContain(`622588******0001/${letter}`)
  })

  it.each([32, 48])('fits a paper of %i columns', (columns) => {
    const text = renderSlipText(slip(), { columns })
    for (const line of text.split('\n')) expect(displayWidth(line.trimEnd())).toBeLessThanOrEqual(columns)
    expect(text).toContain('898110015411234')
  })

  it('draws Chinese as SVG', () => {
    const svg = renderSlipSvg(slip())
    expect(svg.startsWith('<svg')).toBe(true)
    for (const character of '银联签购单') expect(svg).toContain(`>${character}</tspan>`)
  })

  it('gives the bytes of a GB18030 printer', () => {
    const bytes = renderSlipEscPos(slip(), { encoding: 'gb18030' })
    // 苹果 would be C6BB B9FB; 商户编号 is C9CC BBA7 B1E0 BAC5.
    expect(bytes.includes(Buffer.from('C9CCBBA7B1E0BAC5', 'hex'))).toBe(true)
    expect(bytes.includes(Buffer.from('1D5642', 'hex'))).toBe(true)
  })

  it('escapes what the markup language would take for itself', () => {
    const wild = String.raw`a|b{c}\d_e"f` + '`g^h~i'
    expect(renderSlipText(`${escapeMarkup(wild)}\n`).trim()).toBe(wild)
  })
})

describe('settlement slip', () => {
  it('sums per kind and says whether the host agreed', () => {
    const purchase: BatchRecord = { ...record, kind: 'purchase', stan: '000002', original: undefined, status: 'voided' }
    const batch = {
      batchNumber: '000007',
      closedAt: '2026/06/01 22:00:00',
      operator: '01',
      balanced: false,
      domesticFlag: 2,
      foreignFlag: 1,
      records: [purchase, record],
      printed: false,
    }
    const text = squeezed(settlementSlip({ batch, context, reprint: false }).markup)
    expect(text).toContain('消费11,234.56')
    expect(text).toContain('消费撤销11,234.56')
    expect(text).toContain('借记DEBIT11,234.56')
    expect(text).toContain('贷记CREDIT11,234.56')
    expect(text).toContain('内卡DOMESTICCARDS对账不平NOTBALANCED')
  })
})

describe('network printer', () => {
  let server: Server | undefined

  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())))

  /** A printer that answers the paper question with one byte and keeps what it was sent. */
  async function printerAnswering(status: number | undefined): Promise<{ port: number; received: Promise<Buffer> }> {
    let resolveBytes: (bytes: Buffer) => void = () => undefined
    const received = new Promise<Buffer>((resolve) => (resolveBytes = resolve))
    server = createServer((socket: Socket) => {
      const chunks: Buffer[] = []
      socket.on('data', (chunk) => {
        chunks.push(chunk)
        if (chunks.length === 1 && status !== undefined) socket.write(Buffer.of(status))
      })
      socket.on('close', () => resolveBytes(Buffer.concat(chunks)))
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    return { port: (server.address() as AddressInfo).port, received }
  }

  const printed = { id: 'a', kind: 'void', title: 'x', copy: 'merchant', markup: slip(), printedAt: '' } as const

  it('sends the slip to port 9100 after asking for the paper', async () => {
    const { port, received } = await printerAnswering(0x12)
    expect(await new NetworkEscPosPrinter({ host: '127.0.0.1', port }).print(printed)).toBe('printed')
    const bytes = await received
    expect(bytes.subarray(0, 3).toString('hex')).toBe('100404')
    expect(bytes.includes(Buffer.from('C9CCBBA7', 'hex'))).toBe(true)
  })

  it('prints on a printer that does not answer the question', async () => {
    const { port, received } = await printerAnswering(undefined)
    expect(await new NetworkEscPosPrinter({ host: '127.0.0.1', port }).print(printed)).toBe('printed')
    expect((await received).length).toBeGreaterThan(500)
  })

  it('tells that the paper is out, and that nobody listens', async () => {
    const { port } = await printerAnswering(0x72)
    const printer = new NetworkEscPosPrinter({ host: '127.0.0.1', port })
    expect(await printer.print(printed)).toBe('outOfPaper')
    await new Promise<void>((resolve) => server?.close(() => resolve()))
    server = undefined
    expect(await printer.print(printed)).toBe('failed')
  })
})
