// Payments that belong together: the original, its void, refunds and reversal.

import type { PaymentRow } from '@shua/contract'
import { Link } from '@tanstack/react-router'
import { PaymentAmount } from '../parts/amount.tsx'
import { Icon } from '../parts/icon.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { dateTimeText } from '../words/format.ts'

export function Related({ payment, related }: { payment: PaymentRow; related: readonly PaymentRow[] }) {
  const t = useText()
  const { language } = usePreferences()
  if (related.length === 0) return null
  return (
    <section className="panel sheet" aria-labelledby="related">
      <h2 id="related">{t('related.title')}</h2>
      <ul className="related">
        {related.map((row) => {
          const words = (
            <>
              <span>
                <strong>{t(`kind.${row.kind}`)}</strong>
                <time className="quiet" dateTime={row.at}>
                  {dateTimeText(row.at, language)}
                </time>
              </span>
              <PaymentAmount payment={row} />
              <StatusMark status={row.status} />
            </>
          )
          // A reversal is seen inside the payment it undid; it has no page of its own.
          return (
            <li key={`${row.paymentId}${row.kind}`}>
              {row.paymentId === payment.paymentId ? (
                <span className="related-row">{words}</span>
              ) : (
                <Link to="/xray/$paymentId" params={{ paymentId: row.paymentId }} className="related-row">
                  {words}
                  <Icon name="open" />
                </Link>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
