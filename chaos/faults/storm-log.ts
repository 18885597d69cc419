// What happened in a storm and how long it took to get over it: per kind how many faults were planned and happened, how long until
// any terminal got its next approval, and how long until a killed process answered again.

import type { FaultKind } from '../plan/fault-kind.ts'
import type { PlannedFault } from '../plan/plan-faults.ts'

export interface KindSummary {
  readonly kind: FaultKind
  readonly planned: number
  readonly happened: number
  readonly untilApprovalMs: number
  /** Undefined where nothing was killed. */
  readonly untilBackMs: number | undefined
}

interface Hit {
  readonly fault: PlannedFault
  readonly atMs: number
  approvalAtMs: number | undefined
  backAtMs: number | undefined
  happened: boolean
}

/** A pause without an approval that is worth a line. */
const notedPauseMs = 1_000

const killedBy = { 'kill-server': 'server', 'kill-database': 'database', 'kill-agent': 'agent' } as const

export class StormLog {
  approvals = 0
  longestPauseMs = 0
  readonly #planned: readonly PlannedFault[]
  readonly #now: () => number
  readonly #note: (line: string) => void
  readonly #hits = new Map<PlannedFault, Hit>()
  #lastApprovalMs: number | undefined

  /** `note` gets a line for each thing that happens, for the time line of a run. */
  constructor(planned: readonly PlannedFault[], parts: { now: () => number; note: (line: string) => void }) {
    this.#planned = planned
    this.#now = parts.now
    this.#note = parts.note
  }

  hit(fault: PlannedFault): void {
    const atMs = this.#now()
    this.#note(`${fault.kind} ${fault.part} of ${fault.target + 1}, ${fault.durationMs} ms, clock ${fault.offsetMs} ms`)
    this.#hits.set(fault, { fault, atMs, approvalAtMs: undefined, backAtMs: undefined, happened: false })
  }

  ended(fault: PlannedFault, happened: boolean): void {
    const hit = this.#hits.get(fault)
    this.#note(`${fault.kind} ${happened ? 'is over' : 'found nobody'}`)
    if (hit) hit.happened = happened
  }

  approved(): void {
    const now = this.#now()
    this.approvals += 1
    if (this.#lastApprovalMs !== undefined) {
      const pauseMs = now - this.#lastApprovalMs
      this.longestPauseMs = Math.max(this.longestPauseMs, pauseMs)
      if (pauseMs > notedPauseMs) this.#note(`first approval after ${Math.round(pauseMs)} ms`)
    }
    this.#lastApprovalMs = now
    for (const hit of this.#hits.values()) hit.approvalAtMs ??= now
  }

  ready(what: 'server' | 'database' | 'agent', index: number): void {
    const now = this.#now()
    this.#note(`${what} ${index + 1} answers`)
    for (const hit of this.#hits.values()) {
      const { kind, target, part } = hit.fault
      // A database whose backend was killed recovers by itself and is not started again.
      if (part === 'backend') continue
      if (Object.hasOwn(killedBy, kind) && killedBy[kind as keyof typeof killedBy] === what && target === index) {
        hit.backAtMs ??= now
      }
    }
  }

  summary(kinds: readonly FaultKind[]): KindSummary[] {
    return kinds.map((kind) => {
      const hits = [...this.#hits.values()].filter((hit) => hit.fault.kind === kind && hit.happened)
      const longest = (atMs: (hit: Hit) => number | undefined): number =>
        hits.reduce((most, hit) => Math.max(most, (atMs(hit) ?? hit.atMs) - hit.atMs), 0)
      return {
        kind,
        planned: this.#planned.filter((fault) => fault.kind === kind).length,
        happened: hits.length,
        untilApprovalMs: longest((hit) => hit.approvalAtMs),
        untilBackMs: Object.hasOwn(killedBy, kind) ? longest((hit) => hit.backAtMs) : undefined,
      }
    })
  }
}
