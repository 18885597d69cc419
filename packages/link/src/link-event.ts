// What a link tells the world about its connections. Applications log these and show them in the console; a link itself
// never logs. Each `connected` is followed by exactly one `closed` (the normal end) or `dropped` (something was wrong).

import type { Fault } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'

export interface Peer {
  /** Counts the connections of one server or client since its start. */
  readonly id: number
  readonly host: string
  readonly port: number
}

export type DropReason =
  /** A frame announced no bytes, too many, or a length that is no number. */
  | 'frameEmpty'
  | 'frameOversized'
  | 'frameLength'
  /** The peer began a frame and did not finish it in time, or went away in the middle of it. */
  | 'frameTimeout'
  | 'truncated'
  /** Nothing was said and nothing was owed for too long. */
  | 'idle'
  /** The peer does not take what we write. */
  | 'notReading'
  /** Several requests in a row timed out without a single byte from the peer: the connection is taken for half-open. */
  | 'silent'
  | 'socketError'
  /** The link was closed and the time to finish was over. */
  | 'drainTimeout'

/** An answer that no waiting request could be given. The payload may hold card data, so it does not print. */
export interface Unmatched {
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** `late`: its request had timed out. `unsolicited`: no request has the key. `keyMissing`: the rule found no key. */
  readonly reason: 'late' | 'unsolicited' | 'keyMissing'
  readonly key: string | undefined
  readonly payload: Sensitive<Buffer>
}

export type LinkEvent =
  | { readonly kind: 'connected'; readonly peer: Peer }
  | { readonly kind: 'closed'; readonly peer: Peer }
  | { readonly kind: 'dropped'; readonly peer: Peer; readonly reason: DropReason; readonly fault: Fault }
  /** Server: the connection cap was reached, this peer was turned away. */
  | { readonly kind: 'refused'; readonly host: string; readonly port: number; readonly fault: Fault }
  /** Server: the handler failed, gave no answer, or gave one that no frame can carry. The connection lives on. */
  | { readonly kind: 'unanswered'; readonly peer: Peer; readonly fault: Fault }
  /** Server: the answer was ready, but its peer had gone. */
  | { readonly kind: 'undeliverable'; readonly peer: Peer; readonly fault: Fault }
  /** Server: the operating system could not hand over a connection (out of file handles, for example). */
  | { readonly kind: 'acceptFailed'; readonly fault: Fault }
  /** Client: the connection was lost or could not be made; the next attempt comes after the delay. */
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly delayMs: number; readonly fault: Fault }
  | { readonly kind: 'unmatched'; readonly peer: Peer; readonly unmatched: Unmatched }
