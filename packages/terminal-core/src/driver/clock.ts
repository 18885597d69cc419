// Time comes into the terminal through this port; the application that starts it owns the real clock.

export interface Clock {
  now(): Date
  /** Monotonic nanoseconds, for durations in the trace. */
  monotonicNs(): bigint
}
