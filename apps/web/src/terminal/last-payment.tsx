// After a payment: what became of it, and its X-ray. The terminal knows the reference number; the payment is found by it. The
// place is kept before there is one, so that nothing moves when it comes.

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { paymentsQuery } from '../data/queries.ts'
import { PaymentAmount } from '../parts/amount.tsx'
import { Icon } from '../parts/icon.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { useText } from '../preferences/preferences.tsx'

export function LastPayment({ rrn }: { rrn: string | null }) {
  const t = useText()
  const { data } = useInfiniteQuery({ ...paymentsQuery({ q: rrn ?? '' }), enabled: rrn !== null })
  const payment = data?.pages[0]?.items.find((row) => row.rrn === rrn)
  if (!payment) return <p className="last-payment is-empty">{t('terminal.noLast')}</p>
  return (
    <div className="last-payment sheet" role="status">
      <div>
        <span className="quiet">{t(`kind.${payment.kind}`)}</span>
        <PaymentAmount payment={payment} />
        <StatusMark status={payment.status} />
      </div>
      <Link to="/xray/$paymentId" params={{ paymentId: payment.paymentId }} className="button">
        <Icon name="xray" />
        {t('terminal.xray')}
      </Link>
    </div>
  )
}
