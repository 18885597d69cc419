// Refund at the issuer: a new credit after the sale, in parts if need be, never more than was paid. Like a void it does not
// ask for the state of the card.

import type { Flow } from '../authorization/flow.ts'
import { authorizeRefund } from './authorize-refund.ts'

export const refund: Flow = {
  decide: authorizeRefund,
  checks: ['amount', 'state of the original', 'card state', 'PIN', 'original'],
}
