// One movement of money from one ledger account to another, in the shape of TigerBeetle's transfer: a single immutable row
// with a debit and a credit side, so that no entry can exist without its counterpart (docs/decisions/0004).
// Built by the issuer's flows; ledger-store writes them.

import { assert } from '@shua/assert'
import { isPositive, type Money } from '@shua/money'
import type { LedgerAccount } from './ledger-account.ts'

/** Why money moved; the kinds of card transactions that post, and what else the ledger knows. */
export const transferKinds = [
  'load',
  'purchase',
  'void',
  'refund',
  'completion',
  'completionAdvice',
  'completionVoid',
  'reversal',
  /** The part of a reversal that the cardholder's account could not cover. */
  'shortfall',
] as const

export type TransferKind = (typeof transferKinds)[number]

export interface Movement {
  readonly debit: LedgerAccount
  readonly credit: LedgerAccount
  readonly amount: Money
  readonly kind: TransferKind
}

/** What all transfers of one payment have in common. */
export interface PostedPayment {
  readonly shard: number
  readonly paymentId: string
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly at: Date
}

export interface Transfer extends PostedPayment, Movement {
  readonly transferId: string
}

/** Transfers of one payment, in order. Movements of zero are left out: the ledger has no empty rows. */
export function buildTransfers(payment: PostedPayment, movements: readonly Movement[]): Transfer[] {
  return movements
    .filter(({ amount }) => amount.minorUnits !== 0n)
    .map((movement, leg) => {
      assert(isPositive(movement.amount), 'a transfer moves a positive amount')
      assert(movement.debit !== movement.credit, 'a transfer moves money between two accounts')
      return { ...payment, ...movement, transferId: transferIdOf(payment.paymentId, leg) }
    })
}

/**
 * The first transfer of a payment carries the payment's own id, later ones differ in the last byte. So the same payment can
 * never post the same leg twice, whatever goes wrong above the ledger, and the ids keep the order of time of a UUIDv7.
 */
export function transferIdOf(paymentId: string, leg: number): string {
  assert(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(paymentId), 'a payment id is a UUID in lower case')
  assert(Number.isInteger(leg) && leg >= 0 && leg < 256, 'a payment has at most 256 transfers')
  const lastByte = Number.parseInt(paymentId.slice(-2), 16) ^ leg
  return paymentId.slice(0, -2) + lastByte.toString(16).padStart(2, '0')
}
