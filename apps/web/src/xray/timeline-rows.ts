// Turns the events of a trace into the rows of the picture. A message that one side sent and the next received is one arrow
// with its time on the way; where work moves on between roles of one process there is no message, and a plain arrow is drawn.

import { traceLanes, type TraceLane, type XrayEvent } from '@shua/contract'

export interface ArrowRow {
  readonly row: 'arrow'
  readonly from: TraceLane
  readonly to: TraceLane
  readonly atUs: number
  /** Time on the way; undefined when only one side told. */
  readonly tookUs: number | undefined
  /** Place of the message's event in the trace; undefined for a hand-over without a message. */
  readonly eventIndex: number | undefined
  readonly event: XrayEvent | undefined
}

export interface NodeRow {
  readonly row: 'node'
  readonly atUs: number
  readonly event: XrayEvent
}

/** Checks of one lane that passed one after another; the ladder lists them in full. */
export interface ChecksRow {
  readonly row: 'checks'
  readonly atUs: number
  readonly lane: TraceLane
  readonly events: readonly XrayEvent[]
}

export type TimelineRow = ArrowRow | NodeRow | ChecksRow

function neighbour(lane: TraceLane, step: 1 | -1): TraceLane {
  return traceLanes[traceLanes.indexOf(lane) + step] ?? lane
}

/** MTI digit 3: even is a request or advice, odd its answer. */
function isAnswer(event: XrayEvent): boolean {
  return Number((event.message?.mti ?? event.name)[2] ?? '0') % 2 === 1
}

/** Requests travel towards the issuer, answers back. */
function ends(event: XrayEvent): { from: TraceLane; to: TraceLane } {
  const onwards = isAnswer(event) ? -1 : 1
  return event.direction === 'in'
    ? { from: neighbour(event.lane, onwards === 1 ? -1 : 1), to: event.lane }
    : { from: event.lane, to: neighbour(event.lane, onwards) }
}

function sameMessage(sent: XrayEvent, received: XrayEvent): boolean {
  return (
    received.kind === 'message' &&
    received.direction === 'in' &&
    received.name === sent.name &&
    ends(sent).to === received.lane
  )
}

function arrowOf(events: readonly XrayEvent[], index: number, taken: Set<number>): ArrowRow {
  const event = events[index]!
  const receivedAt =
    event.direction === 'out'
      ? events.findIndex((other, at) => at > index && !taken.has(at) && sameMessage(event, other))
      : -1
  const received = events[receivedAt]
  if (received) taken.add(receivedAt)
  return {
    row: 'arrow',
    ...ends(event),
    atUs: event.atUs,
    tookUs: received ? received.atUs - event.atUs : undefined,
    eventIndex: index,
    event,
  }
}

export function timelineRows(events: readonly XrayEvent[]): TimelineRow[] {
  const rows: TimelineRow[] = []
  const taken = new Set<number>()
  let lane: TraceLane | undefined
  let lastAtUs = 0
  for (const [index, event] of events.entries()) {
    if (taken.has(index)) continue
    if (event.kind === 'message') {
      const arrow = arrowOf(events, index, taken)
      rows.push(arrow)
      lane = arrow.to
    } else {
      if (lane !== undefined && lane !== event.lane) {
        rows.push({
          row: 'arrow',
          from: lane,
          to: event.lane,
          atUs: lastAtUs,
          tookUs: event.atUs - lastAtUs,
          eventIndex: undefined,
          event: undefined,
        })
      }
      rows.push({ row: 'node', atUs: event.atUs, event })
      lane = event.lane
    }
    lastAtUs = event.atUs
  }
  return groupChecks(rows)
}

function isPassedCheck(row: TimelineRow | undefined): row is NodeRow {
  return row?.row === 'node' && row.event.kind === 'check' && row.event.outcome !== 'refused'
}

function groupChecks(rows: readonly TimelineRow[]): TimelineRow[] {
  const grouped: TimelineRow[] = []
  for (const row of rows) {
    const last = grouped.at(-1)
    if (!isPassedCheck(row)) {
      grouped.push(row)
    } else if (last?.row === 'checks' && last.lane === row.event.lane) {
      grouped[grouped.length - 1] = { ...last, events: [...last.events, row.event] }
    } else if (isPassedCheck(last) && last.event.lane === row.event.lane) {
      const { atUs, event } = last
      grouped[grouped.length - 1] = { row: 'checks', atUs, lane: event.lane, events: [event, row.event] }
    } else {
      grouped.push(row)
    }
  }
  return grouped
}

export interface LaneShare {
  readonly lane: TraceLane
  readonly us: number
}

/** Where the time went: the time up to each event belongs to the lane that produced it. */
export function laneShares(events: readonly XrayEvent[]): LaneShare[] {
  const sums = new Map<TraceLane, number>()
  let lastAtUs = events[0]?.atUs ?? 0
  for (const event of events) {
    sums.set(event.lane, (sums.get(event.lane) ?? 0) + (event.atUs - lastAtUs))
    lastAtUs = event.atUs
  }
  return traceLanes.flatMap((lane) => {
    const us = sums.get(lane) ?? 0
    return us > 0 ? [{ lane, us }] : []
  })
}
