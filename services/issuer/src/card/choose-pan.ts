// Chooses the number of a new card. The issuer is free in the digits between BIN and check digit, so it takes numbers whose
// hash falls into the shard of the account: additional and replacement cards stay where their account is.

import { shardCount } from '@shua/scheme'
import { assert } from '@shua/assert'
import { luhnCheckDigit, parsePan, type Sensitive } from '@shua/card-data'
import { cardKeyOf, type IssuerContext } from '../authorization/issuer-context.ts'

export interface PanWish {
  readonly bin: string
  /** Digits of the whole number, check digit included. */
  readonly length: number
  /** Any shard when left out. */
  readonly shard?: number
}

/** Far more than a shard of 64 needs: missing it this often has a chance of about 10⁻¹³. */
const attemptCountMax = shardCount * 30

/** `random` answers a whole number from 0 up to but without its argument. */
export function choosePan(context: IssuerContext, wish: PanWish, random: (below: number) => number): Sensitive<string> {
  const freeDigits = wish.length - wish.bin.length - 1
  assert(freeDigits >= 5, 'a number leaves the issuer at least five free digits')
  for (let attempt = 0; attempt < attemptCountMax; attempt++) {
    const body = wish.bin + Array.from({ length: freeDigits }, () => String(random(10))).join('')
    const pan = parsePan(body + luhnCheckDigit(body))
    assert(pan, 'BIN and length make a card number')
    if (wish.shard === undefined || cardKeyOf(context, pan).shard === wish.shard) return pan
  }
  throw new Error(`assertion failed: no number in shard ${wish.shard} after ${attemptCountMax} attempts`)
}
