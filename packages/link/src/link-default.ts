// Values a link uses where its options leave the choice open.

export const linkDefault = {
  connectTimeoutMs: 10_000,
  frameTimeoutMs: 10_000,
  keepAliveMs: 30_000,
  writeBufferBytesMax: 262_144,
  /** Unmatched answers kept for the console. */
  unmatchedMax: 100,
  /** Requests in a row that time out without one byte from the peer, before its connection is taken for dead. */
  silentTimeoutsMax: 3,
} as const
