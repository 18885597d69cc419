import { describe, expect, it } from 'vitest'
import { cardOf, readProfile, type ProfileInput } from './certification-profile.ts'
import { readyProfiles } from './ready-profiles.ts'

const demo = readyProfiles['demo']!

describe('a certification profile', () => {
  it.each(Object.keys(readyProfiles))('%s, which comes with the kit, is right', (name) => {
    expect(readProfile(JSON.parse(JSON.stringify(readyProfiles[name]))).cards.length).toBeGreaterThan(0)
  })

  it('reads cards by stripe or by number, and hides both', () => {
    const profile = readProfile({
      ...demo,
      cards: [
        { purpose: 'good', track2: '6225880000000001=30122011234567890123', pin: '123456' },
        { purpose: 'lost', pan: '6225880000000043', expiry: '3012', expected: ['41', '43'] },
      ],
    })
    const good = cardOf(profile, 'good')
    expect([good?.pan.reveal(), good?.expiry, good?.track2?.reveal()]).toEqual([
      '6225880000000001',
      '3012',
      '6225880000000001D30122011234567890123',
    ])
    expect(cardOf(profile, 'lost')).toMatchObject({ track2: undefined, expected: ['41', '43'] })
    expect(
      JSON.stringify(profile, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toMatch(/6225880000000001|123456"|0123456789ABCDEF/)
  })

  const wrong: readonly (readonly [string, Partial<Record<keyof ProfileInput, unknown>>])[] = [
    ['crypto', { crypto: 'pos-none' }],
    ['terminal.terminalId', { terminal: { ...demo.terminal, terminalId: '123' } }],
    ['cards.0.track2', { cards: [{ purpose: 'good', track2: '6225880000000001' }] }],
    ['cards.0.purpose', { cards: [{ purpose: 'nice', track2: '6225880000000001D30122011' }] }],
    ['cards.0', { cards: [{ purpose: 'good', pan: '6225880000000001' }] }],
    ['cards', { cards: [] }],
    ['expected.card.lost.0', { expected: { 'card.lost': ['4'] } }],
    ['host.answerTimeoutMs', { host: { answerTimeoutMs: 1 } }],
    ['', { nonsense: true } as never],
  ]
  it.each(wrong)('names what is wrong: %s', (path, change) => {
    expect(() => readProfile({ ...demo, ...change })).toThrow(
      expect.objectContaining({ code: 'CERTIFICATION_PROFILE', path }),
    )
  })
})
