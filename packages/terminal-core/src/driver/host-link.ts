// The way to the acquirer: one request, one answer, or no answer. What a transport is (TCP, TLS, serial line) is its own
// business; the engine only needs to know whether the request may have arrived.

import type { Fault } from '@shua/assert'

export type HostReply =
  | { readonly kind: 'answer'; readonly payload: Buffer; readonly elapsedMs: number }
  /** `sent: false` promises that not one byte of the request left this machine. */
  | { readonly kind: 'noAnswer'; readonly sent: boolean; readonly cause: Fault }

export type LinkState = 'online' | 'offline' | 'unknown'

export interface HostLink {
  /** `payload` is TPDU, header and message. Never rejects because of the world. */
  send(payload: Buffer, timeoutMs: number): Promise<HostReply>
  /** What the last exchange showed. */
  readonly state: LinkState
}
