import type { XrayReport } from '@shua/contract'
import { describe, expect, it } from 'vitest'
import { plainName } from '../words/format.ts'
import { safeReport } from './safe-report.ts'

const words = { t: (key: string) => key, traceName: plainName, localized: (text: { en: string }) => text.en }

const report: XrayReport = {
  payment: {
    paymentId: '0198f5a0-7c11-7cc4-8d35-2f3a1b8e0001',
    at: '2026-11-22T07:04:05.000Z',
    terminalId: '10000002',
    merchantId: '898110015411234',
    merchantName: '刷刷便利店',
    kind: 'purchase',
    status: 'declined',
    responseCode: '51',
    maskedPan: '622588******0027',
    amountMinor: '12800',
    currency: 'CNY',
    stan: '000123',
    batchNumber: '000001',
    rrn: '112207000123',
    approvalCode: null,
    entryMode: '021',
    operator: '01',
    durationUs: 8421,
    originalPaymentId: null,
  },
  related: [],
  hops: [
    {
      atUs: 1200,
      lane: 'acquirer',
      kind: 'message',
      name: '0200',
      outcome: 'info',
      direction: 'in',
      message: {
        dialect: 'unionpayPos',
        mti: '0200',
        mtiName: { en: 'Financial request' },
        hex: '0200',
        fields: [
          {
            path: '60',
            title: { en: 'Private data' },
            start: 0,
            end: 2,
            raw: '0200',
            value: '22000001',
            sensitive: false,
            children: [
              { path: '60.1', title: { en: 'Kind' }, start: 0, end: 1, raw: '22', value: '22', sensitive: false },
            ],
          },
        ],
      },
    },
    { atUs: 2400, lane: 'issuer', kind: 'check', name: 'available balance', outcome: 'refused' },
  ],
  ladder: [
    { name: 'card known', outcome: 'passed' },
    { name: 'available balance', outcome: 'failed' },
  ],
  ledger: [],
  keys: [],
  traceComplete: true,
}

describe('the safe report', () => {
  it('tells the payment, the way, the messages with their subfields, and who decided', () => {
    const text = safeReport(report, words)
    expect(text).toContain('CNY 128.00')
    expect(text).toContain('2.40 ms · lane.issuer · available balance · outcome.refused')
    expect(text).toContain('- 60 Private data: 22000001\n  - 60.1 Kind: 22')
    expect(text).toContain('- available balance: ladder.failed')
  })

  it('hides a card number even if something before it forgot to', () => {
    const leaky = { ...report, payment: { ...report.payment, maskedPan: '6225880000000027' } }
    expect(safeReport(leaky, words)).not.toContain('6225880000000027')
    expect(safeReport(leaky, words)).toContain('************0027')
  })

  it('keeps the numbers by which a payment is found', () => {
    const text = safeReport(report, words)
    for (const number of ['112207000123', '000123', report.payment.paymentId]) expect(text).toContain(number)
  })
})
