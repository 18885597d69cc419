// Creates a card programme: its BIN, what its cards may do, its limits and its keys. Called by demo data and the operator.

import { custodyAccount } from '@shua/ledger'
import { openAccounts } from '@shua/ledger-store'
import type { Currency } from '@shua/money'
import type { Transaction } from '@shua/postgres'
import type { PaymentRequest } from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'

export interface ProgrammeToCreate {
  readonly programmeId: string
  readonly name: string
  readonly bin: string
  readonly currency: Currency
  /** What is left out is not restricted. */
  readonly kindsAllowed?: readonly PaymentRequest['kind'][]
  readonly merchantsAllowed?: readonly string[]
  readonly categoriesAllowed?: readonly string[]
  readonly singleLimitMinor?: bigint
  readonly dailyLimitMinor?: bigint
  readonly dailyCountMax?: number
  readonly monthlyLimitMinor?: bigint
  /** Default 3. */
  readonly pinTriesMax?: number
  /** Default 115. */
  readonly completionPercentMax?: number
  /** Default 30. */
  readonly holdDays?: number
  /** Where the verification value begins in the discretionary data of the stripe; left out, it is not checked. */
  readonly cvvPosition?: number
  /** Whether chip cards may be swiped. Default no. */
  readonly stripeFallbackAllowed?: boolean
  readonly keys: { readonly cardVerification: KeyBlock; readonly pinVerification: KeyBlock }
  readonly createdAt: Date
}

export async function createProgramme(tx: Transaction, programme: ProgrammeToCreate): Promise<void> {
  await tx.query(
    `insert into issuer.programme (programme_id, name, bin, currency, kinds_allowed, merchants_allowed, categories_allowed,
       single_limit_minor, daily_limit_minor, daily_count_max, pin_tries_max, completion_percent_max, hold_days,
       cvv_position, stripe_fallback_allowed, cvv_key, pin_key, created_at, monthly_limit_minor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      programme.programmeId,
      programme.name,
      programme.bin,
      programme.currency,
      programme.kindsAllowed ?? null,
      programme.merchantsAllowed ?? null,
      programme.categoriesAllowed ?? null,
      programme.singleLimitMinor ?? null,
      programme.dailyLimitMinor ?? null,
      programme.dailyCountMax ?? null,
      programme.pinTriesMax ?? 3,
      programme.completionPercentMax ?? 115,
      programme.holdDays ?? 30,
      programme.cvvPosition ?? null,
      programme.stripeFallbackAllowed ?? false,
      programme.keys.cardVerification,
      programme.keys.pinVerification,
      programme.createdAt,
      programme.monthlyLimitMinor ?? null,
    ],
  )
  const custody = { account: custodyAccount(programme.programmeId), currency: programme.currency }
  await openAccounts(tx, [custody], programme.createdAt)
}
