// The ladder as the X-ray shows it: its checks by name, in order, up to the one that decided. Which check a reason belongs to
// stands here, so that the decisions themselves stay pure.

import { formatAmount, money } from '@shua/money'
import type { DeclineReason } from '@shua/scheme'
import { spentUntil } from '../card/refuse-card.ts'
import type { Decision } from './decision.ts'
import { availableMinor, type Facts } from './facts.ts'

export const checkReasons = {
  amount: ['amountInvalid'],
  'state of the original': ['originalNotOpen', 'originalAmountDiffers', 'completionAboveShare', 'refundAboveRemaining'],
  'card state': ['cardLost', 'cardStolen', 'cardClosed', 'cardNotActivated', 'cardFrozen'],
  expiry: ['cardExpired', 'expiryDiffers'],
  'card verification value': ['cardVerificationFailed'],
  chip: ['chipRequired'],
  PIN: ['pinTriesExceeded', 'pinMissing', 'pinWrong', 'pinBlockMalformed'],
  'programme scope': ['notPermittedToCard'],
  'single limit': ['cardSingleLimitExceeded'],
  'daily limit': ['cardDailyLimitExceeded'],
  'daily count': ['cardDailyCountExceeded'],
  'monthly limit': ['cardMonthlyLimitExceeded'],
  'available balance': ['insufficientFunds'],
  original: ['issuerRefusesOriginal', 'reversalRefused'],
} as const satisfies Record<string, readonly DeclineReason[]>

export type CheckName = keyof typeof checkReasons

/** What is checked when a card is presented for money. */
export const newMoneyChecks = [
  'amount',
  'card state',
  'expiry',
  'card verification value',
  'chip',
  'PIN',
  'programme scope',
  'single limit',
  'daily limit',
  'daily count',
  'monthly limit',
  'available balance',
] as const satisfies readonly CheckName[]

const checkOfReason = new Map<DeclineReason, CheckName>(
  (Object.keys(checkReasons) as CheckName[]).flatMap((name) =>
    checkReasons[name].map((reason) => [reason, name] as const),
  ),
)

/** Runs for every payment a dozen times, so its events are built plainly. */
export function reportChecks(facts: Facts, checks: readonly CheckName[], decision: Decision): void {
  const { observer } = facts.request
  if (!observer.recording) return
  const reason = decision.outcome === 'declined' ? decision.reason : undefined
  const refusing = reason === undefined ? undefined : checkOfReason.get(reason)
  observer.event({ lane: 'issuer', kind: 'check', name: 'card known', outcome: 'ok' })
  for (const name of checks) {
    const detail = detailOf(facts, name)
    if (name === refusing && reason !== undefined) {
      observer.event({ lane: 'issuer', kind: 'check', name, outcome: 'refused', detail: { ...detail, reason } })
      return
    }
    const outcome = wasAsked(facts, name) ? 'ok' : 'info'
    if (detail) observer.event({ lane: 'issuer', kind: 'check', name, outcome, detail })
    else observer.event({ lane: 'issuer', kind: 'check', name, outcome })
  }
}

/** Whether there was anything to check: a request without a PIN passes the PIN check without having proved one. */
function wasAsked({ request, programme, card }: Facts, name: CheckName): boolean {
  if (name === 'PIN') return request.pin !== undefined
  if (name === 'card verification value') return request.entryMode.method === 'stripe' && programme.cvvPosition !== null
  if (name === 'expiry') return request.card.expiry !== undefined
  if (name === 'single limit') return card.singleLimitMinor !== null
  if (name === 'daily limit') return card.dailyLimitMinor !== null
  if (name === 'daily count') return card.dailyCountMax !== null
  if (name === 'monthly limit') return card.monthlyLimitMinor !== null
  return true
}

/** Amounts and limits only; nothing here identifies a card or a person. */
function detailOf(facts: Facts, name: CheckName): Record<string, string> | undefined {
  const { amountMinor, card, account } = facts
  if (name === 'single limit' && card.singleLimitMinor !== null) {
    return { amount: amountText(facts, amountMinor), limit: amountText(facts, card.singleLimitMinor) }
  }
  if (name === 'daily limit' && card.dailyLimitMinor !== null) {
    const spent = amountText(facts, spentUntil(card, facts.request.businessDate).daySpentMinor)
    return { amount: amountText(facts, amountMinor), spent, limit: amountText(facts, card.dailyLimitMinor) }
  }
  if (name === 'daily count' && card.dailyCountMax !== null) {
    const { dayCount } = spentUntil(card, facts.request.businessDate)
    return { count: String(dayCount), limit: String(card.dailyCountMax) }
  }
  if (name === 'monthly limit' && card.monthlyLimitMinor !== null) {
    const spent = amountText(facts, spentUntil(card, facts.request.businessDate).monthSpentMinor)
    return { amount: amountText(facts, amountMinor), spent, limit: amountText(facts, card.monthlyLimitMinor) }
  }
  if (name === 'available balance') {
    return { amount: amountText(facts, amountMinor), available: amountText(facts, availableMinor(account)) }
  }
  return undefined
}

function amountText({ account }: Facts, minor: bigint): string {
  return formatAmount(money(minor, account.currency))
}
