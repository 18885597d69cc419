// The terminal as a library: one method per thing an operator can do. Calls are taken one after the other; what a transaction
// leaves to do (reversal, stored advice, what the host asked for) follows it before the next one.

import type { Sensitive } from '@shua/card-data'
import type { TransactionKind } from '@shua/scheme'
import { balanceInquiry, type BalanceInquiryOptions } from '../balance-inquiry/balance-inquiry.ts'
import { completionAdvice } from '../completion-advice/completion-advice.ts'
import { completionVoid, voidableCompletions } from '../completion-void/completion-void.ts'
import { completion } from '../completion/completion.ts'
import type { HostLink } from '../driver/host-link.ts'
import { echo } from '../echo/echo.ts'
import {
  changePassword,
  createFirstOperators,
  logIn,
  removeOperator,
  saveOperator,
  type LogInOutcome,
} from '../operators/operators.ts'
import { agreedBySupervisor } from '../operators/supervisor.ts'
import { parameterDownload } from '../parameter-download/parameter-download.ts'
import {
  preAuthorizationVoid,
  type AuthorizationReferenceOptions,
  type PreAuthorizationVoidOptions,
} from '../pre-authorization-void/pre-authorization-void.ts'
import { preAuthorization } from '../pre-authorization/pre-authorization.ts'
import { purchase, manualEntryAllowed, type PurchaseOptions } from '../purchase/purchase.ts'
import { refund, type RefundOptions } from '../refund/refund.ts'
import {
  printShiftTotals,
  printTransactionList,
  printUnprinted,
  reprint,
  reprintSettlement,
  type PrintOutcome,
} from '../reprint/reprint.ts'
import { resolveReversal } from '../reversal/reversal.ts'
import { abandonBatch } from '../settlement/abandon-batch.ts'
import { settle } from '../settlement/settlement.ts'
import { signOff } from '../sign-off/sign-off.ts'
import { signOn } from '../sign-on/sign-on.ts'
import type { TerminalState } from '../state/terminal-state.ts'
import { stopListDownload } from '../stop-list-download/stop-list-download.ts'
import type { BatchRecord } from '../state/batch-record.ts'
import { findVoidable, voidPurchase, type VoidOptions } from '../void/void.ts'
import {
  refused,
  type ManagementOutcome,
  type PaymentOutcome,
  type Refused,
  type RefusalReason,
  type ReversalOutcome,
  type SettlementOutcome,
} from './outcome.ts'
import type { TerminalConfiguration } from './terminal-configuration.ts'
import type { TerminalContext } from './terminal-context.ts'
import { afterTransaction, finishOpenWork, retryWaiting } from './unfinished-work.ts'

type DoneOrRefused = { readonly kind: 'done' } | Refused

export class Terminal {
  readonly #context: TerminalContext
  readonly #listeners: Set<() => void>
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  /** Made by createTerminal. */
  constructor(context: TerminalContext, listeners: Set<() => void>) {
    this.#context = context
    this.#listeners = listeners
  }

  get state(): TerminalState {
    return this.#context.state
  }

  get configuration(): TerminalConfiguration {
    return this.#context.configuration
  }

  get merchantName(): string {
    return this.#context.merchantName()
  }

  get link(): HostLink['state'] {
    return this.#context.drivers.link.state
  }

  get manualEntryAllowed(): boolean {
    return manualEntryAllowed(this.#context)
  }

  /** Calls back after each change of the state; the answer stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends what the last run left open. Call it once after createTerminal, and again when there is time (`operator` signs on). */
  start(operator = '01'): Promise<void> {
    return this.#exclusive(async () => {
      await createFirstOperators(this.#context)
      await finishOpenWork(this.#context, operator)
    })
  }

  /** Resolves when nothing is under way any more, follow-up work included. */
  async whenIdle(): Promise<void> {
    let seen: unknown
    do {
      seen = this.#queue
      await seen
    } while (seen !== this.#queue)
  }

  /** Finishes what is under way and lets the journal go. */
  async close(): Promise<void> {
    this.#closed = true
    await this.whenIdle()
    await this.#context.drivers.journal.close()
  }

  signOn(operator: string): Promise<ManagementOutcome> {
    return this.#followed(operator, () => signOn(this.#context, operator))
  }

  signOff(operator: string): Promise<ManagementOutcome> {
    return this.#exclusive(() => signOff(this.#context, operator))
  }

  echo(): Promise<ManagementOutcome> {
    return this.#exclusive(() => echo(this.#context))
  }

  downloadParameters(): Promise<ManagementOutcome> {
    return this.#exclusive(() => parameterDownload(this.#context))
  }

  downloadStopList(): Promise<ManagementOutcome> {
    return this.#exclusive(() => stopListDownload(this.#context))
  }

  purchase(options: PurchaseOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => purchase(this.#context, options))
  }

  balanceInquiry(options: BalanceInquiryOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => balanceInquiry(this.#context, options))
  }

  void(options: VoidOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => voidPurchase(this.#context, options))
  }

  refund(options: RefundOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => refund(this.#context, options))
  }

  preAuthorization(options: PurchaseOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => preAuthorization(this.#context, options))
  }

  preAuthorizationVoid(options: PreAuthorizationVoidOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => preAuthorizationVoid(this.#context, options))
  }

  completion(options: AuthorizationReferenceOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => completion(this.#context, options))
  }

  completionAdvice(options: AuthorizationReferenceOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => completionAdvice(this.#context, options))
  }

  completionVoid(options: VoidOptions): Promise<PaymentOutcome> {
    return this.#followed(options.operator, () => completionVoid(this.#context, options))
  }

  settle(operator: string): Promise<SettlementOutcome> {
    return this.#followed(operator, () => settle(this.#context, operator))
  }

  /** Sends the pending reversal once. */
  resolveReversal(): Promise<ReversalOutcome> {
    return this.#exclusive(() => resolveReversal(this.#context))
  }

  /** Tries again what waits for an answer: the reversal and the oldest stored advice. For idle moments. */
  retryWaiting(): Promise<void> {
    return this.#exclusive(() => retryWaiting(this.#context))
  }

  /** The record a void would take back, or why there is none. */
  findVoidable(stan: string, kind: 'void' | 'completionVoid'): BatchRecord | RefusalReason {
    const kinds: readonly TransactionKind[] = kind === 'void' ? ['purchase'] : voidableCompletions
    return findVoidable(this.#context, stan, kinds)
  }

  reprint(stan?: string): Promise<PrintOutcome> {
    return this.#exclusive(() => reprint(this.#context, stan))
  }

  reprintSettlement(): Promise<PrintOutcome> {
    return this.#exclusive(() => reprintSettlement(this.#context))
  }

  printTransactionList(): Promise<PrintOutcome> {
    return this.#exclusive(() => printTransactionList(this.#context))
  }

  printShiftTotals(operator: string): Promise<PrintOutcome> {
    return this.#exclusive(() => printShiftTotals(this.#context, operator))
  }

  /** After new paper was put in. */
  printUnprinted(): Promise<void> {
    return this.#exclusive(() => printUnprinted(this.#context))
  }

  logIn(number: string, password: Sensitive<string>): Promise<LogInOutcome> {
    return this.#exclusive(() => logIn(this.#context, number, password))
  }

  changePassword(number: string, password: Sensitive<string>): Promise<DoneOrRefused> {
    return this.#exclusive(() => changePassword(this.#context, number, password))
  }

  saveOperator(number: string, password: Sensitive<string>): Promise<DoneOrRefused> {
    return this.#exclusive(() => saveOperator(this.#context, number, password))
  }

  removeOperator(number: string): Promise<DoneOrRefused> {
    return this.#exclusive(() => removeOperator(this.#context, number))
  }

  /** Undefined when the password is the supervisor's. */
  checkSupervisor(password: Sensitive<string>): Promise<RefusalReason | undefined> {
    return this.#exclusive(() => agreedBySupervisor(this.#context, password))
  }

  chooseLanguage(language: 'zh' | 'en'): Promise<void> {
    return this.#exclusive(() => this.#context.append({ type: 'languageChosen', language }))
  }

  /** Clears a batch that the host will never settle; the supervisor answers for it. */
  abandonBatch(supervisor: Sensitive<string>): Promise<DoneOrRefused> {
    return this.#exclusive(() => abandonBatch(this.#context, supervisor))
  }

  /** The supervisor has dealt with a case; it leaves the list. */
  closeCase(caseId: string, supervisor: Sensitive<string>): Promise<DoneOrRefused> {
    return this.#exclusive(async () => {
      const wrong = await agreedBySupervisor(this.#context, supervisor)
      if (wrong !== undefined) return refused(wrong)
      if (!this.state.cases.some(({ id }) => id === caseId)) return refused('notFound')
      await this.#context.append({ type: 'caseClosed', caseId })
      return { kind: 'done' }
    })
  }

  /** Takes the reversal of a case up again and sends it once. */
  retryCase(caseId: string): Promise<ReversalOutcome | Refused> {
    return this.#exclusive(async () => {
      const known = this.state.cases.some(({ id, reversal }) => id === caseId && reversal !== undefined)
      if (!known) return refused('notFound')
      if (this.state.pendingReversal !== undefined) return refused('reversalPending')
      await this.#context.append({ type: 'reversalResumed', caseId })
      return await resolveReversal(this.#context)
    })
  }

  /** What the work leaves to do is queued at once, so that it comes before whatever is asked next. */
  #followed<T extends { readonly kind: string }>(operator: string, work: () => Promise<T>): Promise<T> {
    const outcome = this.#exclusive(work)
    this.#enqueue(async () => {
      const { kind } = await outcome
      if (kind !== 'refused' && !this.#closed) await afterTransaction(this.#context, operator)
    })
    return outcome
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  /** Follow-up work has nobody to tell of a fault; it is tried again with the next transaction or start. */
  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch(() => undefined)
  }
}
