// The requests of a client that wait for their answers: found by key, ended by one timer when their time is over.
// Remembers for a while which keys timed out, so that an answer that comes too late is told from one nobody asked for.

import type { Fault } from '@shua/assert'
import { type Deadline, DeadlineHeap } from './deadline-heap.ts'

/** `noAnswer` means unknown, never declined. `sent: false` promises that no byte of the request left this machine. */
export type LinkAnswer =
  | { readonly kind: 'answer'; readonly payload: Buffer; readonly elapsedMs: number }
  | { readonly kind: 'noAnswer'; readonly sent: boolean; readonly cause: Fault }

export interface PendingRequest extends Deadline {
  readonly key: string
  readonly payload: Buffer
  readonly timeoutMs: number
  readonly begunMs: number
  readonly resolve: (answer: LinkAnswer) => void
  /** When it was handed to a connection. */
  sentMs: number | undefined
}

const lateKeysMax = 1000
const timerMsMax = 2 ** 31 - 1

export class PendingRequests {
  readonly #byKey = new Map<string, PendingRequest>()
  readonly #deadlines = new DeadlineHeap<PendingRequest>()
  readonly #lateKeys = new Set<string>()
  readonly #timedOut: (request: PendingRequest) => void
  #timer: NodeJS.Timeout | undefined
  #timerDueMs = 0

  /** `timedOut` is called for each request whose time is over, after it was removed. */
  constructor(timedOut: (request: PendingRequest) => void) {
    this.#timedOut = timedOut
  }

  get size(): number {
    return this.#byKey.size
  }

  get(key: string): PendingRequest | undefined {
    return this.#byKey.get(key)
  }

  add(request: PendingRequest): void {
    this.#lateKeys.delete(request.key)
    this.#byKey.set(request.key, request)
    this.#deadlines.add(request)
    this.#arm()
  }

  remove(request: PendingRequest): void {
    this.#byKey.delete(request.key)
    this.#deadlines.remove(request)
  }

  /** Removes those sent already, or those not yet sent. */
  take(which: 'sent' | 'unsent'): PendingRequest[] {
    const taken = [...this.#byKey.values()].filter((request) => (request.sentMs !== undefined) === (which === 'sent'))
    for (const request of taken) this.remove(request)
    return taken
  }

  /** Whether a request of this key timed out lately; asked once, forgotten then. */
  wasLate(key: string): boolean {
    return this.#lateKeys.delete(key)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** A timer that is due earlier is left running: it will find nothing to do and be set anew. */
  #arm(): void {
    const first = this.#deadlines.first()
    if (first === undefined || (this.#timer !== undefined && this.#timerDueMs <= first.dueMs)) return
    clearTimeout(this.#timer)
    this.#timerDueMs = first.dueMs
    const waitMs = Math.min(Math.max(Math.ceil(first.dueMs - performance.now()), 1), timerMsMax)
    this.#timer = setTimeout(() => this.#expire(), waitMs)
  }

  #expire(): void {
    this.#timer = undefined
    const nowMs = performance.now()
    for (let first = this.#deadlines.first(); first && first.dueMs <= nowMs; first = this.#deadlines.first()) {
      this.remove(first)
      this.#rememberLate(first)
      this.#timedOut(first)
    }
    this.#arm()
  }

  #rememberLate(request: PendingRequest): void {
    if (request.sentMs === undefined) return
    this.#lateKeys.add(request.key)
    if (this.#lateKeys.size <= lateKeysMax) return
    const [oldest] = this.#lateKeys
    if (oldest !== undefined) this.#lateKeys.delete(oldest)
  }
}
