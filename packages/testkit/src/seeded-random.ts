// Randomness for tests that can be repeated: the same seed gives the same run, so a failing one is replayed by its seed.
// sfc32 (Small Fast Counter, 128 bits of state) by Chris Doty-Humphrey, from its published description.

import { assert } from '@shua/assert'

export interface SeededRandom {
  readonly seed: number
  /** At least 0 and below 1. */
  next(): number
  /** A whole number, at least 0 and below `limit`. */
  integer(limit: number): number
  pick<T>(choices: readonly T[]): T
  bytes(size: number): Buffer
}

const uint32Count = 2 ** 32
/** Rounds after which seeds that differ in one bit have nothing visible in common. */
const warmUpRounds = 20

export function seededRandom(seed: number): SeededRandom {
  assert(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a whole number')
  let a = seed >>> 0
  let b = Math.floor(seed / uint32Count) >>> 0
  let c = 0x9e3779b9
  let counter = 1

  const uint32 = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let round = 0; round < warmUpRounds; round++) uint32()

  const integer = (limit: number): number => {
    assert(Number.isInteger(limit) && limit > 0 && limit <= uint32Count, 'a limit is between 1 and 2^32')
    // Numbers above the largest multiple of the limit would make the small results more likely.
    const usable = uint32Count - (uint32Count % limit)
    for (;;) {
      const value = uint32()
      if (value < usable) return value % limit
    }
  }
  return {
    seed,
    next: () => uint32() / uint32Count,
    integer,
    pick: (choices) => {
      assert(choices.length > 0, 'there is something to pick from')
      return choices[integer(choices.length)] as (typeof choices)[number]
    },
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => integer(256))),
  }
}
