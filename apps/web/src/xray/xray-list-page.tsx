// X-ray without a payment: the newest payments to choose from.

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { paymentsQuery } from '../data/queries.ts'
import '../live/live.css'
import { PaymentFilterBar } from '../live/payment-filter-bar.tsx'
import { PaymentTable } from '../live/payment-table.tsx'
import { Empty, Failed, Loading } from '../parts/page-state.tsx'
import { useText } from '../preferences/preferences.tsx'
import type { PaymentFilters } from '../data/queries.ts'

export function XrayListPage() {
  const t = useText()
  const [filters, setFilters] = useState<PaymentFilters>({})
  return (
    <div className="live">
      <div className="page-head">
        <div>
          <h1>{t('xray.title')}</h1>
          <p>{t('xray.lead')}</p>
        </div>
      </div>
      <PaymentFilterBar filters={filters} terminals={[]} onChange={setFilters} />
      <Choices filters={filters} />
    </div>
  )
}

function Choices({ filters }: { filters: PaymentFilters }) {
  const t = useText()
  const { data, error, refetch } = useInfiniteQuery(paymentsQuery(filters))
  const payments = data?.pages[0]?.items
  if (payments && payments.length > 0) return <PaymentTable payments={payments} />
  return (
    <div className="sheet">
      {payments ? (
        <Empty
          title={t(filters.q ? 'live.noMatch' : 'live.empty')}
          text={t(filters.q ? 'live.noMatch.text' : 'live.empty.text')}
        >
          <Link to="/terminal" className="button is-primary">
            {t('steps.swipe.go')}
          </Link>
        </Empty>
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </div>
  )
}
