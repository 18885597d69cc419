// Cards that a caller announces are read and locked at once, in the same round trip as what the caller itself looks up. The
// first round of `authorize` takes them; what was announced and never asked for costs a look-up and a lock.

import type { Sensitive } from '@shua/card-data'
import type { Transaction } from '@shua/postgres'
import { loadCards, type LoadedCard } from '../store/load-cards.ts'
import { cardKeyOf, type CardKey, type IssuerContext } from './issuer-context.ts'

export interface AnnouncedCards {
  readonly keys: readonly CardKey[]
  /** By position in `keys`. */
  readonly cards: Promise<Map<number, LoadedCard>>
}

export function announceCards(context: IssuerContext, pans: readonly Sensitive<string>[], tx: Transaction): void {
  if (pans.length === 0) return
  const keys = pans.map((pan) => cardKeyOf(context, pan))
  const cards = loadCards(tx, keys, context.programmes)
  // Whoever asks for the cards hears of the failure; when nobody does, the transaction fails at its next statement.
  cards.catch(() => undefined)
  context.announced.set(tx, { keys, cards })
}

/** The cards of these keys, by position: those announced, if any were, and the others read now. */
export async function takeCards(
  context: IssuerContext,
  wanted: readonly CardKey[],
  tx: Transaction,
): Promise<Map<number, LoadedCard>> {
  const announced = context.announced.get(tx)
  if (announced === undefined) return loadCards(tx, wanted, context.programmes)
  // A decision changes the card, so what was read is good for one round.
  context.announced.delete(tx)
  const loaded = await announced.cards
  const positions = new Map(announced.keys.map(({ panHash }, position) => [panHash.toString('latin1'), position]))
  const found = new Map<number, LoadedCard>()
  const missing: (CardKey & { readonly index: number })[] = []
  wanted.forEach((key, index) => {
    const position = positions.get(key.panHash.toString('latin1'))
    if (position === undefined) missing.push({ ...key, index })
    else {
      const card = loaded.get(position)
      if (card) found.set(index, card)
    }
  })
  if (missing.length === 0) return found
  for (const [position, card] of await loadCards(tx, missing, context.programmes))
    found.set(missing[position]!.index, card)
  return found
}
