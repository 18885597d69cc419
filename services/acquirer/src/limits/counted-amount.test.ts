import type { TransactionKind } from '@shua/scheme'
import { describe, expect, it } from 'vitest'
import { countedAmount } from './counted-amount.ts'

describe('what a payment counts', () => {
  it.each<[TransactionKind, bigint, bigint | undefined, bigint]>([
    ['purchase', 1_000n, undefined, 1_000n],
    ['preAuthorization', 1_000n, undefined, 1_000n],
    ['completion', 1_150n, 1_000n, 150n],
    ['completion', 1_000n, 1_000n, 0n],
    ['completion', 400n, 1_000n, 0n],
    ['completionAdvice', 1_001n, 1_000n, 1n],
    ['void', 1_000n, 1_000n, 0n],
    ['refund', 1_000n, 1_000n, 0n],
    ['preAuthorizationVoid', 1_000n, 1_000n, 0n],
    ['completionVoid', 1_150n, 1_150n, 0n],
    ['balanceInquiry', 0n, undefined, 0n],
  ])('%s of %s on an original of %s: %s', (kind, amountMinor, originalMinor, counted) => {
    const original = originalMinor === undefined ? undefined : { amountMinor: originalMinor }
    expect(countedAmount(kind, amountMinor, original)).toBe(counted)
  })
})
