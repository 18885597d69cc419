// How long a client waits before it connects again: doubling from the first wait to the longest, half of it by chance,
// so that the clients of a host that comes back do not all arrive in the same moment.

export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/** The wait before the attempt of this number, counted from 1; `random` answers from 0 to below 1. */
export function reconnectDelayMs(attempt: number, backoff: Backoff, random: () => number): number {
  const ceilingMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 52))
  return ceilingMs / 2 + (ceilingMs / 2) * random()
}
