// What a run counts: per kind of message its response codes and latencies, and everything that must not happen.

import { LatencyHistogram } from './latency-histogram.ts'

export const loadKinds = ['purchase', 'balanceInquiry', 'void', 'refund', 'reversal'] as const
export type LoadKind = (typeof loadKinds)[number]

/** What went wrong with an exchange; each must be 0 in a sound run. */
export const loadProblems = ['noAnswer', 'unreadable', 'mismatched', 'macWrong', 'unresolved'] as const
export type LoadProblem = (typeof loadProblems)[number]

interface KindTally {
  readonly latency: LatencyHistogram
  readonly codes: Map<string, number>
}

export class LoadTally {
  readonly #kinds = new Map<LoadKind, KindTally>()
  readonly problems = new Map<LoadProblem, number>()
  #measuring = false

  /** Latencies and codes count from here on; problems always do. */
  startMeasuring(): void {
    this.#measuring = true
  }

  stopMeasuring(): void {
    this.#measuring = false
  }

  answered(kind: LoadKind, responseCode: string, latencyMs: number): void {
    if (!this.#measuring) return
    const tally = this.#kinds.get(kind) ?? { latency: new LatencyHistogram(), codes: new Map<string, number>() }
    this.#kinds.set(kind, tally)
    tally.latency.record(latencyMs * 1000)
    tally.codes.set(responseCode, (tally.codes.get(responseCode) ?? 0) + 1)
  }

  problem(problem: LoadProblem): void {
    this.problems.set(problem, (this.problems.get(problem) ?? 0) + 1)
  }

  kinds(): { kind: LoadKind; latency: LatencyHistogram; codes: ReadonlyMap<string, number> }[] {
    return loadKinds.flatMap((kind) => {
      const tally = this.#kinds.get(kind)
      return tally ? [{ kind, ...tally }] : []
    })
  }
}
