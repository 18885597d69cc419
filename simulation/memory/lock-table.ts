// Locks of rows and numbers, held until the transaction ends, given in the order they were asked for. A wait that could never end
// is refused as PostgreSQL refuses it: with a deadlock.

import { Fault } from '@shua/assert'

interface Lock<Owner> {
  owner: Owner
  readonly waiting: { readonly owner: Owner; readonly resolve: () => void }[]
}

export class LockTable<Owner extends object> {
  readonly #locks = new Map<string, Lock<Owner>>()
  readonly #held = new Map<Owner, Set<string>>()
  readonly #waitsFor = new Map<Owner, string>()

  holds(owner: Owner, key: string): boolean {
    return this.#locks.get(key)?.owner === owner
  }

  isFreeFor(owner: Owner, key: string): boolean {
    const lock = this.#locks.get(key)
    return lock === undefined || lock.owner === owner
  }

  /** Undefined when the lock was free. */
  acquire(owner: Owner, key: string): Promise<void> | undefined {
    const lock = this.#locks.get(key)
    if (lock === undefined) {
      this.#give(owner, key, { owner, waiting: [] })
      return undefined
    }
    if (lock.owner === owner) return undefined
    if (this.#closesCircle(owner, key)) {
      throw new Fault('DATABASE_STATEMENT', 'a statement failed: 40P01 deadlock_detected', {
        details: { sqlState: '40P01', condition: 'deadlock_detected' },
      })
    }
    this.#waitsFor.set(owner, key)
    return new Promise((resolve) => lock.waiting.push({ owner, resolve }))
  }

  releaseAll(owner: Owner): void {
    const waitedFor = this.#waitsFor.get(owner)
    if (waitedFor !== undefined) {
      this.#waitsFor.delete(owner)
      const waiting = this.#locks.get(waitedFor)?.waiting
      const place = waiting?.findIndex((each) => each.owner === owner) ?? -1
      if (place >= 0) waiting?.splice(place, 1)
    }
    const keys = this.#held.get(owner) ?? []
    this.#held.delete(owner)
    for (const key of keys) {
      const lock = this.#locks.get(key)
      const next = lock?.waiting.shift()
      if (lock === undefined || next === undefined) {
        this.#locks.delete(key)
        continue
      }
      this.#waitsFor.delete(next.owner)
      this.#give(next.owner, key, lock)
      next.resolve()
    }
  }

  #give(owner: Owner, key: string, lock: Lock<Owner>): void {
    lock.owner = owner
    this.#locks.set(key, lock)
    const held = this.#held.get(owner) ?? new Set()
    held.add(key)
    this.#held.set(owner, held)
  }

  #closesCircle(owner: Owner, key: string): boolean {
    const seen = new Set<Owner>()
    for (let next = this.#locks.get(key)?.owner; next !== undefined;) {
      if (next === owner) return true
      if (seen.has(next)) return false
      seen.add(next)
      const waitsFor = this.#waitsFor.get(next)
      next = waitsFor === undefined ? undefined : this.#locks.get(waitsFor)?.owner
    }
    return false
  }
}
