// One peer of a server: gives its frames to the handler, sends the answers back, and keeps count of what it is owed.
// A handler that fails or stays silent costs an event and nothing else.

import type { Socket } from 'node:net'
import { Fault } from '@shua/assert'
import { Connection, type ConnectionEnd, type ConnectionLimits, type ConnectionOwner } from './connection.ts'
import type { LinkEvent, Peer } from './link-event.ts'

/** What all peers of one server share. */
export interface PeerHost {
  readonly limits: ConnectionLimits
  readonly inFlightPerConnectionMax: number
  readonly onFrame: (payload: Buffer, peer: Peer) => Promise<Buffer | undefined>
  readonly emit: (event: LinkEvent) => void
  readonly ended: (peer: ServedPeer, end: ConnectionEnd) => void
  readonly counts: { inFlight: number; framesIn: number; framesOut: number; unanswered: number; undeliverable: number }
}

export class ServedPeer implements ConnectionOwner {
  readonly connection: Connection
  readonly #host: PeerHost
  #inFlight = 0

  constructor(host: PeerHost, socket: Socket, id: number) {
    this.#host = host
    const peer: Peer = { id, host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    this.connection = new Connection({ socket, peer, limits: host.limits, owner: this })
  }

  canTake(): boolean {
    return this.#inFlight < this.#host.inFlightPerConnectionMax && !this.connection.full
  }

  takeFrame(payload: Buffer): void {
    this.#inFlight += 1
    this.#host.counts.inFlight += 1
    this.#host.counts.framesIn += 1
    let answer: Promise<Buffer | undefined>
    try {
      answer = this.#host.onFrame(payload, this.connection.peer)
    } catch (cause) {
      // A handler that throws before its first await is treated as one that rejects, and never inside the reading loop.
      answer = Promise.reject(cause)
    }
    answer.then(
      (bytes) => this.#settle(bytes === undefined ? silentFault() : this.#send(bytes)),
      (cause: unknown) => this.#settle(new Fault('LINK_HANDLER_FAILED', 'the handler of a frame failed', { cause })),
    )
  }

  owed(): number {
    return this.#inFlight
  }

  canSend(): void {
    this.connection.proceed()
  }

  ended(end: ConnectionEnd): void {
    this.#host.ended(this, end)
  }

  /** Sends an answer, or tells why that is impossible. */
  #send(payload: Buffer): Fault | undefined {
    if (!this.connection.open) {
      return new Fault('LINK_ANSWER_UNDELIVERABLE', 'the peer had gone before its answer was ready')
    }
    try {
      this.#host.limits.codec.checkPayload(payload)
    } catch (error) {
      if (error instanceof Fault) return error
      throw error
    }
    this.connection.send(payload)
    this.#host.counts.framesOut += 1
    return undefined
  }

  #settle(fault: Fault | undefined): void {
    const { counts, emit } = this.#host
    this.#inFlight -= 1
    counts.inFlight -= 1
    this.connection.proceed()
    if (fault === undefined) return
    const kind = fault.code === 'LINK_ANSWER_UNDELIVERABLE' ? 'undeliverable' : 'unanswered'
    counts[kind] += 1
    emit({ kind, peer: this.connection.peer, fault })
  }
}

function silentFault(): Fault {
  return new Fault('LINK_HANDLER_SILENT', 'the handler of a frame gave no answer')
}
