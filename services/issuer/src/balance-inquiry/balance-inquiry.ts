// Balance inquiry: the card and its PIN must be right; no money moves and no limit is used up.

import type { Flow } from '../authorization/flow.ts'
import { authorizeBalanceInquiry } from './authorize-balance-inquiry.ts'

export const balanceInquiry: Flow = {
  decide: authorizeBalanceInquiry,
  checks: ['card state', 'expiry', 'card verification value', 'chip', 'PIN', 'programme scope'],
}
