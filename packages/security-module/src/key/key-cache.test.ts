import { expect, it } from 'vitest'
import { KeyCache } from './key-cache.ts'
import { LoadedKey } from './loaded-key.ts'

it('keeps the keys used last and loads the others again', () => {
  const cache = new KeyCache(2)
  const loaded: string[] = []
  const get = (block: string) =>
    cache.get(block, (text) => {
      loaded.push(text)
      return new LoadedKey({ usage: 'mac', algorithm: 'des', mode: 'C', exportability: 'S' }, Buffer.alloc(8, text))
    })
  const first = get('a')
  get('b')
  expect(get('a')).toBe(first)
  get('c')
  expect(get('a')).toBe(first)
  get('b')
  expect(loaded).toEqual(['a', 'b', 'c', 'b'])
  expect(cache.size).toBe(2)
})

it('keeps nothing of a key that does not load', () => {
  const cache = new KeyCache(1)
  const refuse = () => {
    throw new Error('refused')
  }
  expect(() => cache.get('a', refuse)).toThrow('refused')
  expect(cache.size).toBe(0)
})
