// The answer to a payment that was decided before. It never acts again: an approval that still stands is told again with its
// code; what was reversed, or barred by a reversal that came first, is refused.

import { assert } from '@shua/assert'
import type { PaymentAnswer } from '@shua/scheme'
import type { Authorization } from './facts.ts'

export function repeatedAnswer(issuerId: string, first: Authorization): PaymentAnswer {
  switch (first.state) {
    case 'declined':
      assert(first.reason !== null, 'a decline has a reason')
      return { outcome: 'declined', reason: first.reason }
    case 'reversed':
    case 'barred':
      return { outcome: 'declined', reason: 'issuerRefusesOriginal' }
    case 'approved':
    case 'voided':
    case 'completed':
    case 'expired':
      assert(first.approvalCode !== null, 'an approval has a code')
      return { outcome: 'approved', approvalCode: first.approvalCode, issuerId, balance: undefined }
    default:
      return first.state satisfies never
  }
}
