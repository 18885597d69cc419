// The stop list: cards refused at the acquirer whatever their issuer says (requirement A7). The only SQL over it.

import type { Queryable } from '@shua/postgres'

/** A page of entries in a stable order, one more than asked for when there are more. */
export async function stopListPage(database: Queryable, offset: number, limit: number): Promise<string[]> {
  const rows = await database.query<{ entry: string }>(
    'select entry from acquirer.stop_list order by added_at, pan_hash offset $1 limit $2',
    [offset, limit],
    'acquirer.stopListPage',
  )
  return rows.map((row) => row.entry)
}

export async function addToStopList(
  database: Queryable,
  card: { panHash: Buffer; entry: string; reason: string; at: Date },
): Promise<void> {
  await database.query(
    `insert into acquirer.stop_list (pan_hash, entry, reason, added_at) values ($1, $2, $3, $4)
     on conflict (pan_hash) do update set reason = excluded.reason`,
    [card.panHash, card.entry, card.reason, card.at],
    'acquirer.addToStopList',
  )
}
