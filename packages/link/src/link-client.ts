// The requesting side of a link that keeps its connection: many requests in flight over one socket, each answer matched
// by a key the owner declares. The switch reaches other issuers with it, and so does a terminal that stays connected.

import type { Socket } from 'node:net'
import { assert, Fault } from '@shua/assert'
import { Connection, type ConnectionEnd, type ConnectionLimits, type ConnectionOwner } from './connection.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { dial } from './dial.ts'
import { FrameCodec, type FrameFormat } from './frame-format.ts'
import { linkDefault } from './link-default.ts'
import type { LinkEvent, Peer, Unmatched } from './link-event.ts'
import { type LinkAnswer, type PendingRequest, PendingRequests } from './pending-requests.ts'
import { type Backoff, reconnectDelayMs } from './reconnect-delay.ts'
import { UnmatchedAnswers } from './unmatched-answers.ts'

export interface LinkClientOptions {
  readonly host: string
  readonly port: number
  readonly frame: FrameFormat
  /**
   * What request and answer have in common and no two requests in flight share, for example terminal + message class +
   * STAN; undefined when the payload has no such key. It must never hold card data: events and faults name it.
   */
  readonly matchKey: (payload: Buffer, direction: 'request' | 'answer') => string | undefined
  readonly backoff: Backoff
  /** Requests waiting for an answer or for their turn to be sent. */
  readonly pendingMax: number
  /** From 0 to below 1, for the jitter of the back-off. */
  readonly random: () => number
  readonly onEvent?: (event: LinkEvent) => void
  readonly connectTimeoutMs?: number
  /** The peer must finish a frame it began, and take the requests written to it, within this time. */
  readonly frameTimeoutMs?: number
  /** Requests wait unsent while more than this waits to be taken by the peer. */
  readonly writeBufferBytesMax?: number
  readonly keepAliveMs?: number
  /** Unmatched answers kept for `unmatched()`. */
  readonly unmatchedMax?: number
  /** Requests in a row that time out without one byte from the peer, before the connection is taken for dead. */
  readonly silentTimeoutsMax?: number
  /** Milliseconds since 1970, for the times shown to people. */
  readonly now?: () => number
}

export interface LinkClientStats {
  /** `waiting` is the pause between two attempts to connect. */
  readonly state: 'connecting' | 'ready' | 'waiting' | 'closing' | 'closed'
  readonly ready: boolean
  readonly inFlight: number
  /** Waiting for a connection, or for the peer to take what was written before. */
  readonly unsent: number
  readonly sent: number
  readonly answered: number
  readonly timedOut: number
  readonly unmatched: number
  readonly connects: number
}

export class LinkClient {
  readonly #options: LinkClientOptions
  readonly #emit: (event: LinkEvent) => void
  readonly #limits: ConnectionLimits
  readonly #watch: ConnectionWatch
  readonly #pending = new PendingRequests((request) => this.#timedOut(request))
  readonly #unsent = new Set<PendingRequest>()
  readonly #unmatched: UnmatchedAnswers
  readonly #abort = new AbortController()
  #state: LinkClientStats['state'] = 'connecting'
  #connection: Connection | undefined
  #retryTimer: NodeJS.Timeout | undefined
  /** Attempts since a connection last proved to work, by bringing a frame or by lasting. */
  #failures = 0
  #proven = false
  #connectedAtMs = 0
  #silentTimeouts = 0
  #counts = { sent: 0, answered: 0, timedOut: 0, connects: 0 }
  #drained: (() => void) | undefined
  #closed: (() => void) | undefined
  #isClosing = false
  #closing: Promise<void> | undefined

  /** Begins to connect at once. Fault: LINK_FRAME_FORMAT. */
  constructor(options: LinkClientOptions) {
    assert(options.pendingMax >= 1, 'at least one request may be pending')
    assert(options.backoff.firstMs > 0 && options.backoff.maxMs >= options.backoff.firstMs, 'the back-off grows')
    this.#options = options
    this.#emit = options.onEvent ?? (() => {})
    this.#limits = {
      codec: new FrameCodec(options.frame),
      frameTimeoutMs: options.frameTimeoutMs ?? linkDefault.frameTimeoutMs,
      idleTimeoutMs: Number.POSITIVE_INFINITY,
      writeBufferBytesMax: options.writeBufferBytesMax ?? linkDefault.writeBufferBytesMax,
    }
    this.#watch = new ConnectionWatch(this.#limits.frameTimeoutMs)
    this.#unmatched = new UnmatchedAnswers({
      keptMax: options.unmatchedMax ?? linkDefault.unmatchedMax,
      now: options.now ?? (() => performance.timeOrigin + performance.now()),
    })
    void this.#connect()
  }

  /**
   * Never rejects. A request made while a connection is being opened waits for it; one made in the pause after a failed
   * attempt is refused at once, so that its owner can act. Causes of `noAnswer`: LINK_NO_ANSWER (timed out),
   * LINK_CONNECTION_LOST, LINK_NOT_CONNECTED, LINK_KEY_MISSING, LINK_KEY_IN_FLIGHT, LINK_PENDING_FULL, LINK_CLOSED,
   * LINK_FRAME_EMPTY, LINK_FRAME_OVERSIZED.
   */
  request(payload: Buffer, options: { timeoutMs: number }): Promise<LinkAnswer> {
    const key = this.#admit(payload)
    if (key instanceof Fault) return Promise.resolve({ kind: 'noAnswer', sent: false, cause: key })
    const { timeoutMs } = options
    return new Promise((resolve) => {
      const begunMs = performance.now()
      const dueMs = begunMs + timeoutMs
      const request: PendingRequest = {
        key,
        payload,
        timeoutMs,
        begunMs,
        dueMs,
        resolve,
        sentMs: undefined,
        heapIndex: -1,
      }
      this.#pending.add(request)
      if (this.#connection?.open && !this.#connection.full) this.#send(this.#connection, request)
      else this.#unsent.add(request)
    })
  }

  /** The last answers that fitted no request, oldest first. */
  unmatched(): readonly Unmatched[] {
    return this.#unmatched.list()
  }

  stats(): LinkClientStats {
    return {
      state: this.#state,
      ready: this.#state === 'ready',
      inFlight: this.#pending.size - this.#unsent.size,
      unsent: this.#unsent.size,
      ...this.#counts,
      unmatched: this.#unmatched.count,
    }
  }

  /** Takes no further request, waits for the answers in flight up to `drainMs`, then ends the connection. */
  close(options: { drainMs: number }): Promise<void> {
    this.#isClosing = true
    this.#closing ??= this.#close(options.drainMs)
    return this.#closing
  }

  /** The key of a request that may go ahead, or why it may not. */
  #admit(payload: Buffer): string | Fault {
    if (this.#isClosing) return closedFault()
    try {
      this.#limits.codec.checkPayload(payload)
    } catch (error) {
      if (error instanceof Fault) return error
      throw error
    }
    const key = this.#keyOf(payload, 'request')
    if (key instanceof Fault) return key
    if (this.#pending.get(key) !== undefined) {
      return new Fault('LINK_KEY_IN_FLIGHT', `a request with the key ${key} is in flight`, { details: { key } })
    }
    const { pendingMax } = this.#options
    if (this.#pending.size >= pendingMax) {
      return new Fault('LINK_PENDING_FULL', 'too many requests are waiting', { details: { pendingMax } })
    }
    if (this.#state === 'waiting' && this.#failures > 0) return notConnectedFault()
    return key
  }

  #keyOf(payload: Buffer, direction: 'request' | 'answer'): string | Fault {
    try {
      const key = this.#options.matchKey(payload, direction)
      return key ?? new Fault('LINK_KEY_MISSING', `the ${direction} has no key to match by`, { details: { direction } })
    } catch (cause) {
      return new Fault('LINK_KEY_MISSING', `the ${direction} has no key to match by`, { details: { direction }, cause })
    }
  }

  #send(connection: Connection, request: PendingRequest): void {
    request.sentMs = performance.now()
    this.#counts.sent += 1
    connection.send(request.payload)
  }

  #sendWaiting(connection: Connection): void {
    for (const request of this.#unsent) {
      if (!connection.open || connection.full) return
      this.#unsent.delete(request)
      this.#send(connection, request)
    }
  }

  #received(peer: Peer, payload: Buffer): void {
    this.#proven = true
    this.#silentTimeouts = 0
    const key = this.#keyOf(payload, 'answer')
    const request = key instanceof Fault ? undefined : this.#pending.get(key)
    if (request?.sentMs !== undefined) {
      this.#counts.answered += 1
      this.#settle(request, { kind: 'answer', payload, elapsedMs: performance.now() - request.begunMs })
      return
    }
    const known = key instanceof Fault ? undefined : key
    const reason = known === undefined ? 'keyMissing' : this.#pending.wasLate(known) ? 'late' : 'unsolicited'
    const unmatched = this.#unmatched.add(reason, known, payload)
    this.#emit({ kind: 'unmatched', peer, unmatched })
  }

  /** Ends a request that is still pending. */
  #settle(request: PendingRequest, answer: LinkAnswer): void {
    this.#pending.remove(request)
    this.#finish(request, answer)
  }

  /** Hands out the end of a request that is no longer pending. */
  #finish(request: PendingRequest, answer: LinkAnswer): void {
    this.#unsent.delete(request)
    request.resolve(answer)
    if (this.#pending.size === 0) this.#drained?.()
  }

  #timedOut(request: PendingRequest): void {
    const { key, timeoutMs, sentMs } = request
    this.#counts.timedOut += 1
    const cause = new Fault('LINK_NO_ANSWER', `no answer within ${timeoutMs} ms`, { details: { key, timeoutMs } })
    this.#finish(request, { kind: 'noAnswer', sent: sentMs !== undefined, cause })
    const connection = this.#connection
    if (connection === undefined || sentMs === undefined || connection.receivedAtMs > sentMs) return
    this.#silentTimeouts += 1
    if (this.#silentTimeouts < (this.#options.silentTimeoutsMax ?? linkDefault.silentTimeoutsMax)) return
    const timeouts = this.#silentTimeouts
    connection.drop(
      'silent',
      new Fault('LINK_PEER_SILENT', 'requests time out and the peer sends nothing', { details: { timeouts } }),
    )
  }

  async #connect(): Promise<void> {
    const { host, port, connectTimeoutMs, keepAliveMs } = this.#options
    this.#state = 'connecting'
    let socket: Socket
    try {
      socket = await dial({
        host,
        port,
        timeoutMs: connectTimeoutMs ?? linkDefault.connectTimeoutMs,
        keepAliveMs: keepAliveMs ?? linkDefault.keepAliveMs,
        signal: this.#abort.signal,
      })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#failures += 1
      this.#retry(error)
      return
    }
    if (this.#isClosing) socket.destroy()
    else this.#connected(socket)
  }

  #connected(socket: Socket): void {
    const { host, port } = this.#options
    this.#counts.connects += 1
    this.#silentTimeouts = 0
    this.#connectedAtMs = performance.now()
    this.#proven = false
    this.#state = 'ready'
    const peer = { id: this.#counts.connects, host, port }
    const owner: ConnectionOwner = {
      canTake: () => true,
      takeFrame: (payload) => this.#received(peer, payload),
      owed: () => 0,
      canSend: () => this.#sendWaiting(connection),
      ended: (end) => this.#connectionHasEnded(connection, end),
    }
    const connection = new Connection({ socket, peer, limits: this.#limits, owner })
    this.#connection = connection
    this.#watch.add(connection)
    this.#emit({ kind: 'connected', peer })
    this.#sendWaiting(connection)
  }

  #connectionHasEnded(connection: Connection, end: ConnectionEnd): void {
    this.#connection = undefined
    this.#watch.remove(connection)
    const fault = end.kind === 'dropped' ? end.fault : new Fault('LINK_PEER_CLOSED', 'the peer closed the connection')
    const cause = new Fault('LINK_CONNECTION_LOST', 'the connection ended before the answer', { cause: fault })
    for (const request of this.#pending.take('sent')) this.#finish(request, { kind: 'noAnswer', sent: true, cause })
    // A host that accepts and hangs up at once, as one at its cap does, must not be called again without a growing pause.
    const lasted = performance.now() - this.#connectedAtMs >= this.#options.backoff.maxMs
    this.#failures = this.#proven || lasted ? 0 : this.#failures + 1
    this.#emit({ ...end, peer: connection.peer })
    this.#retry(fault)
  }

  /** Plans the next attempt. What waits unsent is kept only while there is reason to hope that the attempt succeeds. */
  #retry(fault: Fault): void {
    if (this.#isClosing) {
      this.#endPending('unsent', closedFault())
      this.#closed?.()
      return
    }
    this.#state = 'waiting'
    if (this.#failures > 0) this.#endPending('unsent', notConnectedFault(fault))
    const attempt = Math.max(this.#failures, 1)
    const delayMs = reconnectDelayMs(attempt, this.#options.backoff, this.#options.random)
    this.#retryTimer = setTimeout(() => void this.#connect(), delayMs)
    this.#emit({ kind: 'reconnecting', attempt, delayMs, fault })
  }

  #endPending(which: 'sent' | 'unsent', cause: Fault): void {
    for (const request of this.#pending.take(which)) {
      this.#finish(request, { kind: 'noAnswer', sent: which === 'sent', cause })
    }
  }

  async #close(drainMs: number): Promise<void> {
    this.#state = 'closing'
    clearTimeout(this.#retryTimer)
    this.#abort.abort()
    if (this.#connection === undefined) this.#endPending('unsent', closedFault())
    else await this.#drain(this.#connection, drainMs)
    this.#pending.stop()
    this.#state = 'closed'
  }

  async #drain(connection: Connection, drainMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#closed = resolve))
    this.#drained = () => connection.drain()
    const timer = setTimeout(() => {
      this.#endPending('unsent', closedFault())
      const details = { drainMs }
      connection.drop(
        'drainTimeout',
        new Fault('LINK_DRAIN_TIMEOUT', 'the answers in flight took too long', { details }),
      )
    }, drainMs)
    if (this.#pending.size === 0) connection.drain()
    await closed
    clearTimeout(timer)
  }
}

function closedFault(): Fault {
  return new Fault('LINK_CLOSED', 'the link was closed')
}

function notConnectedFault(cause?: Fault): Fault {
  return new Fault('LINK_NOT_CONNECTED', 'the link has no connection', { cause })
}
