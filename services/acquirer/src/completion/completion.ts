// Completion of a pre-authorization, asked (0200) or advised (0220): at most the permitted share of the held amount, once.

import { refuseAuthorization } from '../pre-authorization/refuse-authorization.ts'
import type { PaymentFlow } from '../payment/payment-flow.ts'

export const completion: PaymentFlow = {
  refuse(original, request) {
    const reason = refuseAuthorization(original, request)
    if (reason !== undefined || original === undefined) return reason
    const permitted = (original.amountMinor * request.rules.completionPercentMax) / 100n
    return (request.payment.amount?.minorUnits ?? 0n) > permitted ? 'completionAboveShare' : undefined
  },
  effect: () => ({ from: 'approved', to: 'completed', refundedMinor: 0n }),
}
