// 消费撤销: takes back a purchase of this terminal's open batch, in full and once; the supervisor agrees (terminal-protocol §4.4).

import type { Sensitive } from '@shua/card-data'
import type { TransactionKind } from '@shua/scheme'
import { readCardEntry, samePan, type CardEntry } from '../card/card-entry.ts'
import { refused, type PaymentOutcome, type RefusalReason } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { agreedBySupervisor } from '../operators/supervisor.ts'
import { runPayment } from '../payment/run-payment.ts'
import type { BatchRecord } from '../state/batch-record.ts'

export interface VoidOptions {
  readonly operator: string
  /** Trace (voucher) number of the original. */
  readonly stan: string
  /** Needed when the profile says so; otherwise the sealed number of the original is used. */
  readonly card: CardEntry | undefined
  readonly pin?: Sensitive<string> | undefined
  readonly supervisor: Sensitive<string> | undefined
}

/** Kinds whose void is `void`; a completion has its own. */
const voidableKinds: readonly TransactionKind[] = ['purchase']

export async function voidPurchase(context: TerminalContext, options: VoidOptions): Promise<PaymentOutcome> {
  return await runVoid(context, { ...options, kind: 'void', voidableKinds })
}

export async function runVoid(
  context: TerminalContext,
  options: VoidOptions & { kind: 'void' | 'completionVoid'; voidableKinds: readonly TransactionKind[] },
): Promise<PaymentOutcome> {
  const original = findVoidable(context, options.stan, options.voidableKinds)
  if (typeof original === 'string') return refused(original)
  const wrong = await agreedBySupervisor(context, options.supervisor)
  if (wrong !== undefined) return refused(wrong)
  const originalPan = context.openPan(original.panSealed, original.stan)
  const card = options.card ?? cardFromJournal(context, originalPan)
  if (card === undefined) return refused('cardNeeded')
  const read = readCardEntry(card)
  if (read === undefined) return refused('cardUnreadable')
  if (!samePan(read.pan, originalPan)) return refused('cardDiffers')
  return await runPayment(context, {
    kind: options.kind,
    operator: options.operator,
    amount: { minorUnits: original.amountMinor, currency: original.currency },
    card,
    pin: options.pin,
    original: {
      batchNumber: original.batchNumber,
      stan: original.stan,
      date: original.date.slice(5, 7) + original.date.slice(8, 10),
      rrn: original.rrn,
      approvalCode: original.approvalCode,
    },
  })
}

/** The record to void, or why there is none; the display asks this before it asks for the card. */
export function findVoidable(
  context: TerminalContext,
  stan: string,
  kinds: readonly TransactionKind[],
): BatchRecord | RefusalReason {
  const record = context.state.records.find((candidate) => candidate.stan === stan.padStart(6, '0'))
  if (record === undefined) return 'originalNotInBatch'
  if (!kinds.includes(record.kind)) return 'originalNotVoidable'
  return record.status === 'voided' ? 'originalVoided' : record
}

function cardFromJournal(context: TerminalContext, pan: Sensitive<string>): CardEntry | undefined {
  if (context.configuration.profile.voidNeedsCard) return undefined
  return { method: 'stored', pan }
}
