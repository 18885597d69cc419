// What will happen when a demo card is used: approved or not, why, and the response code.

import type { DemoCard } from '@shua/contract'
import { useResponseCode } from '../data/queries.ts'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { Icon } from './icon.tsx'

export function CardOutcome({ card }: { card: DemoCard }) {
  const t = useText()
  const localized = useLocalized()
  const response = useResponseCode(card.responseCode)
  const approved = card.responseCode === '00'
  const words = approved ? t('status.approved') : response ? localized(response.meaning) : t('status.declined')
  return (
    <span className="card-outcome">
      <span className={`status tone-${approved ? 'good' : 'bad'}`}>
        <Icon name={approved ? 'approved' : 'declined'} />
        {words}
      </span>
      <span className="mono">{card.responseCode}</span>
    </span>
  )
}
