// A journal row as the web lists it.

import type { PaymentRow, PaymentStatus } from '@shua/contract'
import type { ListedPayment } from '@shua/acquirer'

export function paymentRow(payment: ListedPayment): PaymentRow {
  return {
    paymentId: payment.paymentId,
    at: payment.receivedAt.toISOString(),
    terminalId: payment.terminalId,
    merchantId: payment.merchantId,
    merchantName: payment.merchantName,
    kind: payment.kind,
    status: statusOf(payment),
    responseCode: payment.state === 'unknown' ? null : payment.responseCode,
    maskedPan: payment.maskedPan,
    amountMinor: payment.amountMinor.toString(),
    currency: payment.currency,
    stan: String(payment.stan).padStart(6, '0'),
    batchNumber: String(payment.batchNumber).padStart(6, '0'),
    rrn: payment.rrn,
    approvalCode: payment.approvalCode,
    entryMode: payment.entryMode,
    operator: payment.operator,
    durationUs: payment.durationUs === null ? null : Number(payment.durationUs),
    originalPaymentId: payment.originalPaymentId,
  }
}

function statusOf(payment: ListedPayment): PaymentStatus {
  if (payment.state === 'approved' && payment.refundedMinor > 0n) {
    return payment.refundedMinor === payment.amountMinor ? 'refunded' : 'partlyRefunded'
  }
  return payment.state
}
