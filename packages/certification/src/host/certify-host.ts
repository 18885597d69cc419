// Plays a terminal through every case against a host and returns what each found. `shua certify host` and the tests call it.

import { Sensitive } from '@shua/card-data'
import { compileDialect, dialects } from '@shua/iso8583'
import { SoftwareSecurityModule } from '@shua/security-module'
import { CaseRecord } from '../course/case-record.ts'
import type { CaseResult, Certification } from '../course/certification-case.ts'
import { runCase } from '../course/run-case.ts'
import { seededBytes } from '../course/seeded-bytes.ts'
import { masterKeyOf } from '../keys/working-keys.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import type { HostCase } from './host-case.ts'
import { hostCases } from './host-cases.ts'
import { HostKit } from './host-kit.ts'

export interface CertifyHostOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly profile: CertificationProfile
  readonly seed: number
  /** For keys. */
  readonly random: (size: number) => Buffer
  readonly now: () => Date
  /** Runs these cases only; all of them unless told. */
  readonly cases?: readonly HostCase[]
  readonly onResult?: (result: CaseResult) => void
}

/** Throws Fault CERTIFICATION_CONNECT when there is nobody at the address, CERTIFICATION_KEYS without a master key. */
export async function certifyHost(options: CertifyHostOptions): Promise<Certification> {
  const { address, profile, seed, now } = options
  const codec = compileDialect(dialects.unionpayPos)
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(options.random(32)), options.random)
  const random = seededBytes(seed)
  const startedAt = now()
  const kit = new HostKit(
    {
      address,
      profile,
      codec,
      module,
      masterKey: masterKeyOf(module, profile),
      random,
      firstStan: 1 + (random(4).readUInt32BE(0) % 900_000),
    },
    new CaseRecord(codec),
  )
  // Somebody must be there at all, before every case says so.
  ;(await kit.connect()).close()
  const results: CaseResult[] = []
  try {
    for (const each of options.cases ?? hostCases) {
      kit.record = new CaseRecord(codec)
      kit.caseId = each.id
      kit.lastOriginal = undefined
      const result = await runCase(each, { kit, record: kit.record, profile, now })
      results.push(result)
      // A failed case may have left the session anywhere.
      if (result.status === 'failed') kit.forgetKeys()
      options.onResult?.(result)
    }
  } finally {
    kit.close()
  }
  const where = `${address.host}:${address.port}`
  return { subject: 'host', address: where, profile: profile.name, seed, startedAt, results }
}
