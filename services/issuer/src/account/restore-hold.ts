// Brings back the hold of a pre-authorization whose completion or void is undone: as much of it as is still available, and
// none when it would have expired by now. What cannot be held any more becomes a case.

import { change, type AuthorizationChange, type OpenedCase } from '../authorization/decision.ts'
import type { Authorization } from '../authorization/facts.ts'

export function restoreHold(o: {
  readonly preAuthorization: Authorization
  readonly releasedMinor: bigint
  readonly availableMinor: bigint
  readonly at: Date
}): { change: AuthorizationChange; case: OpenedCase | undefined } {
  const { preAuthorization, releasedMinor, availableMinor, at } = o
  const { holdExpiresAt } = preAuthorization
  if (holdExpiresAt !== null && holdExpiresAt <= at) {
    return {
      change: change(preAuthorization, { state: 'expired', completedMinor: 0n, holdMinor: 0n }),
      case: undefined,
    }
  }
  const holdMinor = releasedMinor < availableMinor ? releasedMinor : availableMinor
  const missingMinor = releasedMinor - holdMinor
  return {
    change: change(preAuthorization, { state: 'approved', completedMinor: 0n, holdMinor }),
    case: missingMinor === 0n ? undefined : { kind: 'holdNotRestored', amountMinor: missingMinor },
  }
}
