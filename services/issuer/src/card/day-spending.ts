// What a card spent in a day: counted when money is taken or held, given back when that is voided or reversed the same day.

import type { Effects } from '../authorization/decision.ts'
import type { Authorization, Card, Facts } from '../authorization/facts.ts'
import { spentOnDay } from './refuse-card.ts'

export function spend({ request, amountMinor }: Facts): Effects['spent'] {
  return { businessDate: request.businessDate, minor: amountMinor, count: 1 }
}

/** Undoes the counting of a payment, when it was made with this card and on the day the card still counts. */
export function unspend(card: Card, payment: Authorization): Effects['spent'] {
  if (!countsToday(card, payment)) return undefined
  return { businessDate: payment.businessDate, minor: -payment.amountMinor, count: -1 }
}

/** Counts a payment again whose undoing was undone. */
export function respend(card: Card, payment: Authorization): Effects['spent'] {
  if (!countsToday(card, payment)) return undefined
  return { businessDate: payment.businessDate, minor: payment.amountMinor, count: 1 }
}

function countsToday(card: Card, payment: Authorization): boolean {
  return card.day === payment.businessDate && card.panHash.equals(payment.panHash)
}

/** The card's counters after the effects. */
export function dayAfter(
  card: Card,
  spent: Effects['spent'],
): { day: string | null; spentMinor: bigint; count: number } {
  if (!spent) return { day: card.day, spentMinor: card.daySpentMinor, count: card.dayCount }
  const { day, spentMinor, count } = spentOnDay(card, spent.businessDate)
  return { day, spentMinor: spentMinor + spent.minor, count: count + spent.count }
}
