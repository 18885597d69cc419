// An amount: figures in full ink, the currency small before them.

import type { PaymentRow } from '@shua/contract'
import { amountText, currencySymbol } from '../words/format.ts'

interface AmountProps {
  readonly minor: string
  readonly currency: string
  /** It did not take effect, or no longer has one. */
  readonly struck?: boolean
}

export function Amount({ minor, currency, struck = false }: AmountProps) {
  const Figure = struck ? 's' : 'span'
  return (
    <span className="amount">
      <span className="amount-currency">{currencySymbol(currency)}</span>
      <Figure className="amount-figure">{amountText(minor, currency).replace('-', '−')}</Figure>
    </span>
  )
}

const nothingMoved = new Set<PaymentRow['status']>(['declined', 'reversed', 'voided'])
const paidBack = new Set<PaymentRow['kind']>(['void', 'refund', 'completionVoid', 'reversal'])

/** The amount of a payment: negative when money went back to the cardholder, struck when none moved in the end. */
export function PaymentAmount({ payment }: { payment: PaymentRow }) {
  const { kind, status, amountMinor, currency } = payment
  if (kind === 'balanceInquiry') return <span className="amount">–</span>
  const minor = paidBack.has(kind) && amountMinor !== '0' ? `-${amountMinor}` : amountMinor
  return <Amount minor={minor} currency={currency} struck={nothingMoved.has(status)} />
}
