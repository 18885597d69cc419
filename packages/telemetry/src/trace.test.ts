import { Fault } from '@shua/assert'
import { describe, expect, it } from 'vitest'
import { Trace } from './trace.ts'

/** A clock that the test sets, in microseconds. */
function clockAt() {
  const clock = { us: 1_000_000 }
  return { clock, now: () => BigInt(clock.us) * 1000n }
}

describe('trace', () => {
  it('tells the time of events from its own beginning', () => {
    const { clock, now } = clockAt()
    const trace = new Trace(now)
    trace.event({ lane: 'terminal', kind: 'message', name: '0200', outcome: 'info', direction: 'out' })
    clock.us += 1500
    trace.event({ lane: 'acquirer', kind: 'check', name: 'mac', outcome: 'ok', detail: { variant: 'unionpayEcb' } })
    expect(trace.events).toEqual([
      { atUs: 0, lane: 'terminal', kind: 'message', name: '0200', outcome: 'info', direction: 'out' },
      { atUs: 1500, lane: 'acquirer', kind: 'check', name: 'mac', outcome: 'ok', detail: { variant: 'unionpayEcb' } },
    ])
  })

  it('records how long a step took and hands its result through', () => {
    const { clock, now } = clockAt()
    const trace = new Trace(now)
    const result = trace.step('issuer', 'decide', () => {
      clock.us += 250
      trace.event({ lane: 'ledger', kind: 'entry', name: 'hold', outcome: 'ok' })
      clock.us += 50
      return 'approved'
    })
    expect(result).toBe('approved')
    expect(trace.events).toEqual([
      { atUs: 0, lane: 'issuer', kind: 'step', name: 'decide', outcome: 'ok', durationUs: 300 },
      { atUs: 250, lane: 'ledger', kind: 'entry', name: 'hold', outcome: 'ok' },
    ])
  })

  it.each([
    [new Fault('LINK_NO_ANSWER', 'no answer'), 'LINK_NO_ANSWER'],
    [new TypeError('6225880000000001 is not a function'), 'TypeError'],
    ['a string', 'string'],
  ])('records that a step threw %s, without its message', async (thrown, threw) => {
    const { clock, now } = clockAt()
    const trace = new Trace(now)
    const failNow = () => {
      clock.us += 10
      throw thrown
    }
    let caught: unknown
    try {
      trace.step('switch', 'forward', failNow)
    } catch (error) {
      caught = error
    }
    expect(caught).toBe(thrown)
    await expect(trace.step('switch', 'forwardLater', async () => failNow())).rejects.toBe(thrown)
    expect(trace.events).toEqual([
      { atUs: 0, lane: 'switch', kind: 'step', name: 'forward', outcome: 'refused', durationUs: 10, detail: { threw } },
      {
        atUs: 10,
        lane: 'switch',
        kind: 'step',
        name: 'forwardLater',
        outcome: 'refused',
        durationUs: 10,
        detail: { threw },
      },
    ])
  })

  it('keeps steps that run side by side apart', async () => {
    const { clock, now } = clockAt()
    const trace = new Trace(now)
    const finish = new Map<string, () => void>()
    const wait = (name: string) => () => new Promise<string>((resolve) => finish.set(name, () => resolve(name)))
    const first = trace.step('acquirer', 'first', wait('first'))
    clock.us += 5
    const second = trace.step('switch', 'second', wait('second'))
    expect(trace.events.map(({ outcome, durationUs }) => [outcome, durationUs])).toEqual([
      ['info', undefined],
      ['info', undefined],
    ])
    clock.us += 10
    finish.get('second')?.()
    expect(await second).toBe('second')
    clock.us += 100
    finish.get('first')?.()
    expect(await first).toBe('first')
    expect(trace.events.map(({ name, atUs, outcome, durationUs }) => [name, atUs, outcome, durationUs])).toEqual([
      ['first', 0, 'ok', 115],
      ['second', 5, 'ok', 10],
    ])
  })

  it('works on the real clock', async () => {
    const trace = new Trace(process.hrtime.bigint.bind(process.hrtime))
    await trace.step('ledger', 'commit', () => new Promise((resolve) => setTimeout(resolve, 5)))
    expect(trace.events[0]?.durationUs).toBeGreaterThan(1000)
  })
})
