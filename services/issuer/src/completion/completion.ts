// Completion request at the issuer: the card is presented again, so its state is asked; the hold becomes a posting of at most
// the permitted share of what was authorized.

import type { Flow } from '../authorization/flow.ts'
import { authorizeCompletion } from './authorize-completion.ts'

export const completion: Flow = {
  decide: authorizeCompletion,
  checks: [
    'amount',
    'state of the original',
    'card state',
    'expiry',
    'card verification value',
    'chip',
    'PIN',
    'programme scope',
    'available balance',
    'original',
  ],
}
