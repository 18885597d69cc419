import { expect, test } from 'vitest'
import { seededRandom } from './seeded-random.ts'

test('the same seed gives the same sequence, another seed another one', () => {
  const sequence = (seed: number): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 20 }, () => random.integer(1_000_000))
  }
  expect(sequence(7)).toEqual(sequence(7))
  expect(sequence(7)).not.toEqual(sequence(8))
  expect(sequence(7)).not.toEqual(sequence(7 + 2 ** 32))
})

test('numbers stay in their range and spread evenly over it', () => {
  const random = seededRandom(1)
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (let round = 0; round < 70_000; round++) {
    const value = random.integer(7)
    counts[value] = (counts[value] ?? 0) + 1
  }
  expect(counts).toHaveLength(7)
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  const fractions = Array.from({ length: 10_000 }, () => random.next())
  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...fractions)).toBeLessThan(1)
  expect(Math.abs(fractions.reduce((sum, value) => sum + value, 0) / 10_000 - 0.5)).toBeLessThan(0.02)
})

test('picks every choice and makes bytes of the wanted size', () => {
  const random = seededRandom(2)
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))
  expect([...picked].toSorted()).toEqual(['a', 'b', 'c'])
  expect(random.bytes(33)).toHaveLength(33)
  expect(new Set(random.bytes(4_096)).size).toBe(256)
})

test.each([0, -1, 1.5, 2 ** 32 + 1])('refuses the limit %d', (limit) => {
  expect(() => seededRandom(1).integer(limit)).toThrow('assertion failed')
})

test('refuses to pick from nothing', () => {
  expect(() => seededRandom(1).pick([])).toThrow('assertion failed')
})
