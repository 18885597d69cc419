// The steps of the decision in order of precedence. The first that fails decides; nothing after it was asked.

import type { LadderStep } from '@shua/contract'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import { useTraceName } from './trace-name.tsx'

const looks: Readonly<Record<LadderStep['outcome'], { icon: IconName; tone: string }>> = {
  passed: { icon: 'approved', tone: 'good' },
  failed: { icon: 'declined', tone: 'bad' },
  notReached: { icon: 'pending', tone: 'quiet' },
}

export function Ladder({ steps }: { steps: readonly LadderStep[] }) {
  const t = useText()
  const traceName = useTraceName()
  const decider = steps.find((step) => step.outcome === 'failed')
  return (
    <section className="panel panel-wide sheet" aria-labelledby="ladder">
      <h2 id="ladder">{t('ladder.title')}</h2>
      <p className="quiet">
        {steps.length === 0
          ? t('ladder.none')
          : decider
            ? t('ladder.decided', { step: traceName(decider.name) })
            : t('ladder.allPassed', { count: steps.length })}
      </p>
      <ol className="ladder">
        {steps.map((step, index) => (
          <li key={index} className={`ladder-step is-${step.outcome}`}>
            <span className={`tone-${looks[step.outcome].tone}`}>
              <Icon name={looks[step.outcome].icon} />
            </span>
            <span>{traceName(step.name)}</span>
            <span className="ladder-outcome">{t(`ladder.${step.outcome}`)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
