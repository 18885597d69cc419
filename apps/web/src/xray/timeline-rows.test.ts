import type { XrayEvent } from '@shua/contract'
import { describe, expect, it } from 'vitest'
import { laneShares, timelineRows } from './timeline-rows.ts'

function message(lane: XrayEvent['lane'], direction: 'in' | 'out', name: string, atUs: number): XrayEvent {
  return { lane, direction, name, atUs, kind: 'message', outcome: 'info' }
}

function check(lane: XrayEvent['lane'], name: string, atUs: number): XrayEvent {
  return { lane, name, atUs, kind: 'check', outcome: 'ok' }
}

const purchase: XrayEvent[] = [
  { lane: 'terminal', name: 'macComputed', atUs: 100, kind: 'step', outcome: 'ok' },
  message('terminal', 'out', '0200', 200),
  message('acquirer', 'in', '0200', 500),
  check('acquirer', 'signed on', 600),
  check('switch', 'route by BIN', 900),
  check('issuer', 'PIN', 1500),
  message('acquirer', 'out', '0210', 2500),
  message('terminal', 'in', '0210', 2700),
]

function arrows(events: readonly XrayEvent[]) {
  return timelineRows(events).flatMap((row) =>
    row.row === 'arrow' ? [`${row.from}>${row.to} ${row.event?.name ?? 'hand-over'} ${row.tookUs ?? '?'}`] : [],
  )
}

describe('the time line', () => {
  it('draws a message both sides saw as one arrow with its time on the way', () => {
    expect(arrows(purchase)).toEqual([
      'terminal>acquirer 0200 300',
      'acquirer>switch hand-over 300',
      'switch>issuer hand-over 600',
      'acquirer>terminal 0210 200',
    ])
  })

  it('knows where a message came from when only the host saw it', () => {
    const seenByHost = [message('acquirer', 'in', '0200', 0), message('acquirer', 'out', '0210', 900)]
    expect(arrows(seenByHost)).toEqual(['terminal>acquirer 0200 ?', 'acquirer>terminal 0210 ?'])
  })

  it('keeps a request that was never received, and a repeated one apart', () => {
    const lost = [
      message('terminal', 'out', '0400', 0),
      message('terminal', 'out', '0400', 100),
      message('acquirer', 'in', '0400', 150),
    ]
    expect(arrows(lost)).toHaveLength(2)
  })

  it('keeps every step and check', () => {
    const nodes = timelineRows(purchase).flatMap((row) => (row.row === 'node' ? [row.event.name] : []))
    expect(nodes).toEqual(['macComputed', 'signed on', 'route by BIN', 'PIN'])
  })

  it('puts passed checks of one lane together and lets the refused one stand alone', () => {
    const refused: XrayEvent = { ...check('issuer', 'available balance', 4), outcome: 'refused' }
    const events = [check('issuer', 'card known', 1), check('issuer', 'expiry', 2), check('issuer', 'PIN', 3), refused]
    const rows = timelineRows(events).map((row) =>
      row.row === 'checks' ? row.events.map(({ name }) => name) : row.row === 'node' ? row.event.name : '',
    )
    expect(rows).toEqual([['card known', 'expiry', 'PIN'], 'available balance'])
  })
})

describe('where the time went', () => {
  it('adds up to the whole time', () => {
    const shares = laneShares(purchase)
    expect(shares.reduce((sum, { us }) => sum + us, 0)).toBe(2700 - 100)
    expect(shares.map(({ lane }) => lane)).toEqual(['terminal', 'acquirer', 'switch', 'issuer'])
  })

  it('is nothing for an empty trace', () => {
    expect(laneShares([])).toEqual([])
  })
})
