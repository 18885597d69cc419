// The keys in use, by their key block, bounded: the one that was used longest ago leaves first. Taking a key out of its
// block costs some 40 times as much as using it, and each payment uses half a dozen.

import { assert } from '@shua/assert'
import type { LoadedKey } from './loaded-key.ts'

export class KeyCache {
  readonly #keysMax: number
  // A Map remembers the order of insertion; moving a key to the end at each use makes the first one the oldest.
  readonly #keys = new Map<string, LoadedKey>()

  constructor(keysMax: number) {
    assert(Number.isInteger(keysMax) && keysMax > 0, 'the cache holds at least one key')
    this.#keysMax = keysMax
  }

  get size(): number {
    return this.#keys.size
  }

  get(block: string, load: (block: string) => LoadedKey): LoadedKey {
    let key = this.#keys.get(block)
    if (key) {
      this.#keys.delete(block)
    } else {
      key = load(block)
      const oldest = this.#keys.keys().next()
      if (this.#keys.size >= this.#keysMax && !oldest.done) this.#keys.delete(oldest.value)
    }
    this.#keys.set(block, key)
    return key
  }
}
