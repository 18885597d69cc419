// The stops of a payment in order, with those that run in this server marked.

import { traceLanes } from '@shua/contract'
import { Icon } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'

export function Chain({ roles }: { roles: readonly string[] }) {
  const t = useText()
  return (
    <section className="overview-section" aria-labelledby="chain">
      <div className="section-head">
        <h2 id="chain">{t('chain.title')}</h2>
        <p className="quiet">{t('chain.lead')}</p>
      </div>
      <ol className="chain sheet">
        {traceLanes.map((lane) => (
          <li key={lane} className={`chain-stop lane-${lane}`}>
            <i aria-hidden="true" />
            <div>
              <strong>{t(`lane.${lane}`)}</strong>
              <span className="quiet">{t(`lane.${lane}.does`)}</span>
            </div>
            {roles.includes(lane) && (
              <span className="status tone-good">
                <Icon name="approved" />
                {t('chain.runs')}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
