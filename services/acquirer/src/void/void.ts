// Void: takes back a purchase of the same terminal and open batch, in full, once (terminal-protocol §4.2 and §4.4).

import type { PaymentFlow } from '../payment/payment-flow.ts'

export const voidPurchase: PaymentFlow = {
  refuse(original, { payment, panHash }) {
    if (original === undefined) return 'originalNotFound'
    // The original is named by the open batch; the edge has already refused any other batch in 60.2.
    if (payment.original.batchNumber !== payment.head.batchNumber) return 'originalNotFound'
    if (original.kind !== 'purchase' || original.state !== 'approved' || original.refundedMinor > 0n)
      return 'originalNotOpen'
    if (payment.original.rrn !== original.rrn) return 'originalNotFound'
    if (!original.panHash.equals(panHash)) return 'originalCardDiffers'
    if (original.amountMinor !== payment.amount?.minorUnits || original.currency !== payment.currency)
      return 'originalAmountDiffers'
    return undefined
  },
  effect: () => ({ from: 'approved', to: 'voided', refundedMinor: 0n }),
}
