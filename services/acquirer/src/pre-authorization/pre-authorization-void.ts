// Void of a pre-authorization: releases the whole hold (terminal-protocol §4.2: by approval code, card and date; full amount).

import { refuseAuthorization } from './refuse-authorization.ts'
import type { PaymentFlow } from '../payment/payment-flow.ts'

export const preAuthorizationVoid: PaymentFlow = {
  refuse(original, request) {
    const reason = refuseAuthorization(original, request)
    if (reason !== undefined || original === undefined) return reason
    return original.amountMinor === request.payment.amount?.minorUnits ? undefined : 'originalAmountDiffers'
  },
  effect: () => ({ from: 'approved', to: 'voided', refundedMinor: 0n }),
}
