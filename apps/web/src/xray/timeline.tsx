// The payment on its way: lanes from the card to the ledger, arrows for messages and hand-overs, milliseconds on each.

import { traceLanes, type TraceLane } from '@shua/contract'
import { useMemo } from 'react'
import type { XrayEvent } from '@shua/contract'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { durationText } from '../words/format.ts'
import { timelineRows, type ArrowRow, type ChecksRow, type NodeRow } from './timeline-rows.ts'
import { useTraceName } from './trace-name.tsx'

interface TimelineProps {
  readonly events: readonly XrayEvent[]
  readonly chosenIndex: number | undefined
  readonly onChoose: (eventIndex: number) => void
}

export function Timeline({ events, chosenIndex, onChoose }: TimelineProps) {
  const t = useText()
  const rows = useMemo(() => timelineRows(events), [events])
  return (
    <div className="timeline sheet">
      <div className="timeline-lanes" aria-hidden="true">
        <span />
        {traceLanes.map((lane) => (
          <span key={lane} className={`lane-${lane}`}>
            {t(`lane.${lane}`)}
          </span>
        ))}
      </div>
      <ol className="timeline-rows">
        {rows.map((row, index) =>
          row.row === 'arrow' ? (
            <ArrowItem key={index} row={row} chosenIndex={chosenIndex} onChoose={onChoose} />
          ) : row.row === 'checks' ? (
            <ChecksItem key={index} row={row} />
          ) : (
            <NodeItem key={index} row={row} />
          ),
        )}
      </ol>
    </div>
  )
}

function laneColumn(lane: TraceLane): number {
  return traceLanes.indexOf(lane) + 2
}

function At({ us }: { us: number }) {
  return <span className="timeline-at mono">{durationText(us)}</span>
}

interface ArrowItemProps {
  readonly row: ArrowRow
  readonly chosenIndex: number | undefined
  readonly onChoose: (eventIndex: number) => void
}

function ArrowItem({ row, chosenIndex, onChoose }: ArrowItemProps) {
  const t = useText()
  const localized = useLocalized()
  const [first, last] = [laneColumn(row.from), laneColumn(row.to)].toSorted((a, b) => a - b)
  const place = { gridColumn: `${first} / ${(last ?? 2) + 1}`, '--span': (last ?? 2) - (first ?? 2) + 1 }
  const back = laneColumn(row.to) < laneColumn(row.from)
  const words = t('xray.fromTo', { from: t(`lane.${row.from}`), to: t(`lane.${row.to}`) })
  const took = row.tookUs === undefined ? '' : durationText(row.tookUs)
  const { event, eventIndex } = row
  return (
    <li className={event ? 'timeline-row is-message' : 'timeline-row is-hop'}>
      <At us={row.atUs} />
      <div className={`arrow${back ? ' is-back' : ''} lane-${row.from}`} style={place}>
        {event && eventIndex !== undefined ? (
          <button
            type="button"
            aria-pressed={eventIndex === chosenIndex}
            disabled={!event.message}
            onClick={() => onChoose(eventIndex)}
          >
            <b className="mono">{event.message?.mti ?? event.name}</b>
            <span className="arrow-name">{event.message ? localized(event.message.mtiName) : ''}</span>
            <span className="arrow-took mono">{took}</span>
          </button>
        ) : (
          <span className="arrow-took mono">{took}</span>
        )}
        <span className="arrow-words">{words}</span>
        <i aria-hidden="true" />
      </div>
    </li>
  )
}

const outcomeIcons: Readonly<Record<XrayEvent['outcome'], IconName | undefined>> = {
  ok: 'approved',
  refused: 'declined',
  info: undefined,
}

const outcomeTones: Readonly<Record<XrayEvent['outcome'], string>> = { ok: 'good', refused: 'bad', info: 'quiet' }

function NodeItem({ row: { event, atUs } }: { row: NodeRow }) {
  const t = useText()
  const traceName = useTraceName()
  const icon = event.kind === 'entry' ? 'scale' : outcomeIcons[event.outcome]
  return (
    <li className="timeline-row is-node">
      <At us={atUs} />
      <div
        className={`node lane-${event.lane} outcome-${event.outcome}`}
        style={{ gridColumn: laneColumn(event.lane) }}
        title={detailText(event)}
      >
        <span className="node-lane">{t(`lane.${event.lane}`)}</span>
        <span className={`tone-${outcomeTones[event.outcome]}`}>{icon && <Icon name={icon} />}</span>
        <span className="node-name">
          {traceName(event.name)}
          <span className="unseen"> {t(`outcome.${event.outcome}`)}</span>
        </span>
        {event.durationUs !== undefined && <span className="mono quiet">{durationText(event.durationUs)}</span>}
      </div>
    </li>
  )
}

function ChecksItem({ row: { atUs, lane, events } }: { row: ChecksRow }) {
  const t = useText()
  const traceName = useTraceName()
  return (
    <li className="timeline-row is-node">
      <At us={atUs} />
      <details className={`node checks lane-${lane}`} style={{ gridColumn: laneColumn(lane) }}>
        <summary>
          <span className="node-lane">{t(`lane.${lane}`)}</span>
          <span className="tone-good">
            <Icon name="approved" />
          </span>
          {t('xray.checks', { count: events.filter((event) => event.outcome === 'ok').length })}
        </summary>
        <ul>
          {events.map((event, index) => (
            <li key={index} className={`outcome-${event.outcome}`} title={detailText(event)}>
              {traceName(event.name)}
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

function detailText(event: XrayEvent): string | undefined {
  const entries = Object.entries(event.detail ?? {})
  return entries.length === 0 ? undefined : entries.map(([name, value]) => `${name}: ${value}`).join('\n')
}
