// The acquirer's journal as settlement reads it: relations over acquirer.payment and acquirer.reversal, each within one shard and
// a range of ids, so that clearing is single-shard and takes no lock that a payment could wait for.

import type { Transaction } from '@shua/postgres'
import { transactionKinds, transactionTypes, type ClearingSource, type TransactionKind } from '@shua/scheme'
import { giveTerminalsTheirShop } from './shop-store.ts'

const textList = (kinds: readonly TransactionKind[]): string => kinds.map((kind) => `'${kind}'`).join(', ')
const debitKinds = textList(transactionKinds.filter((kind) => transactionTypes[kind].settles === 'debit'))
const settlingKinds = textList(transactionKinds.filter((kind) => transactionTypes[kind].settles !== undefined))

/**
 * As in the totals of a terminal's batch, an original that a later void took back still counts, because the void counts too. The
 * shop is the one in which the terminal stood at that time; `unassigned` shows instead of stopping everybody else's money.
 */
const payments = `
  select p.payment_id, p.merchant_id, coalesce(shop.shop_id, 'unassigned') as shop_id,
         coalesce(p.issuer_id, 'unassigned') as issuer_id, p.kind as line, p.currency,
         case when p.kind in (${debitKinds}) then p.amount_minor else -p.amount_minor end as merchant_minor,
         p.state = 'reversed' as reversed
    from acquirer.payment p
    left join acquirer.terminal_shop stood
      on stood.terminal_id = p.terminal_id and p.received_at >= stood.since and p.received_at < stood.until
    left join acquirer.shop shop on shop.shop_id = stood.shop_id and shop.merchant_id = p.merchant_id
   where p.shard = $1 and p.payment_id > $3 and p.payment_id <= $4 and p.business_date = $2
     and p.kind in (${settlingKinds}) and p.state in ('approved', 'voided', 'completed', 'reversed')`

const reversals = `
  select r.payment_id, r.reversal_payment_id from acquirer.reversal r
   where r.payment_id > $3 and r.payment_id <= $4 and r.reversal_payment_id is not null`

const reversalsMade = `
  select r.reversal_payment_id from acquirer.reversal r
   where r.reversal_payment_id > $3 and r.reversal_payment_id <= $4`

const sliceEnd = `
  select payment_id from acquirer.payment
   where shard = $1 and payment_id > $2 and payment_id <= $3 order by payment_id offset $4 limit 1`

export const clearingSource: ClearingSource<Transaction> = {
  prepare: giveTerminalsTheirShop,
  payments,
  reversals,
  reversalsMade,
  sliceEnd,
}
