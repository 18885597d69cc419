// The keys in use, by their key block, bounded. Taking a key out of its block costs some 40 times as much as using it, and each
// payment uses half a dozen, so a use must cost no more than a look-up: keys live in two generations. A key that is used moves to
// the young one; when that is full it becomes the old one, and what nobody used since is forgotten.

import { assert } from '@shua/assert'
import type { LoadedKey } from './loaded-key.ts'

export class KeyCache {
  readonly #youngMax: number
  #young = new Map<string, LoadedKey>()
  #old = new Map<string, LoadedKey>()

  constructor(keysMax: number) {
    assert(Number.isInteger(keysMax) && keysMax > 0, 'the cache holds at least one key')
    this.#youngMax = Math.max(1, Math.floor(keysMax / 2))
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(block: string, load: (block: string) => LoadedKey): LoadedKey {
    const known = this.#young.get(block)
    if (known !== undefined) return known
    const key = this.#old.get(block) ?? load(block)
    this.#old.delete(block)
    if (this.#young.size >= this.#youngMax) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(block, key)
    return key
  }
}
