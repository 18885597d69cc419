// Completion advice at the issuer: the merchant tells, the card may be far away. What was promised by the authorization is
// honoured whatever became of the card since.

import type { Flow } from '../authorization/flow.ts'
import { authorizeCompletion } from './authorize-completion.ts'

export const completionAdvice: Flow = {
  decide: authorizeCompletion,
  checks: ['amount', 'state of the original', 'PIN', 'available balance', 'original'],
}
