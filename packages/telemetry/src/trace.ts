// What happened to one payment, in order, with times: the X-ray shows it, and each role adds its part. A trace belongs
// to one payment; one that nobody will keep records nothing, so that under load a payment does not pay for it.

import { Fault } from '@shua/assert'
import type { Description } from '@shua/iso8583'

export type TraceLane = 'card' | 'terminal' | 'acquirer' | 'switch' | 'issuer' | 'ledger'

export interface TraceEvent {
  /** Microseconds since the trace began; for a step, when it began. */
  readonly atUs: number
  readonly lane: TraceLane
  readonly kind: 'message' | 'step' | 'check' | 'entry'
  readonly name: string
  /** A step is `info` while it runs, then `ok`, or `refused` when it threw. */
  readonly outcome: 'ok' | 'refused' | 'info'
  /** Absent while a step runs. */
  readonly durationUs?: number
  /** For people; never card data. */
  readonly detail?: Readonly<Record<string, string>>
  readonly message?: Description
  readonly direction?: 'in' | 'out'
}

type StepEvent = { -readonly [Key in keyof TraceEvent]: TraceEvent[Key] }

export class Trace {
  readonly #clock: () => bigint
  readonly #beganAtNs: bigint
  readonly #events: TraceEvent[] = []
  /** Whether events are kept. */
  readonly recording: boolean

  /** `clock` answers nanoseconds from any origin, like process.hrtime.bigint. */
  constructor(clock: () => bigint, options: { readonly recording?: boolean } = {}) {
    this.#clock = clock
    this.recording = options.recording ?? true
    this.#beganAtNs = this.recording ? clock() : 0n
  }

  /** In the order of their `atUs`. */
  get events(): readonly TraceEvent[] {
    return this.#events
  }

  event(event: Omit<TraceEvent, 'atUs'>): void {
    if (!this.recording) return
    this.#events.push({ atUs: this.#nowUs(), ...event })
  }

  /** Forgets what was recorded: the work begins again. */
  restart(): void {
    this.#events.length = 0
  }

  /**
   * Does the work and records how long it took and whether it threw; what it returns or throws passes unchanged. Steps
   * may run side by side: each keeps its own event, and work that returns a promise ends when the promise does.
   */
  step<T>(lane: TraceLane, name: string, work: () => T): T {
    if (!this.recording) return work()
    const event: StepEvent = { atUs: this.#nowUs(), lane, kind: 'step', name, outcome: 'info' }
    this.#events.push(event)
    try {
      const result = work()
      if (!(result instanceof Promise)) {
        this.#end(event)
        return result
      }
      // The promise handed out is the one that records, so that a rejection nobody awaits still is an unhandled one.
      return result.then(
        (value: unknown) => {
          this.#end(event)
          return value
        },
        (error: unknown) => {
          this.#fail(event, error)
          throw error
        },
      ) as T
    } catch (error) {
      this.#fail(event, error)
      throw error
    }
  }

  #end(event: StepEvent): void {
    event.durationUs = this.#nowUs() - event.atUs
    event.outcome = 'ok'
  }

  /** Names the failure without its message, which only a Fault promises to be safe. */
  #fail(event: StepEvent, error: unknown): void {
    event.durationUs = this.#nowUs() - event.atUs
    event.outcome = 'refused'
    event.detail = { threw: error instanceof Fault ? error.code : error instanceof Error ? error.name : typeof error }
  }

  #nowUs(): number {
    return Number((this.#clock() - this.#beganAtNs) / 1000n)
  }
}
