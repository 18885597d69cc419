// Void of a pre-authorization at the issuer: the hold is released.

import type { Flow } from '../authorization/flow.ts'
import { authorizePreAuthorizationVoid } from './authorize-pre-authorization-void.ts'

export const preAuthorizationVoid: Flow = {
  decide: authorizePreAuthorizationVoid,
  checks: ['amount', 'state of the original', 'PIN', 'original'],
}
