// A message flow as the issuer sees it: how it is decided, and which checks of the ladder it goes through. Each flow's folder
// exports one; decide.ts gathers them.

import type { CheckName } from './checks.ts'
import type { Decision } from './decision.ts'
import type { Facts } from './facts.ts'

export interface Flow {
  readonly decide: (facts: Facts) => Decision
  readonly checks: readonly CheckName[]
}
