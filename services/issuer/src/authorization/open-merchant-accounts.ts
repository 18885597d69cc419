// Opens the ledger accounts of merchants and receivables that entries name for the first time. Cardholders' accounts are
// opened with the card, so the usual batch needs no statement here.

import { openAccounts } from '@shua/ledger-store'
import { accountKindOf, type OpenedAccount, type Transfer } from '@shua/ledger'
import type { Transaction } from '@shua/postgres'
import type { IssuerContext } from './issuer-context.ts'

export async function openMerchantAccounts(
  context: IssuerContext,
  tx: Transaction,
  transfers: readonly Transfer[],
): Promise<void> {
  const unseen = unseenAccounts(context, transfers)
  const first = transfers[0]
  if (!first || unseen.size === 0) return
  const opened = context.openedBy.get(tx) ?? new Set<string>()
  context.openedBy.set(tx, opened)
  for (const account of await openAccounts(tx, [...unseen.values()], first.at)) opened.add(keyOf(account))
  // What this transaction opened is not remembered: a rollback would close it again and nobody would notice.
  for (const [key, { account }] of unseen) {
    if (!opened.has(key) && accountKindOf(account) === 'merchant') context.openMerchants.add(key)
  }
}

function unseenAccounts(context: IssuerContext, transfers: readonly Transfer[]): Map<string, OpenedAccount> {
  const unseen = new Map<string, OpenedAccount>()
  for (const { debit, credit, amount } of transfers) {
    for (const account of [debit, credit]) {
      const opened = { account, currency: amount.currency }
      if (accountKindOf(account) === 'cardholder' || context.openMerchants.has(keyOf(opened))) continue
      unseen.set(keyOf(opened), opened)
    }
  }
  return unseen
}

function keyOf({ account, currency }: OpenedAccount): string {
  return `${account} ${currency}`
}
