// The names of ledger accounts and which side each kind normally stands on. Names are built here only, so that a merchant's
// number can never be taken for a cardholder's account. Used by everything that posts a transfer.

import { assert } from '@shua/assert'
import type { Currency } from '@shua/money'

export const accountKinds = {
  /** What we owe a cardholder: stored value, one account per cardholder account of the issuer. */
  cardholder: { normalSide: 'credit' },
  /** What we owe a merchant until settlement pays it out. */
  merchant: { normalSide: 'credit' },
  /** Money held for a card programme, in cash or at a bank. */
  custody: { normalSide: 'debit' },
  /** What a cardholder owes us: the part of a late debit that the account could not cover. */
  receivable: { normalSide: 'debit' },
} as const satisfies Record<string, { normalSide: 'credit' | 'debit' }>

export type AccountKind = keyof typeof accountKinds

/** `cardholder:0197…`; the part after the colon is the owner's own identifier. */
export type LedgerAccount = `${AccountKind}:${string}`

/** An account as the ledger lists it. One name may hold several currencies, each with its own balance. */
export interface OpenedAccount {
  readonly account: LedgerAccount
  readonly currency: Currency
}

export function cardholderAccount(accountId: string): LedgerAccount {
  return accountName('cardholder', accountId)
}

export function merchantAccount(merchantId: string): LedgerAccount {
  return accountName('merchant', merchantId)
}

export function custodyAccount(programmeId: string): LedgerAccount {
  return accountName('custody', programmeId)
}

export function receivableAccount(accountId: string): LedgerAccount {
  return accountName('receivable', accountId)
}

export function accountKindOf(account: LedgerAccount): AccountKind {
  const kind = account.slice(0, account.indexOf(':'))
  assert(Object.hasOwn(accountKinds, kind), 'a ledger account has a known kind')
  return kind as AccountKind
}

function accountName(kind: AccountKind, owner: string): LedgerAccount {
  // The database holds the same pattern as a check constraint.
  assert(
    /^[\w-]{1,64}$/.test(owner),
    'the owner of a ledger account is 1 to 64 letters, digits, hyphens or underscores',
  )
  return `${kind}:${owner}`
}
