// Programmes, remembered by the version that came with a card, so that a payment need not read and parse the same long row again.

import type { Transaction } from '@shua/postgres'
import { parseKeyBlock } from '@shua/security-module'
import type { Programme } from '../authorization/facts.ts'

export interface ProgrammeVersion {
  readonly programmeId: string
  readonly version: bigint
}

/** One for each issuer; holds what it was asked for, one version of each. */
export type ProgrammeCache = Map<string, { readonly version: bigint; readonly programme: Programme }>

interface ProgrammeRow {
  programme_id: string
  version: bigint
  kinds_allowed: string[] | null
  merchants_allowed: string[] | null
  categories_allowed: string[] | null
  pin_tries_max: number
  completion_percent_max: number
  hold_days: number
  cvv_position: number | null
  stripe_fallback_allowed: boolean
  cvv_key: string
  pin_key: string
}

const statement = `
  select programme_id, version, kinds_allowed, merchants_allowed, categories_allowed, pin_tries_max, completion_percent_max,
    hold_days, cvv_position, stripe_fallback_allowed, cvv_key, pin_key
  from issuer.programme where programme_id = any($1::text[])`

/** By programme id: each in the version wanted, or in a newer one that was written meanwhile. */
export async function loadProgrammes(
  tx: Transaction,
  cache: ProgrammeCache,
  wanted: Iterable<ProgrammeVersion>,
): Promise<ReadonlyMap<string, Programme>> {
  const found = new Map<string, Programme>()
  const missing = new Set<string>()
  for (const { programmeId, version } of wanted) {
    const known = cache.get(programmeId)
    if (known?.version === version) found.set(programmeId, known.programme)
    else missing.add(programmeId)
  }
  if (missing.size === 0) return found
  for (const row of await tx.query<ProgrammeRow>(statement, [[...missing]], 'issuer-load-programmes')) {
    const programme = programmeOf(row)
    found.set(row.programme_id, programme)
    cache.set(row.programme_id, { version: row.version, programme })
  }
  return found
}

function programmeOf(row: ProgrammeRow): Programme {
  return {
    programmeId: row.programme_id,
    kindsAllowed: row.kinds_allowed,
    merchantsAllowed: row.merchants_allowed,
    categoriesAllowed: row.categories_allowed,
    pinTriesMax: row.pin_tries_max,
    completionPercentMax: row.completion_percent_max,
    holdDays: row.hold_days,
    cvvPosition: row.cvv_position,
    stripeFallbackAllowed: row.stripe_fallback_allowed,
    cvvKey: parseKeyBlock(row.cvv_key),
    pinKey: parseKeyBlock(row.pin_key),
  }
}
