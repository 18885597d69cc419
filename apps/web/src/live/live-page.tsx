// The live page: every payment of the network as it happens, newest on top.

import type { PaymentPage } from '@shua/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { overviewQuery, paymentsQuery, type PaymentFilters } from '../data/queries.ts'
import { Today } from '../overview/today.tsx'
import '../overview/overview.css'
import { Empty, Failed, Loading } from '../parts/page-state.tsx'
import { useText } from '../preferences/preferences.tsx'
import './live.css'
import { PaymentFilterBar } from './payment-filter-bar.tsx'
import { PaymentTable } from './payment-table.tsx'

const route = getRouteApi('/live')

export function LivePage() {
  const t = useText()
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const overview = useQuery(overviewQuery)
  return (
    <div className="live">
      <div className="page-head">
        <div>
          <h1>{t('live.title')}</h1>
          <p>{t('live.lead')}</p>
        </div>
      </div>
      {overview.data && <Today today={overview.data.today} />}
      <PaymentFilterBar
        filters={filters}
        terminals={overview.data?.terminals ?? []}
        onChange={(next) => void navigate({ search: next, replace: true })}
      />
      <PaymentList filters={filters} onClear={() => void navigate({ search: {} })} />
    </div>
  )
}

interface ListProps {
  readonly filters: PaymentFilters
  readonly onClear: () => void
}

function PaymentList({ filters, onClear }: ListProps) {
  const t = useText()
  const query = useInfiniteQuery(paymentsQuery(filters))
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  if (!data) {
    return <div className="sheet">{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}</div>
  }
  const payments = data.pages.flatMap((page: PaymentPage) => page.items)
  if (payments.length === 0) return <NoPayments filtered={Object.values(filters).some(Boolean)} onClear={onClear} />
  return (
    <>
      <PaymentTable payments={payments} />
      {hasNextPage && (
        <button
          type="button"
          className="button live-more"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t(isFetchingNextPage ? 'state.loading' : 'live.older')}
        </button>
      )}
    </>
  )
}

function NoPayments({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const t = useText()
  return (
    <div className="sheet">
      {filtered ? (
        <Empty title={t('live.noMatch')} text={t('live.noMatch.text')}>
          <button type="button" className="button" onClick={onClear}>
            {t('live.clear')}
          </button>
        </Empty>
      ) : (
        <Empty title={t('live.empty')} text={t('live.empty.text')}>
          <Link to="/terminal" className="button is-primary">
            {t('steps.swipe.go')}
          </Link>
        </Empty>
      )}
    </div>
  )
}
