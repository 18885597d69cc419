// Void of a completion: takes back a completion of the same terminal and open batch, in full; the pre-authorization is open again.

import type { PaymentFlow } from '../payment/payment-flow.ts'

const voidable = new Set(['completion', 'completionAdvice'])

export const completionVoid: PaymentFlow = {
  refuse(original, { payment, panHash }) {
    if (original === undefined) return 'originalNotFound'
    if (payment.original.batchNumber !== payment.head.batchNumber) return 'originalNotFound'
    if (payment.original.rrn !== original.rrn) return 'originalNotFound'
    if (!voidable.has(original.kind) || original.state !== 'approved' || original.refundedMinor > 0n)
      return 'originalNotOpen'
    if (!original.panHash.equals(panHash)) return 'originalCardDiffers'
    if (original.amountMinor !== payment.amount?.minorUnits || original.currency !== payment.currency)
      return 'originalAmountDiffers'
    return undefined
  },
  effect: () => ({ from: 'approved', to: 'voided', refundedMinor: 0n }),
}
