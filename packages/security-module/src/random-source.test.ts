import { expect, it } from 'vitest'
import { createRandomSource } from './random-source.ts'

it('hands out every byte once, in pieces of any size', () => {
  const random = createRandomSource()
  const drawn = Array.from({ length: 3_000 }, (_, index) => random(index % 40))
  const before = drawn.map((piece) => piece.toString('hex'))
  expect(drawn.map((piece) => piece.length)).toEqual(Array.from({ length: 3_000 }, (_, index) => index % 40))
  // Two pieces of 16 bytes or more are never alike, and later draws do not change earlier ones.
  const long = before.filter((piece) => piece.length >= 32)
  expect(new Set(long).size).toBe(long.length)
  drawn.at(-1)!.fill(0)
  expect(drawn.slice(0, -1).map((piece) => piece.toString('hex'))).toEqual(before.slice(0, -1))
})

it('draws more than a block at once', () => {
  const bytes = createRandomSource()(100_000)
  expect(bytes.length).toBe(100_000)
  expect(new Set(bytes).size).toBe(256)
})
