// Reversal at the issuer: the original did not happen. Reversal and original together are nothing, in any order and however
// often either arrives; the card is not asked about anything.

import type { Flow } from '../authorization/flow.ts'
import { authorizeReversal } from './authorize-reversal.ts'

export const reversal: Flow = { decide: authorizeReversal, checks: ['state of the original', 'original'] }
