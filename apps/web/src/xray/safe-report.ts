// The X-ray as text that may be sent to anybody: everything in it is masked already, and a last look hides any run of digits
// that could be a card number.

import type { XrayReport } from '@shua/contract'
import type { TextOf } from '../preferences/preferences.tsx'
import { amountText, durationText } from '../words/format.ts'
import { flattenFields } from './message-bytes.ts'

interface ReportWords {
  readonly t: TextOf
  readonly traceName: (name: string) => string
  readonly localized: (text: { en: string; zh?: string | undefined }) => string
}

const cardNumberLike = /(?<![\d-])\d{13,19}(?![\d-])/g

function paymentLines({ payment }: XrayReport, { t }: ReportWords): string[] {
  return [
    `# ${t('report.title')}`,
    '',
    `- ${t('column.kind')}: ${t(`kind.${payment.kind}`)}`,
    `- ${t('column.status')}: ${t(`status.${payment.status}`)} (${payment.responseCode ?? '–'})`,
    `- ${t('column.amount')}: ${payment.currency} ${amountText(payment.amountMinor, payment.currency)}`,
    `- ${t('column.card')}: ${payment.maskedPan}`,
    `- ${t('column.terminal')}: ${payment.terminalId} · ${payment.merchantName}`,
    `- ${t('fact.stan')}: ${payment.stan} · ${t('terminal.batch')} ${payment.batchNumber}`,
    `- ${t('fact.rrn')}: ${payment.rrn ?? '–'} · ${t('fact.approval')}: ${payment.approvalCode ?? '–'}`,
    `- ${t('column.time')}: ${payment.at}`,
    `- ID: ${payment.paymentId}`,
  ]
}

function hopLines({ hops }: XrayReport, { t, traceName }: ReportWords): string[] {
  return [
    '',
    `## ${t('xray.timeline')}`,
    '',
    ...hops.map((hop) => {
      const name =
        hop.kind === 'message' ? `${hop.message?.mti ?? hop.name} ${hop.direction ?? ''}` : traceName(hop.name)
      return `- ${durationText(hop.atUs)} · ${t(`lane.${hop.lane}`)} · ${name} · ${t(`outcome.${hop.outcome}`)}`
    }),
  ]
}

function messageLines({ hops }: XrayReport, { localized }: ReportWords): string[] {
  return hops.flatMap(({ message, lane, direction }) => {
    if (!message) return []
    const rows = flattenFields(message.fields).map(
      ({ field, depth }) => `${'  '.repeat(depth)}- ${field.path} ${localized(field.title)}: ${field.value}`,
    )
    return ['', `## ${message.mti} ${localized(message.mtiName)} (${lane} ${direction ?? ''})`, '', ...rows]
  })
}

function moneyLines({ ledger }: XrayReport, { t, traceName }: ReportWords): string[] {
  if (ledger.length === 0) return []
  return [
    '',
    `## ${t('ledger.title')}`,
    '',
    ...ledger.map(
      ({ kind, debitAccount, creditAccount, amountMinor, currency }) =>
        `- ${traceName(kind)}: ${t('ledger.debit')} ${debitAccount}, ${t('ledger.credit')} ${creditAccount}, ${currency} ${amountText(amountMinor, currency)}`,
    ),
  ]
}

export function safeReport(report: XrayReport, words: ReportWords): string {
  const ladder = report.ladder.map((step) => `- ${words.traceName(step.name)}: ${words.t(`ladder.${step.outcome}`)}`)
  return [
    ...paymentLines(report, words),
    ...(ladder.length > 0 ? ['', `## ${words.t('ladder.title')}`, '', ...ladder] : []),
    ...hopLines(report, words),
    ...messageLines(report, words),
    ...moneyLines(report, words),
    '',
  ]
    .join('\n')
    .replaceAll(cardNumberLike, (digits) => `${'*'.repeat(digits.length - 4)}${digits.slice(-4)}`)
}
