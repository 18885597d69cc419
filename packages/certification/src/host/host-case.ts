// A case against a host, and the few sentences its cases share.

import { type CertificationCase, needs } from '../course/certification-case.ts'
import type { CardPurposeName } from '../profile/card-purpose.ts'
import { cardOf, type CertificationProfile } from '../profile/certification-profile.ts'
import type { HostKit } from './host-kit.ts'

export type HostCase = CertificationCase<HostKit>

/** The flows a case needs, and the cards. */
export function needing(
  flows: readonly (keyof CertificationProfile['flows'])[],
  cards: readonly CardPurposeName[] = [],
): (profile: CertificationProfile) => string | undefined {
  return (profile) => {
    const missing = cards.find((purpose) => cardOf(profile, purpose) === undefined)
    return needs(...flows)(profile) ?? (missing === undefined ? undefined : `the profile has no card for '${missing}'`)
  }
}
