// What undoes each kind of payment that can be reversed. The payment becomes `reversed`, whatever it had changed about
// earlier payments is put back, and its entries are met by entries the other way.

import { assert } from '@shua/assert'
import { payBack, payMerchantInFull } from '../account/payment-movements.ts'
import { restoreHold } from '../account/restore-hold.ts'
import { approvedLike, change, declined, type Decision, type Effects } from '../authorization/decision.ts'
import { availableMinor, type Authorization, type Facts } from '../authorization/facts.ts'
import { respend, unspend } from '../card/day-spending.ts'

export function undo(facts: Facts, original: Authorization): Decision {
  const parent = facts.chain[1]
  switch (original.kind) {
    case 'purchase':
      return approvedLike(original, undoPurchase(facts, original))
    case 'preAuthorization':
      return approvedLike(original, undoPreAuthorization(facts, original))
    case 'void':
      assert(parent, 'a void has its purchase')
      return approvedLike(original, undoVoid(facts, original, parent))
    case 'preAuthorizationVoid':
      assert(parent, 'the void of a pre-authorization has its pre-authorization')
      return approvedLike(original, undoPreAuthorizationVoid(facts, original, parent))
    case 'completion':
      assert(parent, 'a completion has its pre-authorization')
      return approvedLike(original, undoCompletion(facts, original, parent))
    case 'completionVoid':
      assert(parent, 'the void of a completion has its completion')
      return undoCompletionVoid(facts, original, parent)
    case 'balanceInquiry':
    case 'refund':
    case 'completionAdvice':
    case 'reversal':
    case 'unknown':
      return declined('issuerRefusesOriginal')
    default:
      return original.kind satisfies never
  }
}

function undoPurchase({ account, card }: Facts, purchase: Authorization): Effects {
  const { merchantId, amountMinor: minor } = purchase
  return {
    movements: [payBack({ account, merchantId, minor, kind: 'reversal' })],
    changes: [change(purchase, { state: 'reversed' })],
    spent: unspend(card, purchase),
  }
}

function undoPreAuthorization({ card }: Facts, preAuthorization: Authorization): Effects {
  return {
    changes: [change(preAuthorization, { state: 'reversed', holdMinor: 0n })],
    spent: unspend(card, preAuthorization),
  }
}

function undoVoid({ account, card }: Facts, voided: Authorization, purchase: Authorization): Effects {
  const { merchantId, amountMinor: minor } = voided
  return {
    ...payMerchantInFull({ account, merchantId, minor, kind: 'reversal' }, availableMinor(account)),
    changes: [change(voided, { state: 'reversed' }), change(purchase, { state: 'approved' })],
    spent: respend(card, purchase),
  }
}

function undoPreAuthorizationVoid(facts: Facts, voided: Authorization, preAuthorization: Authorization): Effects {
  const { releasedMinor } = voided
  const at = facts.request.at
  const hold = restoreHold({ preAuthorization, releasedMinor, availableMinor: availableMinor(facts.account), at })
  return {
    changes: [change(voided, { state: 'reversed' }), hold.change],
    spent: respend(facts.card, preAuthorization),
    case: hold.case,
  }
}

function undoCompletion(
  { request, account }: Facts,
  completion: Authorization,
  preAuthorization: Authorization,
): Effects {
  const { merchantId, amountMinor: minor, releasedMinor } = completion
  const available = availableMinor(account) + minor
  const hold = restoreHold({ preAuthorization, releasedMinor, availableMinor: available, at: request.at })
  return {
    movements: [payBack({ account, merchantId, minor, kind: 'reversal' })],
    changes: [change(completion, { state: 'reversed' }), hold.change],
    case: hold.case,
  }
}

/**
 * The completion stands again: the hold that its void had restored is released and the cardholder pays. When the
 * pre-authorization was completed anew or voided meanwhile, both completions together could exceed what was authorized, so
 * a person has to look at it.
 */
function undoCompletionVoid(facts: Facts, voided: Authorization, completion: Authorization): Decision {
  const { account, chain } = facts
  const preAuthorization = chain[2]
  assert(preAuthorization, 'a completion has its pre-authorization')
  const { merchantId, amountMinor: minor } = voided
  if (preAuthorization.state !== 'approved' && preAuthorization.state !== 'expired') {
    return { ...declined('reversalRefused'), case: { kind: 'reversalRefused', amountMinor: minor } }
  }
  const available = availableMinor(account) + preAuthorization.holdMinor
  return approvedLike(voided, {
    ...payMerchantInFull({ account, merchantId, minor, kind: 'reversal' }, available),
    changes: [
      change(voided, { state: 'reversed' }),
      change(completion, { state: 'approved' }),
      change(preAuthorization, { state: 'completed', holdMinor: 0n, completedMinor: minor }),
    ],
  })
}
