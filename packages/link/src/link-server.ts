// The host's side of a link: terminals connect, each frame goes to the handler, each answer goes back as a frame when
// it is ready, in any order. The acquirer listens with it for terminals, an issuer for a switch.

import { createServer, type Server } from 'node:net'
import { assert, Fault } from '@shua/assert'
import type { ConnectionEnd } from './connection.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { FrameCodec, type FrameFormat } from './frame-format.ts'
import { linkDefault } from './link-default.ts'
import type { DropReason, LinkEvent, Peer } from './link-event.ts'
import { type PeerHost, ServedPeer } from './served-peer.ts'

export interface LinkServerOptions {
  readonly host: string
  /** 0 lets the operating system choose; `LinkServer.port` tells which. */
  readonly port: number
  readonly frame: FrameFormat
  readonly connectionsMax: number
  /** A connection that says nothing, and is owed nothing, for so long is dropped. */
  readonly idleTimeoutMs: number
  /** A peer must finish a frame it began, and take the answers written to it, within this time. */
  readonly frameTimeoutMs: number
  /** So many frames of one connection are with the handler; the rest waits unread. */
  readonly inFlightPerConnectionMax: number
  /** Answers the payload to send back. A rejection or undefined costs an event, never the connection. */
  readonly onFrame: (payload: Buffer, peer: Peer) => Promise<Buffer | undefined>
  readonly onEvent?: (event: LinkEvent) => void
  /** Reading pauses while more than this waits to be taken by the peer. */
  readonly writeBufferBytesMax?: number
  /** Silence after which the operating system begins to probe whether the peer is still there. */
  readonly keepAliveMs?: number
}

export interface LinkServerStats {
  /** Listening, and not about to close. */
  readonly ready: boolean
  readonly connections: number
  /** Frames with the handler now. */
  readonly inFlight: number
  readonly framesIn: number
  readonly framesOut: number
  /** Connections turned away because of the cap. */
  readonly refused: number
  readonly unanswered: number
  readonly undeliverable: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

export interface LinkServer {
  readonly host: string
  readonly port: number
  stats(): LinkServerStats
  /** Takes no further frame, waits for the answers in flight up to `drainMs`, then ends what is left. */
  close(options: { drainMs: number }): Promise<void>
}

/** Resolves when the port is open. Faults: LINK_FRAME_FORMAT, LINK_LISTEN. */
export async function startLinkServer(options: LinkServerOptions): Promise<LinkServer> {
  assert(options.connectionsMax >= 1, 'at least one connection is allowed')
  assert(options.inFlightPerConnectionMax >= 1, 'at least one frame may be in flight')
  assert(options.idleTimeoutMs > 0 && options.frameTimeoutMs > 0, 'the limits of time are positive')
  const server = new TcpLinkServer(options)
  await server.listen()
  return server
}

class TcpLinkServer implements LinkServer {
  readonly host: string
  port: number
  readonly #emit: (event: LinkEvent) => void
  readonly #connectionsMax: number
  readonly #watch: ConnectionWatch
  readonly #server: Server
  readonly #peerHost: PeerHost
  readonly #peers = new Set<ServedPeer>()
  readonly #counts = { inFlight: 0, framesIn: 0, framesOut: 0, unanswered: 0, undeliverable: 0 }
  readonly #dropped: Partial<Record<DropReason, number>> = {}
  #peerId = 0
  #refused = 0
  #isClosing = false
  #allEnded: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(options: LinkServerOptions) {
    this.host = options.host
    this.port = options.port
    this.#emit = options.onEvent ?? (() => {})
    this.#connectionsMax = options.connectionsMax
    this.#watch = new ConnectionWatch(Math.min(options.frameTimeoutMs, options.idleTimeoutMs))
    this.#peerHost = {
      limits: {
        codec: new FrameCodec(options.frame),
        frameTimeoutMs: options.frameTimeoutMs,
        idleTimeoutMs: options.idleTimeoutMs,
        writeBufferBytesMax: options.writeBufferBytesMax ?? linkDefault.writeBufferBytesMax,
      },
      inFlightPerConnectionMax: options.inFlightPerConnectionMax,
      onFrame: options.onFrame,
      emit: this.#emit,
      ended: (peer, end) => this.#ended(peer, end),
      counts: this.#counts,
    }
    this.#server = this.#createServer(options.keepAliveMs ?? linkDefault.keepAliveMs)
  }

  listen(): Promise<void> {
    const { host, port } = this
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(new Fault('LINK_LISTEN', `cannot listen on ${host}:${port}`, { details: { host, port }, cause }))
      this.#server.once('error', failed)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', failed)
        this.#server.on('error', (cause) =>
          this.#emit({ kind: 'acceptFailed', fault: new Fault('LINK_ACCEPT', 'a connection was lost', { cause }) }),
        )
        const address = this.#server.address()
        assert(address !== null && typeof address === 'object', 'a TCP server has a port')
        this.port = address.port
        resolve()
      })
    })
  }

  stats(): LinkServerStats {
    return {
      ready: this.#server.listening && !this.#isClosing,
      connections: this.#peers.size,
      ...this.#counts,
      refused: this.#refused,
      dropped: { ...this.#dropped },
    }
  }

  close(options: { drainMs: number }): Promise<void> {
    this.#isClosing = true
    this.#closing ??= this.#drain(options.drainMs)
    return this.#closing
  }

  #createServer(keepAliveMs: number): Server {
    // Half-open is allowed, because a client may send its FIN right after the request and still wait for the answer.
    const server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    })
    server.maxConnections = this.#connectionsMax
    server.on('connection', (socket) => {
      this.#peerId += 1
      const peer = new ServedPeer(this.#peerHost, socket, this.#peerId)
      this.#peers.add(peer)
      this.#watch.add(peer.connection)
      this.#emit({ kind: 'connected', peer: peer.connection.peer })
    })
    server.on('drop', (socket) => this.#refuse(socket?.remoteAddress ?? '', socket?.remotePort ?? 0))
    return server
  }

  #refuse(host: string, port: number): void {
    this.#refused += 1
    const connectionsMax = this.#connectionsMax
    const fault = new Fault('LINK_CONNECTIONS_MAX', `all ${connectionsMax} connections are taken`, {
      details: { connectionsMax },
    })
    this.#emit({ kind: 'refused', host, port, fault })
  }

  #ended(served: ServedPeer, end: ConnectionEnd): void {
    this.#watch.remove(served.connection)
    this.#peers.delete(served)
    if (end.kind === 'dropped') this.#dropped[end.reason] = (this.#dropped[end.reason] ?? 0) + 1
    this.#emit({ ...end, peer: served.connection.peer })
    if (this.#peers.size === 0) this.#allEnded?.()
  }

  async #drain(drainMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const allEnded = new Promise<void>((resolve) => (this.#allEnded = resolve))
    if (this.#peers.size === 0) this.#allEnded?.()
    for (const { connection } of this.#peers) connection.drain()
    const timer = setTimeout(() => {
      const fault = new Fault('LINK_DRAIN_TIMEOUT', 'the answers in flight took too long', { details: { drainMs } })
      for (const { connection } of this.#peers) connection.drop('drainTimeout', fault)
    }, drainMs)
    await Promise.all([closed, allEnded])
    clearTimeout(timer)
  }
}
