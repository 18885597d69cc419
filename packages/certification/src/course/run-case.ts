// Runs one case and turns whatever it ends with into a result. A fault of the world fails the case it happened in and no other.

import { Fault } from '@shua/assert'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import { type CaseRecord, CaseStop } from './case-record.ts'
import type { CaseResult, CertificationCase } from './certification-case.ts'

export interface RunCaseOptions<Kit> {
  readonly kit: Kit
  readonly record: CaseRecord
  readonly profile: CertificationProfile
  readonly now: () => Date
}

export async function runCase<Kit>(
  certificationCase: CertificationCase<Kit>,
  { kit, record, profile, now }: RunCaseOptions<Kit>,
): Promise<CaseResult> {
  const startedMs = now().getTime()
  const why = certificationCase.notApplicable?.(profile)
  const broken = why === undefined ? await outcomeOf(() => certificationCase.run(kit), record) : undefined
  const { id, title, section } = certificationCase
  return {
    id,
    title,
    section,
    status: why !== undefined ? 'notApplicable' : record.failed ? 'failed' : 'passed',
    reason: why ?? broken,
    checks: record.checks,
    messages: record.messages,
    durationMs: now().getTime() - startedMs,
  }
}

async function outcomeOf(work: () => Promise<void>, record: CaseRecord): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof CaseStop) return error.message
    if (!(error instanceof Fault)) throw error
    record.check('the case runs to its end', 'yes', `${error.code}: ${error.message}`, false)
    return error.message
  }
}
