// Purchase at the issuer: the whole ladder, then the money goes to the merchant in the same commit.

import { newMoneyChecks } from '../authorization/checks.ts'
import type { Flow } from '../authorization/flow.ts'
import { authorizePurchase } from './authorize-purchase.ts'

export const purchase: Flow = { decide: authorizePurchase, checks: newMoneyChecks }
