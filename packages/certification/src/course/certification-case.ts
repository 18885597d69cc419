// One case of the kit is one small object; the cases of a flow stand in one file, and a new one needs nothing but its own entry.

import type { Title } from '@shua/iso8583'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import type { Check, RecordedMessage } from './case-record.ts'

export interface CertificationCase<Kit> {
  /** `flow.situation`; stable, because profiles and reports name it. */
  readonly id: string
  readonly title: Title
  /** Of the protocol text, e.g. `§4.1`. */
  readonly section: string
  /** Why this case does not apply to the profile; undefined when it does. */
  readonly notApplicable?: (profile: CertificationProfile) => string | undefined
  readonly run: (kit: Kit) => Promise<void>
}

export type CaseStatus = 'passed' | 'failed' | 'notApplicable'

export interface CaseResult {
  readonly id: string
  readonly title: Title
  readonly section: string
  readonly status: CaseStatus
  /** Why it does not apply, or what broke it off. */
  readonly reason: string | undefined
  readonly checks: readonly Check[]
  readonly messages: readonly RecordedMessage[]
  readonly durationMs: number
}

export interface Certification {
  readonly subject: 'host' | 'terminal'
  /** Address of the host, or port the terminal called. */
  readonly address: string
  readonly profile: string
  readonly seed: number
  readonly startedAt: Date
  readonly results: readonly CaseResult[]
}

export function countOf(results: readonly CaseResult[], status: CaseStatus): number {
  return results.filter((result) => result.status === status).length
}

/** The parts of a profile whose flow must be supported: `needs('void', 'refund')`. */
export function needs(
  ...flows: readonly (keyof CertificationProfile['flows'])[]
): (profile: CertificationProfile) => string | undefined {
  return (profile) => {
    const missing = flows.filter((flow) => !profile.flows[flow])
    return missing.length === 0 ? undefined : `the profile says that ${missing.join(', ')} is not supported`
  }
}
