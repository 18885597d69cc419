// The flows by kind; a new kind does not compile until it stands here.

import type { TransactionKind } from '@shua/scheme'
import { balanceInquiry } from '../balance-inquiry/balance-inquiry.ts'
import { completion } from '../completion/completion.ts'
import { completionVoid } from '../completion/completion-void.ts'
import { preAuthorization } from '../pre-authorization/pre-authorization.ts'
import { preAuthorizationVoid } from '../pre-authorization/pre-authorization-void.ts'
import { purchase } from '../purchase/purchase.ts'
import { refund } from '../refund/refund.ts'
import { voidPurchase } from '../void/void.ts'
import type { PaymentFlow } from './payment-flow.ts'

export const flows: Record<TransactionKind, PaymentFlow> = {
  balanceInquiry,
  purchase,
  void: voidPurchase,
  refund,
  preAuthorization,
  preAuthorizationVoid,
  completion,
  completionAdvice: completion,
  completionVoid,
}
