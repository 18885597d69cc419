// How settlement meets whoever holds the journal of a business day. A day has a million payments, so they never pass through a
// program: the source describes its journal as relations (texts of select statements, each within one shard and a range of
// payment ids), and settlement embeds them in its own statements. The acquirer gives its tables; a file of another network would
// be loaded into tables first and described in the same way.

import { paymentIdAt } from './payment-id.ts'

export interface ClearingSource<Tx> {
  /** Called in the transaction that opens a run: whatever must be known before payments are read. */
  prepare(tx: Tx): Promise<void>
  /**
   * What moves money between merchants and issuers: of shard $1 and business date $2, with payment ids above $3 and up to $4.
   * Columns: payment_id, merchant_id, shop_id, issuer_id, line (the kind of transaction), currency, merchant_minor (what the
   * merchant gains, negative for what it gives back), reversed (whether it came to nothing after all).
   */
  readonly payments: string
  /**
   * The reversals of payments with ids above $3 and up to $4, of any shard: payment_id of what was undone, reversal_payment_id
   * under which the ledger has the entries that undo it.
   */
  readonly reversals: string
  /** Those that have themselves ids above $3 and up to $4: reversal_payment_id. */
  readonly reversalsMade: string
  /** Answers the payment_id at which a slice of shard $1 ends that begins above $2, ends by $3, and holds $4 payments before it. */
  readonly sliceEnd: string
}

export interface PaymentIdRange {
  /** Exclusive. */
  readonly after: string
  /** Inclusive. */
  readonly upTo: string
}

/** A business day is a calendar day in China here; other networks cut off at 23:00, so the range is wider on both sides. */
const marginMs = 2 * 3_600_000

/**
 * Payment ids are in order of time, so a business day is a range of the primary key. It only narrows the search: what belongs to
 * the day is told by the payment's business date.
 */
export function paymentIdsOfBusinessDate(businessDate: string): PaymentIdRange {
  const startMs = Date.parse(`${businessDate}T00:00:00+08:00`)
  const zeros = new Uint8Array(10)
  return {
    after: paymentIdAt(new Date(startMs - marginMs), zeros),
    upTo: paymentIdAt(new Date(startMs + 86_400_000 + marginMs), zeros),
  }
}

/** Whether a text is a real date in the form YYYY-MM-DD. */
export function isBusinessDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const parsed = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === text
}
