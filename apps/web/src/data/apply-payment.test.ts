import type { PaymentRow } from '@shua/contract'
import { describe, expect, it } from 'vitest'
import { matchesFilters, placePayment } from './apply-payment.ts'

const payment: PaymentRow = {
  paymentId: '0198f5a0-7c11-7cc4-8d35-2f3a1b8e0001',
  at: '2026-11-22T07:04:05.000Z',
  terminalId: '10000002',
  merchantId: '898110015411234',
  merchantName: '刷刷便利店',
  kind: 'purchase',
  status: 'approved',
  responseCode: '00',
  maskedPan: '622588******0001',
  amountMinor: '12800',
  currency: 'CNY',
  stan: '000123',
  batchNumber: '000001',
  rrn: '112207000123',
  approvalCode: '482913',
  entryMode: '021',
  operator: '01',
  durationUs: 8421,
  originalPaymentId: null,
}
const older: PaymentRow = { ...payment, paymentId: '0198f5a0-7c11-7cc4-8d35-2f3a1b8e0000' }

describe('a payment that was told', () => {
  it.each([
    [{}, true],
    [{ terminalId: '10000002' }, true],
    [{ terminalId: '10000003' }, false],
    [{ status: 'approved' }, true],
    [{ status: 'declined' }, false],
    [{ q: '112207000123' }, true],
    [{ q: '000123' }, true],
    [{ q: '482913' }, true],
    [{ q: '0001' }, true],
    [{ q: '0198f5a0' }, true],
    [{ q: '9999' }, false],
    [{ status: 'approved', terminalId: '10000003' }, false],
  ] as const)('matches %j: %s', (filters, matches) => {
    expect(matchesFilters(payment, filters)).toBe(matches)
  })

  it('comes on top of the first page when it is new', () => {
    const pages = [
      { items: [older], nextBefore: 'a' },
      { items: [], nextBefore: null },
    ]
    expect(placePayment(pages, payment, {}).map(({ items }) => items)).toEqual([[payment, older], []])
  })

  it('takes the place of what it was before', () => {
    const voided = { ...older, status: 'voided' } as const
    const pages = [
      { items: [payment], nextBefore: 'a' },
      { items: [older], nextBefore: null },
    ]
    expect(placePayment(pages, voided, {}).map(({ items }) => items)).toEqual([[payment], [voided]])
  })

  it('leaves a list to which it no longer belongs, and never enters one to which it does not', () => {
    const voided = { ...older, status: 'voided' } as const
    const pages = [{ items: [payment, older], nextBefore: null }]
    expect(placePayment(pages, voided, { status: 'approved' })[0]?.items).toEqual([payment])
    expect(placePayment([{ items: [], nextBefore: null }], voided, { status: 'approved' })[0]?.items).toEqual([])
  })
})
