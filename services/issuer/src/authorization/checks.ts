// The ladder as the X-ray shows it: its checks by name, in order, up to the one that decided. Which check a reason belongs to
// stands here, so that the decisions themselves stay pure.

import { formatAmount, money } from '@shua/money'
import type { DeclineReason } from '@shua/scheme'
import { spentOnDay } from '../card/refuse-card.ts'
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
  'available balance': ['insufficientFunds'],
  original: ['issuerRefusesOriginal'],
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
  'available balance',
] as const satisfies readonly CheckName[]

const issuerLane = { lane: 'issuer', kind: 'check' } as const

export function reportChecks(facts: Facts, checks: readonly CheckName[], decision: Decision): void {
  const { observer } = facts.request
  observer.event({ ...issuerLane, name: 'card known', outcome: 'ok' })
  for (const name of checks) {
    const refused = decision.outcome === 'declined' && isReasonOf(name, decision.reason)
    const outcome = refused ? 'refused' : wasAsked(facts, name) ? 'ok' : 'info'
    const detail = { ...detailOf(facts, name), ...(refused ? { reason: decision.reason } : {}) }
    observer.event({ ...issuerLane, name, outcome, ...(Object.keys(detail).length > 0 ? { detail } : {}) })
    if (refused) return
  }
}

function isReasonOf(name: CheckName, reason: DeclineReason): boolean {
  return (checkReasons[name] as readonly DeclineReason[]).includes(reason)
}

/** Whether there was anything to check: a request without a PIN passes the PIN check without having proved one. */
function wasAsked({ request, programme }: Facts, name: CheckName): boolean {
  if (name === 'PIN') return request.pin !== undefined
  if (name === 'card verification value') return request.entryMode.method === 'stripe' && programme.cvvPosition !== null
  if (name === 'expiry') return request.card.expiry !== undefined
  return true
}

/** Amounts and limits only; nothing here identifies a card or a person. */
function detailOf({ request, amountMinor, card, account }: Facts, name: CheckName): Record<string, string> {
  const amount = (minor: bigint): string => formatAmount(money(minor, account.currency))
  const limit = (minor: bigint | null): string => (minor === null ? 'none' : amount(minor))
  const day = spentOnDay(card, request.businessDate)
  switch (name) {
    case 'single limit':
      return { amount: amount(amountMinor), limit: limit(card.singleLimitMinor) }
    case 'daily limit':
      return { amount: amount(amountMinor), spent: amount(day.spentMinor), limit: limit(card.dailyLimitMinor) }
    case 'daily count':
      return { count: String(day.count), limit: String(card.dailyCountMax ?? 'none') }
    case 'available balance':
      return { amount: amount(amountMinor), available: amount(availableMinor(account)) }
    case 'amount':
    case 'state of the original':
    case 'card state':
    case 'expiry':
    case 'card verification value':
    case 'chip':
    case 'PIN':
    case 'programme scope':
    case 'original':
      return {}
    default:
      return name satisfies never
  }
}
