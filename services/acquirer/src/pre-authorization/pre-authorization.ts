// Pre-authorization: holds money for a later completion. Nothing to look up.

import { noOriginalFlow, type PaymentFlow } from '../payment/payment-flow.ts'

export const preAuthorization: PaymentFlow = noOriginalFlow
