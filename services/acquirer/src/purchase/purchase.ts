// Purchase at the acquirer: no original to look at; the edge has checked terminal, MAC, batch and trace, and the switch takes
// it from here (docs/follow-a-purchase.md).

import { noOriginalFlow, type PaymentFlow } from '../payment/payment-flow.ts'

export const purchase: PaymentFlow = noOriginalFlow
