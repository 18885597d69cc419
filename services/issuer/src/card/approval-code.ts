// DE 38. Six digits that look random but never repeat for an account until all 999,999 were used: multiplying the account's
// sequence with a number that shares no factor with the modulus visits every code once. 000000 means "no code" on the wire
// and is left out.

import { assert } from '@shua/assert'

const codeCount = 999_999n
// 999,999 = 3³ · 7 · 11 · 13 · 37; none of them divides this.
const multiplier = 618_029n

export function approvalCode(accountId: string, sequence: bigint): string {
  assert(sequence >= 0n, 'an authorization sequence counts up from zero')
  // The tail of a UUID is its random part, so that accounts start at different codes.
  const start = BigInt(`0x${accountId.slice(-12)}`)
  return (((sequence * multiplier + start) % codeCount) + 1n).toString().padStart(6, '0')
}
