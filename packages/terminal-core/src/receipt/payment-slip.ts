// The sales slip of one transaction, content and order as terminal-protocol §4.5. The expiry date is printed masked: nobody
// but the issuer may keep it, and a slip is kept.

import { formatAmount } from '@shua/money'
import { describeResponseCode, parseEntryMode, transactionTypes, type EntryMethod } from '@shua/scheme'
import type { SlipCopy } from '../driver/printer.ts'
import type { BatchRecord } from '../state/batch-record.ts'
import { blank, center, joinMarkup, large, left, row, rule, strong } from './markup.ts'
import type { SlipContent, SlipContext } from './slip-context.ts'
import { slipText } from './slip-text.ts'

/** The letter behind the masked card number. */
const entryLetters: Record<EntryMethod, string> = {
  unknown: 'M',
  manual: 'M',
  stripe: 'S',
  code: 'C',
  chip: 'I',
  contactless: 'C',
}

const copyLines: Record<Exclude<SlipCopy, 'report'>, string> = {
  merchant: slipText.merchantCopy,
  cardholder: slipText.cardholderCopy,
  bank: slipText.bankCopy,
}

export interface PaymentSlipOptions {
  readonly record: BatchRecord
  readonly context: SlipContext
  readonly copy: Exclude<SlipCopy, 'report'>
  readonly reprint: boolean
}

export function cardLine(record: { panMasked: string; entryMode: string }): string {
  const mode = parseEntryMode(record.entryMode)
  return `${record.panMasked} /${entryLetters[mode?.method ?? 'unknown']}`
}

function optionalRow(label: string, value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : row(label, value)
}

function remarkLines(record: BatchRecord): (string | undefined)[] {
  const { original } = record
  if (original === undefined) return []
  return [
    left(slipText.remark),
    optionalRow(slipText.originalVoucher, original.stan),
    optionalRow(slipText.originalBatch, original.batchNumber),
    optionalRow(slipText.originalApproval, original.approvalCode),
    optionalRow(slipText.originalReference, original.rrn),
    optionalRow(slipText.originalDate, original.date && `${original.date.slice(0, 2)}/${original.date.slice(2)}`),
  ]
}

function signatureLines(): string[] {
  return [
    left(slipText.signature),
    blank,
    blank,
    rule,
    left(slipText.acknowledgement),
    left(slipText.acknowledgementEnglish),
  ]
}

export function formatSlipDateTime(date: string, time: string): string {
  return `${date.replaceAll('-', '/')} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`
}

export function paymentSlip(options: PaymentSlipOptions): SlipContent {
  const { record, context, copy, reprint } = options
  const type = transactionTypes[record.kind]
  const confirm = describeResponseCode(record.responseCode).class === 'approvedConfirm'
  const sign = type.settles === 'credit' && record.kind !== 'refund' ? '-' : ''
  const amount = `RMB ${sign}${formatAmount({ minorUnits: record.amountMinor, currency: record.currency })}`
  const markup = joinMarkup([
    large(slipText.salesSlip),
    center(slipText.salesSlipEnglish),
    context.testMode ? strong(slipText.test) : undefined,
    center(copyLines[copy]),
    rule,
    row(slipText.merchantName, context.merchantName),
    row(slipText.merchantId, context.merchantId),
    row(slipText.terminalId, context.terminalId),
    row(slipText.operator, record.operator),
    optionalRow(slipText.issuer, [record.issuerId, record.organisation].filter(Boolean).join(' ')),
    optionalRow(slipText.acquirer, record.acquirerId),
    row(slipText.card, cardLine(record)),
    row(slipText.kind, `${type.name.zh} ${type.name.en}`),
    copy === 'merchant' ? row(slipText.expiry, '**/**') : undefined,
    row(slipText.batch, record.batchNumber),
    row(slipText.voucher, record.stan),
    optionalRow(slipText.approval, record.approvalCode),
    optionalRow(slipText.reference, record.rrn),
    row(slipText.dateTime, formatSlipDateTime(record.date, record.time)),
    rule,
    left(slipText.amount),
    large(amount),
    rule,
    ...remarkLines(record),
    confirm ? strong(slipText.confirmWithIssuer) : undefined,
    ...(copy === 'merchant' ? signatureLines() : []),
    reprint ? strong(slipText.reprint) : undefined,
    blank,
    '=',
  ])
  return { title: `${type.name.zh} ${type.name.en}`, markup }
}
