// Payments as a table, and as cards where there is no room for one. The whole row opens the X-ray.

import type { PaymentRow } from '@shua/contract'
import { Link } from '@tanstack/react-router'
import { useLive } from '../data/live-connection.tsx'
import { useResponseCode } from '../data/queries.ts'
import { PaymentAmount } from '../parts/amount.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { useLocalized, usePreferences, useText } from '../preferences/preferences.tsx'
import { dateTimeText, durationText, isToday, timeText } from '../words/format.ts'

export function PaymentTable({ payments }: { payments: readonly PaymentRow[] }) {
  const t = useText()
  const { freshIds } = useLive()
  return (
    <div className="sheet payments-sheet">
      <table className="payments">
        <caption className="unseen">{t('live.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.time')}</th>
            <th scope="col">{t('column.kind')}</th>
            <th scope="col" className="is-figure">
              {t('column.amount')}
            </th>
            <th scope="col">{t('column.status')}</th>
            <th scope="col">{t('column.card')}</th>
            <th scope="col">{t('column.terminal')}</th>
            <th scope="col">{t('column.trace')}</th>
            <th scope="col" className="is-figure">
              {t('column.duration')}
            </th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment) => (
            <PaymentTableRow key={payment.paymentId} payment={payment} fresh={freshIds.has(payment.paymentId)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PaymentTableRow({ payment, fresh }: { payment: PaymentRow; fresh: boolean }) {
  const t = useText()
  const { language } = usePreferences()
  const { paymentId, at, kind, status, maskedPan, terminalId, merchantName, stan } = payment
  return (
    <tr className={fresh ? 'is-fresh' : undefined}>
      <td className="cell-time">
        <Link to="/xray/$paymentId" params={{ paymentId }} className="row-link">
          <time dateTime={at}>{isToday(at, new Date()) ? timeText(at, language) : dateTimeText(at, language)}</time>
        </Link>
      </td>
      <td className="cell-kind">{t(`kind.${kind}`)}</td>
      <td className="cell-amount is-figure">
        <PaymentAmount payment={payment} />
      </td>
      <td className="cell-status">
        <StatusMark status={status} />
        <Reason payment={payment} />
      </td>
      <td className="cell-card mono">{maskedPan.replaceAll('*', '•')}</td>
      <td className="cell-terminal">
        <span>{merchantName}</span> <span className="mono quiet">{terminalId}</span>
      </td>
      <td className="cell-trace mono">{stan}</td>
      <td className="cell-duration is-figure quiet">
        {payment.durationUs === null ? '–' : durationText(payment.durationUs)}
      </td>
    </tr>
  )
}

/** Why it was not approved, in words and as the code. */
function Reason({ payment }: { payment: PaymentRow }) {
  const localized = useLocalized()
  const response = useResponseCode(payment.responseCode)
  if (payment.responseCode === null || payment.responseCode === '00') return null
  return (
    <span className="reason quiet">
      <span className="mono">{payment.responseCode}</span> {response ? localized(response.meaning) : ''}
    </span>
  )
}
