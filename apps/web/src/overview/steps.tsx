// The three things to do, in order: swipe, watch, look inside. The last one opens the newest payment.

import type { TerminalSummary } from '@shua/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { paymentsQuery } from '../data/queries.ts'
import { PaymentAmount } from '../parts/amount.tsx'
import { Icon } from '../parts/icon.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { timeText } from '../words/format.ts'
import { LanesPicture, RowsPicture, SwipePicture } from './step-pictures.tsx'

export function Steps({ terminals }: { terminals: readonly TerminalSummary[] }) {
  const t = useText()
  const { language } = usePreferences()
  const { data } = useInfiniteQuery(paymentsQuery({}))
  const last = data?.pages[0]?.items[0]
  const hosted = terminals.some((terminal) => terminal.hosted)
  return (
    <ol className="steps">
      <li className="step sheet">
        <SwipePicture />
        <h2>{t('steps.swipe.title')}</h2>
        <p>{t(hosted ? 'steps.swipe.text' : 'steps.swipe.none')}</p>
        <Link to="/terminal" className="button is-primary">
          {t('steps.swipe.go')}
          <Icon name="right" />
        </Link>
      </li>
      <li className="step sheet">
        <RowsPicture />
        <h2>{t('steps.live.title')}</h2>
        <p>{t('steps.live.text')}</p>
        <Link to="/live" className="button">
          {t('steps.live.go')}
        </Link>
      </li>
      <li className="step sheet">
        <LanesPicture />
        <h2>{t('steps.xray.title')}</h2>
        {last ? (
          <p className="step-last">
            {timeText(last.at, language)} <PaymentAmount payment={last} />
            <StatusMark status={last.status} />
          </p>
        ) : (
          <p>{t('steps.xray.text')}</p>
        )}
        {last ? (
          <Link to="/xray/$paymentId" params={{ paymentId: last.paymentId }} className="button">
            {t('steps.xray.go')}
          </Link>
        ) : (
          <Link to="/xray" className="button">
            {t('steps.xray.list')}
          </Link>
        )}
      </li>
    </ol>
  )
}
