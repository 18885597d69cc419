// What a caller announces is read and locked at once, in the same round trip as what the caller itself looks up. The first
// round of `authorize` takes it; what was announced and never asked for costs a look-up and a lock.

import type { Transaction } from '@shua/postgres'
import type { AnnouncedRequest } from '@shua/scheme'
import { findWritten } from '../store/load-authorizations.ts'
import { loadCards, type LoadedCard } from '../store/load-cards.ts'
import { cardKeyOf, type CardKey, type IssuerContext } from './issuer-context.ts'

export interface RequestKey extends CardKey {
  readonly paymentId: string
}

/** What a round has to know of its requests. */
export interface Known {
  /** By position in the requests; a card that does not exist is absent. */
  readonly cards: Map<number, LoadedCard>
  /** The payments that were decided before. */
  readonly written: ReadonlySet<string>
}

export interface AnnouncedRequests {
  readonly keys: readonly RequestKey[]
  readonly known: Promise<Known>
}

export function announceRequests(context: IssuerContext, requests: readonly AnnouncedRequest[], tx: Transaction): void {
  if (requests.length === 0) return
  const keys = requests.map(({ pan, paymentId }): RequestKey => ({ ...cardKeyOf(context, pan), paymentId }))
  const known = read(context, keys, tx)
  // Whoever asks hears of the failure; when nobody does, the transaction fails at its next statement.
  known.catch(() => undefined)
  context.announced.set(tx, { keys, known })
}

/** Of what was announced, if anything was, and the rest read now. */
export async function takeKnown(
  context: IssuerContext,
  wanted: readonly RequestKey[],
  tx: Transaction,
): Promise<Known> {
  const announced = context.announced.get(tx)
  if (announced === undefined) return await read(context, wanted, tx)
  // A decision changes the card, so what was read is good for one round.
  context.announced.delete(tx)
  const { cards: loaded, written } = await announced.known
  const positions = new Map(announced.keys.map((key, position) => [nameOf(key), position]))
  const cards = new Map<number, LoadedCard>()
  const missing: (RequestKey & { readonly index: number })[] = []
  wanted.forEach((key, index) => {
    const position = positions.get(nameOf(key))
    if (position === undefined) missing.push({ ...key, index })
    else {
      const card = loaded.get(position)
      if (card) cards.set(index, card)
    }
  })
  if (missing.length === 0) return { cards, written }
  const more = await read(context, missing, tx)
  for (const [position, card] of more.cards) cards.set(missing[position]!.index, card)
  return { cards, written: new Set([...written, ...more.written]) }
}

function nameOf({ panHash, paymentId }: RequestKey): string {
  return `${panHash.toString('latin1')}/${paymentId}`
}

/**
 * The payments in a statement of its own behind the locks: it sees what their last holder committed. Nobody can write a payment
 * of these cards until the transaction ends.
 */
async function read(context: IssuerContext, keys: readonly RequestKey[], tx: Transaction): Promise<Known> {
  const [cards, written] = await Promise.all([loadCards(tx, keys, context.programmes), findWritten(tx, keys)])
  return { cards, written }
}
