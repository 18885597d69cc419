// The day in four figures.

import type { Overview } from '@shua/contract'
import { Amount } from '../parts/amount.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import type { TextKey } from '../words/en.ts'

interface FigureProps {
  readonly label: TextKey
  readonly tone: 'good' | 'bad' | 'wait' | 'quiet'
  readonly icon: IconName
  readonly children: React.ReactNode
}

function Figure({ label, tone, icon, children }: FigureProps) {
  const t = useText()
  return (
    <div className="figure">
      <dt>
        <span className={`tone-${tone}`}>
          <Icon name={icon} />
        </span>
        {t(label)}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

export function Today({ today }: { today: Overview['today'] }) {
  const t = useText()
  return (
    <dl className="figures sheet" aria-label={t('today.label')}>
      <Figure label="today.taken" tone="good" icon="scale">
        <Amount minor={today.approvedMinor} currency={today.currency} />
      </Figure>
      <Figure label="today.approved" tone="good" icon="approved">
        {today.approvedCount}
      </Figure>
      <Figure label="today.declined" tone="bad" icon="declined">
        {today.declinedCount}
      </Figure>
      <Figure label="today.unknown" tone={today.unknownCount > 0 ? 'wait' : 'quiet'} icon="unknown">
        {today.unknownCount}
      </Figure>
    </dl>
  )
}
