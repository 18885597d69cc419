// An amount: figures in full ink, the currency small before them.

import { amountText, currencySymbol } from '../words/format.ts'

export function Amount({ minor, currency, struck = false }: { minor: string; currency: string; struck?: boolean }) {
  const Figure = struck ? 's' : 'span'
  return (
    <span className="amount">
      <span className="amount-currency">{currencySymbol(currency)}</span>
      <Figure className="amount-figure">{amountText(minor, currency)}</Figure>
    </span>
  )
}
