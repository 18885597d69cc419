// The record of an approved payment, from the request and the host's answer.

import { dateOfMonthDay, localTime } from '@shua/scheme'
import type { AnswerFields } from '../engine/exchange.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import type { BatchRecord } from '../state/batch-record.ts'
import type { BuiltPayment } from './build-payment.ts'

const dayMs = 86_400_000

/** DE 13 has no year: the terminal's own. The host's clock may be a little ahead, so tomorrow is no surprise. */
function fullDate(monthDay: string | undefined, now: Date): string {
  const today = localTime(now).isoDate
  if (monthDay === undefined || !/^\d{4}$/.test(monthDay)) return today
  return dateOfMonthDay(monthDay, localTime(new Date(now.getTime() + dayMs)).isoDate) ?? today
}

export function batchRecordOf(
  context: TerminalContext,
  built: BuiltPayment,
  answer: AnswerFields,
  amountMinor: bigint,
): BatchRecord | undefined {
  const { draft } = built
  if (draft.amount === undefined) return undefined
  const now = context.now()
  return {
    kind: draft.kind,
    stan: built.stan,
    batchNumber: built.batchNumber,
    amountMinor,
    currency: draft.amount.currency,
    entryMode: built.entryMode,
    panMasked: built.panMasked,
    panSealed: built.panSealed,
    rrn: answer.rrn,
    approvalCode: answer.approvalCode,
    responseCode: answer.responseCode ?? '00',
    date: fullDate(answer.date, now),
    time: answer.time ?? localTime(now).time,
    issuerId: answer.issuerId,
    acquirerId: answer.acquirerId,
    organisation: answer.organisation,
    operator: draft.operator,
    original: draft.original,
    status: 'approved',
    printed: false,
    uploaded: false,
  }
}
