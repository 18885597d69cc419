// The first page: what this is, what to do, how the day goes, and the cards to try.

import type { Overview } from '@shua/contract'
import { useQuery } from '@tanstack/react-query'
import { overviewQuery } from '../data/queries.ts'
import { Icon } from '../parts/icon.tsx'
import { Failed, Loading } from '../parts/page-state.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { Chain } from './chain.tsx'
import { DemoCards } from './demo-cards.tsx'
import './overview.css'
import { Steps } from './steps.tsx'
import { TerminalTable } from './terminal-table.tsx'
import { Today } from './today.tsx'

export function OverviewPage() {
  const t = useText()
  const { data, error, refetch } = useQuery(overviewQuery)
  return (
    <div className="overview">
      <div className="overview-hero">
        <h1>{t('overview.title')}</h1>
        <p>{t('overview.lead')}</p>
      </div>
      {data ? (
        <OverviewContent overview={data} />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading lines={9} />
      )}
    </div>
  )
}

function OverviewContent({ overview }: { overview: Overview }) {
  const t = useText()
  const localized = useLocalized()
  return (
    <>
      {overview.warnings.map((warning) => (
        <p key={warning.en} className="notice">
          <Icon name="warning" />
          {localized(warning)}
        </p>
      ))}
      <Steps terminals={overview.terminals} />
      <Today today={overview.today} />
      <DemoCards cards={overview.cards} />
      <div className="overview-house">
        <TerminalTable terminals={overview.terminals} />
        <Chain roles={overview.roles} />
      </div>
      <p className="overview-foot quiet">
        {overview.serverName} · {t('overview.version', { version: overview.version })}
      </p>
    </>
  )
}
