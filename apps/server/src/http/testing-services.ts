// Services for the tests of this folder: each method answers what the test gives, or fails if the test did not expect the call.

import type { PaymentRow } from '@shua/contract'
import type { HttpServices, PublishedEvent } from './http-services.ts'

function unexpected(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${name} was not expected to be called`))
}

export interface TestingServices extends HttpServices {
  publish(event: PublishedEvent): void
  readonly listenerCount: () => number
}

export function testingServices(given: Partial<HttpServices> = {}): TestingServices {
  const listeners = new Set<(event: PublishedEvent) => void>()
  return {
    health: unexpected('health'),
    overview: unexpected('overview'),
    payments: unexpected('payments'),
    xray: unexpected('xray'),
    terminals: { view: unexpected('view'), input: unexpected('input'), slipSvg: unexpected('slipSvg') },
    events: {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    publish(event) {
      for (const listener of listeners) listener(event)
    },
    listenerCount: () => listeners.size,
    ...given,
  }
}

export const testingPayment: PaymentRow = {
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
