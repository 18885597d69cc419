// What a card spent in a day and in a month: counted when money is taken or held, given back when that is voided or reversed in
// the same day or month (docs/decisions/0009-limits-and-counters.md). Refunds give nothing back, and a completion counts nothing:
// its authorization did.

import type { Effects } from '../authorization/decision.ts'
import type { Authorization, Card, Facts } from '../authorization/facts.ts'
import { monthOf, spentUntil, type SpentUntil } from './refuse-card.ts'

export function spend({ request, amountMinor }: Facts): Effects['spent'] {
  return { businessDate: request.businessDate, dayMinor: amountMinor, dayCount: 1, monthMinor: amountMinor }
}

/** Undoes the counting of a payment, when it was made with this card and in the day or month the card still counts. */
export function unspend(card: Card, payment: Authorization): Effects['spent'] {
  return countAgain(card, payment, -1)
}

/** Counts a payment again whose undoing was undone. */
export function respend(card: Card, payment: Authorization): Effects['spent'] {
  return countAgain(card, payment, 1)
}

function countAgain(card: Card, { panHash, businessDate, amountMinor }: Authorization, sign: 1 | -1): Effects['spent'] {
  if (card.day === null || !card.panHash.equals(panHash) || monthOf(card.day) !== monthOf(businessDate))
    return undefined
  const monthMinor = BigInt(sign) * amountMinor
  if (card.day === businessDate) return { businessDate, dayMinor: monthMinor, dayCount: sign, monthMinor }
  return { businessDate: card.day, dayMinor: 0n, dayCount: 0, monthMinor }
}

/** The card's counters after the effects. */
export function spentAfter(card: Card, spent: Effects['spent']): SpentUntil & { readonly day: string | null } {
  if (!spent) {
    const { day, daySpentMinor, dayCount, monthSpentMinor } = card
    return { day, daySpentMinor, dayCount, monthSpentMinor }
  }
  const until = spentUntil(card, spent.businessDate)
  return {
    day: until.day,
    daySpentMinor: until.daySpentMinor + spent.dayMinor,
    dayCount: until.dayCount + spent.dayCount,
    monthSpentMinor: until.monthSpentMinor + spent.monthMinor,
  }
}
