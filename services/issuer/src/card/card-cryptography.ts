// The two questions that a decision asks of the security module: is the PIN right, and was the stripe written by us?

import { assert } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'
import type { PaymentRequest } from '@shua/scheme'
import { parseKeyBlock, type PinOffsetParameters } from '@shua/security-module'
import type { Card, PinAttempt, Programme } from '../authorization/facts.ts'
import type { IssuerContext } from '../authorization/issuer-context.ts'

const verificationDigits = 3
const pinPanDigits = 12

/** The natural PIN comes from the twelve digits left of the check digit, as the PIN block's part of the PAN does. */
export function pinOffsetParameters(pan: Sensitive<string>): PinOffsetParameters {
  const panStart = pan.reveal().length - 1 - pinPanDigits
  return { decimalisation: '0123456789012345', panStart, panLength: pinPanDigits, panFiller: 'F' }
}

/** A PIN attempt that remembers how it went; `outcome` stays undefined when nobody asked. */
export class VerifiedPin implements PinAttempt {
  outcome: 'right' | 'wrong' | 'malformed' | undefined
  readonly #verify: () => 'right' | 'wrong' | 'malformed'

  constructor(verify: () => 'right' | 'wrong' | 'malformed') {
    this.#verify = verify
  }

  verify(): 'right' | 'wrong' | 'malformed' {
    this.outcome ??= this.#verify()
    return this.outcome
  }
}

export function pinOf(context: IssuerContext, request: PaymentRequest, card: Card, programme: Programme): VerifiedPin {
  return new VerifiedPin(() => {
    const { pin } = request
    assert(pin && card.pinOffset !== null, 'a PIN is verified when there is one, and one to compare')
    return context.securityModule.verifyPinOffset({
      pinKey: parseKeyBlock(pin.key),
      format: pin.format,
      block: pin.block.reveal(),
      pan: request.card.pan,
      offsetKey: programme.pinKey,
      parameters: pinOffsetParameters(request.card.pan),
      offset: card.pinOffset,
    })
  })
}

/** Whether the stripe carries the verification value of this card; true where the programme checks none. */
export function stripeVerified(context: IssuerContext, request: PaymentRequest, programme: Programme): boolean {
  const { pan, expiry, serviceCode, discretionaryData } = request.card
  const position = programme.cvvPosition
  if (request.entryMode.method !== 'stripe' || position === null) return true
  if (expiry === undefined || serviceCode === undefined || discretionaryData === undefined) return false
  const expected = context.securityModule.cardVerificationValue({ key: programme.cvvKey, pan, expiry, serviceCode })
  return discretionaryData.reveal().slice(position, position + verificationDigits) === expected
}
