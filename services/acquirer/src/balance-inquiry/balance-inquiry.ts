// Balance inquiry: journaled like a payment, because it checks a PIN and uses a trace, but moves nothing.

import { noOriginalFlow, type PaymentFlow } from '../payment/payment-flow.ts'

export const balanceInquiry: PaymentFlow = noOriginalFlow
