// Void of a completion at the issuer: the money goes back and the hold it had released returns, as far as it still can.

import type { Flow } from '../authorization/flow.ts'
import { authorizeCompletionVoid } from './authorize-completion-void.ts'

export const completionVoid: Flow = {
  decide: authorizeCompletionVoid,
  checks: ['amount', 'state of the original', 'card state', 'PIN', 'original'],
}
