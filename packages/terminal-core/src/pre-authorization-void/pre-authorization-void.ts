// 预授权撤销: releases a hold, named by its approval code and date, in full. The supervisor agrees (terminal-protocol §4.4).

import type { Sensitive } from '@shua/card-data'
import type { Money } from '@shua/money'
import type { CardEntry } from '../card/card-entry.ts'
import { refused, type PaymentOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { agreedBySupervisor } from '../operators/supervisor.ts'
import { runPayment } from '../payment/run-payment.ts'

/** What a completion or void of an authorization is asked with. */
export interface AuthorizationReferenceOptions {
  readonly operator: string
  readonly amount: Money
  readonly card: CardEntry
  readonly pin?: Sensitive<string> | undefined
  readonly approvalCode: string
  /** MMDD of the authorization. */
  readonly date: string
}

export interface PreAuthorizationVoidOptions extends AuthorizationReferenceOptions {
  readonly supervisor: Sensitive<string> | undefined
}

export function authorizationReference(options: { approvalCode: string; date: string }) {
  return {
    batchNumber: undefined,
    stan: undefined,
    date: options.date,
    rrn: undefined,
    approvalCode: options.approvalCode.padEnd(6),
  }
}

export async function preAuthorizationVoid(
  context: TerminalContext,
  options: PreAuthorizationVoidOptions,
): Promise<PaymentOutcome> {
  const wrong = await agreedBySupervisor(context, options.supervisor)
  if (wrong !== undefined) return refused(wrong)
  const { operator, amount, card, pin } = options
  const original = authorizationReference(options)
  return await runPayment(context, { kind: 'preAuthorizationVoid', operator, amount, card, pin, original })
}
