// Shops of merchants, and which terminal stood where and when. The only SQL over acquirer.shop and acquirer.terminal_shop.

import { Fault } from '@shua/assert'
import type { Queryable, Transaction } from '@shua/postgres'

export interface Shop {
  readonly shopId: string
  readonly merchantId: string
  readonly name: string
}

export interface ListedShop extends Shop {
  readonly merchantName: string
  readonly merchantNameEn: string
}

export async function registerShop(tx: Transaction, shop: Shop, openedAt: Date): Promise<void> {
  await tx.query(
    'insert into acquirer.shop (shop_id, merchant_id, name, opened_at) values ($1, $2, $3, $4) on conflict (shop_id) do nothing',
    [shop.shopId, shop.merchantId, shop.name, openedAt],
  )
}

/**
 * From a moment on a terminal stands in another shop. Throws `SHOP_MOVE_IN_PAST` for a moment before its last move: shops of
 * payments made since then may be cleared already.
 */
export async function moveTerminal(
  tx: Transaction,
  move: { readonly terminalId: string; readonly shopId: string; readonly from: Date },
): Promise<void> {
  await giveTerminalsTheirShop(tx)
  const closed = await tx.query(
    `update acquirer.terminal_shop set until = $2
      where terminal_id = $1 and until = 'infinity' and since < $2 returning terminal_id`,
    [move.terminalId, move.from],
  )
  if (closed.length === 0) {
    throw new Fault('SHOP_MOVE_IN_PAST', 'the terminal was moved to another shop later than that, or does not exist', {
      details: { terminalId: move.terminalId },
    })
  }
  await tx.query('insert into acquirer.terminal_shop (terminal_id, since, shop_id) values ($1, $2, $3)', [
    move.terminalId,
    move.from,
    move.shopId,
  ])
}

/** Terminals that nobody assigned stand, and have always stood, in the first shop of their merchant. */
export async function giveTerminalsTheirShop(tx: Transaction): Promise<void> {
  await tx.query(
    `insert into acquirer.shop (shop_id, merchant_id, name, opened_at)
     select m.merchant_id || '-001', m.merchant_id, m.name, m.created_at from acquirer.merchant m
      where not exists (select from acquirer.shop s where s.merchant_id = m.merchant_id)
     on conflict (shop_id) do nothing`,
  )
  await tx.query(
    `insert into acquirer.terminal_shop (terminal_id, since, shop_id)
     select t.terminal_id, '-infinity', (select min(s.shop_id) from acquirer.shop s where s.merchant_id = t.merchant_id)
       from acquirer.terminal t
      where not exists (select from acquirer.terminal_shop known where known.terminal_id = t.terminal_id)
      order by t.terminal_id
     on conflict (terminal_id, since) do nothing`,
  )
}

export async function listShops(queryable: Queryable): Promise<ListedShop[]> {
  return await queryable.query<ListedShop>(
    `select s.shop_id as "shopId", s.merchant_id as "merchantId", s.name, m.name as "merchantName", m.name_en as "merchantNameEn"
       from acquirer.shop s join acquirer.merchant m using (merchant_id) order by s.shop_id`,
  )
}
