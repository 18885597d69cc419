// The card's part of the ladder: may this card take money now? Used by every flow in which a card is presented for money or
// for its balance. Each function answers the first reason that applies, in the order of scheme.declineReasons.

import type { DeclineReason } from '@shua/scheme'
import type { Card, Facts } from '../authorization/facts.ts'

export function refuseCard({ request, card, account, programme, cardVerified }: Facts): DeclineReason | undefined {
  if (card.state === 'lost') return 'cardLost'
  if (card.state === 'stolen') return 'cardStolen'
  if (card.state === 'closed' || account.status === 'closed') return 'cardClosed'
  if (card.state === 'notActivated') return 'cardNotActivated'
  if (card.state === 'frozen' || account.status === 'frozen') return 'cardFrozen'
  if (yearMonth(request.businessDate) > card.expiry) return 'cardExpired'
  if (request.card.expiry !== undefined && request.card.expiry !== card.expiry) return 'expiryDiffers'
  if (!cardVerified()) return 'cardVerificationFailed'
  // The service code is the one we encoded, not the one on the stripe, which a forger may have changed.
  const hasChip = card.chip && /^[26]/.test(card.serviceCode)
  if (hasChip && request.entryMode.method === 'stripe' && !programme.stripeFallbackAllowed) return 'chipRequired'
  return undefined
}

/**
 * `demand` tells whether the card decides about its PIN, or whether a PIN is verified only when it came. A card whose PIN
 * is locked takes no new money without a PIN either.
 */
export function refusePin(facts: Facts, demand: 'byCard' | 'whenGiven'): DeclineReason | undefined {
  const { request, card, programme, pin } = facts
  const { method } = request.entryMode
  const isNeeded = demand === 'byCard' && card.requiresPin && (method === 'stripe' || method === 'manual')
  const isLocked = card.pinTries >= programme.pinTriesMax
  if (isLocked && (demand === 'byCard' || request.pin)) return 'pinTriesExceeded'
  if (isNeeded && !request.pin) return 'pinMissing'
  if (!request.pin || card.pinOffset === null) return undefined
  const outcome = pin.verify()
  if (outcome === 'malformed') return 'pinBlockMalformed'
  if (outcome === 'right') return undefined
  // The last wrong try already tells that the card is locked: inviting another one would be a lie.
  return card.pinTries + 1 >= programme.pinTriesMax ? 'pinTriesExceeded' : 'pinWrong'
}

export function refuseScope({ request, account, programme }: Facts): DeclineReason | undefined {
  const { kindsAllowed, merchantsAllowed, categoriesAllowed } = programme
  if (kindsAllowed && !kindsAllowed.includes(request.kind)) return 'notPermittedToCard'
  if (merchantsAllowed && !merchantsAllowed.includes(request.merchantId)) return 'notPermittedToCard'
  if (categoriesAllowed && !categoriesAllowed.includes(request.merchantCategory)) return 'notPermittedToCard'
  if (request.amount && request.amount.currency !== account.currency) return 'notPermittedToCard'
  return undefined
}

export function refuseLimits({ request, amountMinor, card }: Facts): DeclineReason | undefined {
  const { singleLimitMinor, dailyLimitMinor, dailyCountMax, monthlyLimitMinor } = card
  const spent = spentUntil(card, request.businessDate)
  if (singleLimitMinor !== null && amountMinor > singleLimitMinor) return 'cardSingleLimitExceeded'
  if (dailyLimitMinor !== null && spent.daySpentMinor + amountMinor > dailyLimitMinor) return 'cardDailyLimitExceeded'
  if (dailyCountMax !== null && spent.dayCount + 1 > dailyCountMax) return 'cardDailyCountExceeded'
  if (monthlyLimitMinor !== null && spent.monthSpentMinor + amountMinor > monthlyLimitMinor)
    return 'cardMonthlyLimitExceeded'
  return undefined
}

export interface SpentUntil {
  readonly daySpentMinor: bigint
  readonly dayCount: number
  readonly monthSpentMinor: bigint
}

/** The counters of a day and its month. A request of an earlier day that comes late counts with the day already begun. */
export function spentUntil(card: Card, businessDate: string): SpentUntil & { readonly day: string } {
  const { day, daySpentMinor, dayCount, monthSpentMinor } = card
  if (day !== null && businessDate <= day) return { day, daySpentMinor, dayCount, monthSpentMinor }
  const isSameMonth = day !== null && monthOf(businessDate) === monthOf(day)
  return {
    day: businessDate,
    daySpentMinor: 0n,
    dayCount: 0,
    monthSpentMinor: isSameMonth ? monthSpentMinor : 0n,
  }
}

/** YYYY-MM */
export function monthOf(businessDate: string): string {
  return businessDate.slice(0, 7)
}

/** YYYY-MM-DD → YYMM, which compares like the expiry on the card. */
function yearMonth(businessDate: string): string {
  return businessDate.slice(2, 4) + businessDate.slice(5, 7)
}
