// Pre-authorization at the issuer: the ladder of a purchase, then a hold instead of a posting. A hold that nobody completes
// expires by itself (expire-holds.ts).

import { newMoneyChecks } from '../authorization/checks.ts'
import type { Flow } from '../authorization/flow.ts'
import { authorizePreAuthorization } from './authorize-pre-authorization.ts'

export const preAuthorization: Flow = { decide: authorizePreAuthorization, checks: newMoneyChecks }
