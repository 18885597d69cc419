// Sensitive values (PAN, track, PIN block, clear key) travel in this wrapper, so printing one by accident is harmless.
// Reading is `reveal()`, which is easy to search for and allowed in few places (scripts/tidy.test.ts).

import { inspect } from 'node:util'

export class Sensitive<T> {
  readonly #value: T
  readonly #masked: string

  /** `masked` is what every printed form shows; it must not tell the value. */
  constructor(value: T, masked = '[redacted]') {
    this.#value = value
    this.#masked = masked
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return this.#masked
  }

  toJSON(): string {
    return this.#masked
  }

  [inspect.custom](): string {
    return this.#masked
  }
}
