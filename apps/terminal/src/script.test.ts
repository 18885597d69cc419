// The script language: what is read, and that what is wrong is told with its line and without card data.

import { describe, expect, it } from 'vitest'
import { parseScript } from './script.ts'

describe('script', () => {
  it('reads steps, settings, expectations and comments', () => {
    const steps = parseScript(
      'signon; sale 100.00 card=6225880000000001D30122011234567890123 pin=123456 # first\nexpect 55\nvoid last expect approved',
    )
    expect(steps.map(({ name, subject, expected, line }) => [name, subject, expected, line])).toEqual([
      ['signon', undefined, undefined, 1],
      ['sale', '100.00', '55', 1],
      ['void', 'last', 'approved', 3],
    ])
    expect(steps[1]?.settings.get('pin')).toBe('123456')
  })

  it.each([
    ['pay 1.00', 'line 1: there is no such step'],
    ['expect 00', 'line 1: expect belongs behind a step'],
    ['signon\nexpect', 'line 2: expect takes one word'],
    ['echo expect done\nexpect done', 'line 2: expect belongs behind a step'],
    ['sale 1.00 nonsense', 'line 1: word 3 of the step is not understood'],
    ['sale 1.00 pan=6225880000000001', 'line 1: word 3 of the step is not understood'],
  ])('refuses %j', (text, message) => {
    expect(() => parseScript(text)).toThrow(message)
  })
})
