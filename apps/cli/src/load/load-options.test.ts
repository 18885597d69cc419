import { Fault } from '@shua/assert'
import { describe, expect, it } from 'vitest'
import { readLoadOptions } from './load-options.ts'

describe('options of shua load', () => {
  it('has a default for everything', () => {
    expect(readLoadOptions([])).toMatchObject({
      host: '127.0.0.1',
      port: 8583,
      terminals: 64,
      arrivalRate: undefined,
      json: false,
    })
  })

  it('reads a mix and an arrival rate', () => {
    const options = readLoadOptions(['--mix', 'purchase=90,refund=10', '--rate', '500'])
    expect(options?.arrivalRate).toBe(500)
    expect([...(options?.mix ?? [])]).toEqual([
      ['purchase', 90],
      ['refund', 10],
    ])
  })

  it('answers nothing when help is asked for', () => {
    expect(readLoadOptions(['--help'])).toBeUndefined()
  })

  it.each([
    [['--terminals', '0']],
    [['--rate', 'fast']],
    [['--mix', 'purchase=90']],
    [['--mix', 'tip=100']],
    [['--mix', 'purchase=50,purchase=50']],
    [['--unknown']],
    [['--first-terminal', '999999']],
  ])('refuses %j', (argv) => {
    expect(() => readLoadOptions(argv)).toThrow(expect.objectContaining({ code: 'LOAD_OPTION' }) as Fault)
  })
})
