import { Fault } from '@shua/assert'
import { parsePan, Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import { findCardData } from './find-card-data.ts'
import { createLogger, type Logger } from './logger.ts'

const pan = '6225880000000001'
const luhnPan = '4111111111111111'

function capture(): { logger: Logger; lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = []
  const logger = createLogger({ level: 'debug', name: 'test', stream: { write: (line) => void written.push(line) } })
  return {
    logger,
    lines: () => written.map((line): Record<string, unknown> => JSON.parse(line)),
    text: () => written.join(''),
  }
}

describe('logger', () => {
  it('writes one JSON object per line, with level, name and a readable time', () => {
    const { logger, lines } = capture()
    logger.info({ stan: '000001', amount: 100n }, 'purchase answered')
    logger.trace('below the level')
    expect(lines()).toHaveLength(1)
    expect(lines()[0]).toMatchObject({ level: 30, name: 'test', stan: '000001', msg: 'purchase answered' })
    expect(lines()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it.each<[string, Record<string, unknown>]>([
    ['at the top', { pan }],
    ['in an object', { card: { pan, expiry: '3012' } }],
    ['deep down', { a: { b: { c: { d: { e: { pinBlock: pan } } } } } }],
    ['in a list', { cards: [{ ok: 1 }, { track2: `${pan}D3012201` }] }],
    ['spelt otherwise', { PIN_BLOCK: pan, 'Master-Key': pan, CardNumber: pan }],
    ['as bytes', { payload: Buffer.from(pan), nested: { bytes: new Uint8Array([54, 50, 50]) } }],
    ['wrapped', { value: parsePan(pan), key: new Sensitive(pan) }],
  ])('never writes a secret %s', (_, fields) => {
    const { logger, text } = capture()
    logger.info(fields, 'fields')
    logger
      .child({ ...fields, part: 'acquirer' })
      .child({ more: fields })
      .info('bindings')
    expect(text().split('\n').filter(Boolean)).toHaveLength(2)
    expect(text()).toContain('"part":"acquirer"')
    expect(text()).not.toContain(pan)
    expect(text()).not.toContain('54,50,50')
    expect(findCardData(text())).toEqual([])
  })

  it('leaves the logged objects as they were', () => {
    const { logger } = capture()
    const fields = { card: { pan }, list: [{ pin: '123456' }] }
    logger.info(fields)
    expect(fields).toEqual({ card: { pan }, list: [{ pin: '123456' }] })
  })

  it('masks card numbers in texts', () => {
    const { logger, lines, text } = capture()
    logger.warn(`card ${luhnPan} refused`)
    logger.warn('card %s refused', luhnPan)
    logger.warn({ rrn: '060100000002' }, `track ${pan}=30122011234567890123`)
    expect(lines().map((line) => line['msg'])).toEqual([
      'card 411111******1111 refused',
      'card 411111******1111 refused',
      'track 622588******0001=********************',
    ])
    expect(text()).toContain('060100000002')
  })

  it('writes of an error what is safe, with its causes', () => {
    const { logger, lines, text } = capture()
    const driver = Object.assign(new Error(`insert failed for ${luhnPan}`), { parameters: [luhnPan], detail: luhnPan })
    const fault = new Fault('DATABASE_FAILED', 'the write failed', {
      path: 'card',
      details: { table: 'x' },
      cause: driver,
    })
    logger.error(fault)
    logger.error({ err: fault }, 'while posting')
    logger.error(driver)
    logger.error({ err: 'no error at all' })
    expect(findCardData(text())).toEqual([])
    expect(text()).not.toContain(luhnPan)
    expect(lines()[0]).toMatchObject({
      msg: 'the write failed',
      err: {
        type: 'Fault',
        code: 'DATABASE_FAILED',
        path: 'card',
        details: { table: 'x' },
        cause: { type: 'Error', message: 'insert failed for 411111******1111' },
      },
    })
    expect(lines()[1]).toMatchObject({ msg: 'while posting', err: { code: 'DATABASE_FAILED' } })
    expect(lines()[2]).toMatchObject({ msg: 'insert failed for 411111******1111' })
    expect(lines()[3]).toMatchObject({ err: 'string' })
  })

  it('survives objects that contain themselves', () => {
    const { logger, lines } = capture()
    const loop: Record<string, unknown> = { pan }
    loop['self'] = loop
    logger.info(loop, 'a loop')
    expect(lines()[0]).toMatchObject({ msg: 'a loop', pan: '[redacted]' })
  })
})
