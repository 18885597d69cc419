// The ledger's part of the money rules as SQL: every transfer is whole (so each currency sums to zero), its
// accounts exist, no entry can be changed.
// Tests, chaos and the live check run it; the issuer adds the rules of balances, reversals, refunds and completions.

import type { Queryable } from '@shua/postgres'

export interface Violation {
  /** The number of the rule in the list of money rules. */
  readonly rule: number
  readonly what: string
  /** What it is about: an account, a payment, a currency. Never card data. */
  readonly subject: string
  readonly detail: string
}

/**
 * Each statement answers rows of `Violation` and none when the rule holds. That a currency sums to zero follows from whole
 * rows: the same amount stands on both sides, so a query for the sum could never answer anything else.
 */
const rules: readonly string[] = [
  `select 1 as rule, 'transfer is not whole' as what, transfer_id::text as subject,
     format('%s of %s from %s to %s', amount_minor, currency, debit_account, credit_account) as detail
   from ledger.transfer where amount_minor <= 0 or debit_account = credit_account`,
  `select 1 as rule, 'account was never opened' as what, account as subject, currency as detail
   from (
     select debit_account, currency from ledger.transfer
     union
     select credit_account, currency from ledger.transfer
   ) as used(account, currency)
   where not exists (
     select from ledger.account known where known.account_id = used.account and known.currency = used.currency
   )`,
  `select 1 as rule, 'entries can be changed' as what, 'ledger.transfer' as subject, 'trigger is missing or off' as detail
   where not exists (
     select from pg_trigger
     where tgrelid = 'ledger.transfer'::regclass and tgname = 'transfer_is_immutable' and tgenabled in ('O', 'A')
   )`,
]

export async function checkMoneyRules(queryable: Queryable): Promise<Violation[]> {
  return await checkRules(queryable, rules)
}

/** Runs statements that answer rows of `Violation`, one after the other. */
export async function checkRules(queryable: Queryable, statements: readonly string[]): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const statement of statements) violations.push(...(await queryable.query<Violation>(statement)))
  return violations
}
