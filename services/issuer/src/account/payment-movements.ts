// The ledger entries of card payments, seen from the cardholder's account: to the merchant, back from the merchant, and to
// the merchant no matter what is left on the account.

import { cardholderAccount, merchantAccount, receivableAccount, type Movement, type TransferKind } from '@shua/ledger'
import { money } from '@shua/money'
import type { OpenedCase } from '../authorization/decision.ts'
import type { Account } from '../authorization/facts.ts'

export interface PaymentMovement {
  readonly account: Account
  readonly merchantId: string
  readonly minor: bigint
  readonly kind: TransferKind
}

export function payMerchant({ account, merchantId, minor, kind }: PaymentMovement): Movement {
  return {
    debit: cardholderAccount(account.accountId),
    credit: merchantAccount(merchantId),
    amount: money(minor, account.currency),
    kind,
  }
}

export function payBack({ account, merchantId, minor, kind }: PaymentMovement): Movement {
  return {
    debit: merchantAccount(merchantId),
    credit: cardholderAccount(account.accountId),
    amount: money(minor, account.currency),
    kind,
  }
}

/**
 * Undoing a void debits the cardholder again, who may have spent the money meanwhile. The merchant gets the full amount all
 * the same: what the account cannot cover becomes a receivable and a case, so that the balance never falls below zero.
 */
export function payMerchantInFull(
  movement: PaymentMovement,
  availableMinor: bigint,
): { movements: Movement[]; case: OpenedCase | undefined } {
  const { account, merchantId, minor } = movement
  const coveredMinor = minor < availableMinor ? minor : availableMinor
  const shortMinor = minor - coveredMinor
  const shortfall: Movement = {
    debit: receivableAccount(account.accountId),
    credit: merchantAccount(merchantId),
    amount: money(shortMinor, account.currency),
    kind: 'shortfall',
  }
  return {
    movements: [payMerchant({ ...movement, minor: coveredMinor }), shortfall],
    case: shortMinor === 0n ? undefined : { kind: 'reversalShortfall', amountMinor: shortMinor },
  }
}
