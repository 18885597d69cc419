// Where the time went, as one bar. The title says the finding; the legend below is the same as a table.

import type { XrayEvent } from '@shua/contract'
import { useText } from '../preferences/preferences.tsx'
import { durationText } from '../words/format.ts'
import { laneShares } from './timeline-rows.ts'

export function TimeShare({ events }: { events: readonly XrayEvent[] }) {
  const t = useText()
  const shares = laneShares(events)
  const total = shares.reduce((sum, { us }) => sum + us, 0)
  const most = shares.toSorted((a, b) => b.us - a.us)[0]
  if (!most || total === 0) return null
  return (
    <figure className="time-share">
      <figcaption>
        {t('xray.timeFinding', {
          lane: t(`lane.${most.lane}`),
          part: durationText(most.us),
          total: durationText(total),
        })}
      </figcaption>
      <div className="time-bar" aria-hidden="true">
        {shares.map(({ lane, us }) => (
          <i key={lane} className={`lane-${lane}`} style={{ flexGrow: us }} />
        ))}
      </div>
      <ul className="time-legend">
        {shares.map(({ lane, us }) => (
          <li key={lane} className={`lane-${lane}`}>
            {t(`lane.${lane}`)} <span className="mono">{durationText(us)}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}
