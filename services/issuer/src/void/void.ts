// Void at the issuer: the whole of an untouched purchase goes back. The state of the card is not asked: the money belongs to
// the account, whatever became of the card since.

import type { Flow } from '../authorization/flow.ts'
import { authorizeVoid } from './authorize-void.ts'

export const voidFlow: Flow = {
  decide: authorizeVoid,
  checks: ['amount', 'state of the original', 'card state', 'PIN', 'original'],
}
