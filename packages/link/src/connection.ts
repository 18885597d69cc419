// One TCP connection that speaks frames, for either side of a link: cuts what arrives, batches what leaves, holds the
// peer back when we cannot keep up, and ends itself when the peer breaks a limit. Who may send how much, and what a
// frame means, is decided by its owner (link-server.ts, link-client.ts).

import type { Socket } from 'node:net'
import { Fault } from '@shua/assert'
import type { FrameCodec } from './frame-format.ts'
import { FrameReader } from './frame-reader.ts'
import type { DropReason, Peer } from './link-event.ts'

export interface ConnectionLimits {
  readonly codec: FrameCodec
  /** For a frame begun by the peer to be complete, and for the peer to take what we have written. */
  readonly frameTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly writeBufferBytesMax: number
}

export interface ConnectionOwner {
  /** Whether one more frame may be taken now; after a no, the owner calls `proceed` when that has changed. */
  canTake(): boolean
  takeFrame(payload: Buffer): void
  /** Answers still owed to this peer; the connection does not end by itself before they are zero. */
  owed(): number
  /** The peer has taken enough that more may be sent. */
  canSend(): void
  /** Called once, last. */
  ended(end: ConnectionEnd): void
}

export type ConnectionEnd =
  | { readonly kind: 'closed' }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly fault: Fault }

const lingerMs = 250
const normalEnd: ConnectionEnd = { kind: 'closed' }

export class Connection {
  readonly peer: Peer
  readonly #socket: Socket
  readonly #limits: ConnectionLimits
  readonly #owner: ConnectionOwner
  readonly #reader: FrameReader
  readonly #writeBufferBytesMax: number
  #out: Buffer[] = []
  #outBytes = 0
  #flushScheduled = false
  #held = false
  #draining = false
  #peerEnded = false
  #end: ConnectionEnd | undefined
  #socketError: Error | undefined
  #receivedAtMs = performance.now()
  #sentAtMs = 0
  #frameBegunAtMs: number | undefined
  #lingerUntilMs: number | undefined
  #takenBytes = 0
  #takenAtMs = 0
  #writtenBytes = 0

  constructor(options: { socket: Socket; peer: Peer; limits: ConnectionLimits; owner: ConnectionOwner }) {
    const { socket } = options
    this.peer = options.peer
    this.#socket = socket
    this.#limits = options.limits
    this.#owner = options.owner
    this.#reader = new FrameReader(options.limits.codec)
    // `drain` is only announced above the stream's own mark, so a smaller limit would wait for ever.
    this.#writeBufferBytesMax = Math.max(options.limits.writeBufferBytesMax, socket.writableHighWaterMark)
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('drain', () => this.#drained())
    socket.on('end', () => this.#peerHasEnded())
    socket.on('error', (error) => (this.#socketError = error))
    socket.on('close', () => this.#closed())
  }

  /** Whether frames can still be sent. */
  get open(): boolean {
    return this.#end === undefined && this.#socket.writable
  }

  /** Whether so much is waiting to be taken by the peer that nothing should be added. */
  get full(): boolean {
    return this.#outBytes + this.#socket.writableLength >= this.#writeBufferBytesMax
  }

  /** When the peer was last heard, by performance.now(). */
  get receivedAtMs(): number {
    return this.#receivedAtMs
  }

  /** Queues a frame; all frames of one turn of the event loop leave in one write. The payload was checked before. */
  send(payload: Buffer): void {
    this.#out.push(payload)
    this.#outBytes += payload.length
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    process.nextTick(() => this.#flush())
  }

  /** Takes up again what `canTake` had refused, and ends the connection when that was the last thing to do. */
  proceed(): void {
    if (this.#held) this.#takeFrames(performance.now())
    this.#endIfDone()
  }

  /** Takes no further frame and ends as soon as nothing is owed. */
  drain(): void {
    this.#draining = true
    this.#endIfDone()
  }

  /** Ends at once, with a reason the owner will report; an end that was already normal for both sides stays normal. */
  drop(reason: DropReason, fault: Fault): void {
    const unfinished = this.#end === normalEnd && this.#lingerUntilMs === undefined
    if (this.#end === undefined || unfinished) this.#end = { kind: 'dropped', reason, fault }
    this.#socket.destroy()
  }

  /** Called by the watch at every tick. */
  check(nowMs: number): void {
    if (this.#lingerUntilMs !== undefined) {
      if (nowMs >= this.#lingerUntilMs) this.#socket.destroy()
      return
    }
    const { frameTimeoutMs, idleTimeoutMs } = this.#limits
    if (this.#frameBegunAtMs !== undefined && nowMs - this.#frameBegunAtMs >= frameTimeoutMs) {
      this.drop(
        'frameTimeout',
        new Fault('LINK_FRAME_TIMEOUT', 'the peer did not finish the frame it began', { details: { frameTimeoutMs } }),
      )
    } else if (this.#isStuck(nowMs)) {
      this.drop(
        'notReading',
        new Fault('LINK_PEER_NOT_READING', 'the peer does not take what is sent to it', {
          details: { frameTimeoutMs, waitingBytes: this.#socket.writableLength },
        }),
      )
    } else if (this.#end === undefined && this.#isIdle(nowMs)) {
      this.drop('idle', new Fault('LINK_IDLE', 'nothing was said for too long', { details: { idleTimeoutMs } }))
    }
  }

  #received(chunk: Buffer): void {
    if (this.#end !== undefined) return
    const nowMs = performance.now()
    this.#receivedAtMs = nowMs
    this.#reader.push(chunk)
    this.#takeFrames(nowMs)
  }

  #takeFrames(nowMs: number): void {
    let took = false
    while (this.#reader.hasMore && this.#end === undefined) {
      if (this.#draining || !this.#owner.canTake()) {
        this.#hold()
        return
      }
      const payload = this.#nextFrame()
      if (payload === undefined) break
      took = true
      this.#owner.takeFrame(payload)
    }
    if (this.#end !== undefined) return
    if (this.#held) {
      this.#held = false
      this.#socket.resume()
    }
    if (!this.#reader.midFrame) this.#frameBegunAtMs = undefined
    else if (took || this.#frameBegunAtMs === undefined) this.#frameBegunAtMs = nowMs
  }

  #nextFrame(): Buffer | undefined {
    try {
      return this.#reader.next()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.drop(dropReasonOf(error), error)
      return undefined
    }
  }

  /** Stops reading, so that the peer's own send buffer fills. The frame limit rests: the delay is ours now. */
  #hold(): void {
    this.#frameBegunAtMs = undefined
    if (this.#held) return
    this.#held = true
    this.#socket.pause()
  }

  #flush(): void {
    this.#flushScheduled = false
    if (this.#out.length === 0 || !this.#socket.writable) return
    const wasFull = this.full
    const bytes = this.#limits.codec.encode(this.#out)
    this.#out = []
    this.#outBytes = 0
    this.#sentAtMs = performance.now()
    if (this.#socket.writableLength === 0) this.#takenAtMs = this.#sentAtMs
    this.#writtenBytes += bytes.length
    this.#socket.write(bytes)
    if (wasFull && !this.full) this.#owner.canSend()
  }

  #drained(): void {
    if (this.#end === undefined) this.#owner.canSend()
  }

  #peerHasEnded(): void {
    this.#peerEnded = true
    this.#endIfDone()
  }

  #endIfDone(): void {
    if (this.#end !== undefined || this.#owner.owed() > 0) return
    if (!this.#draining && !(this.#peerEnded && !this.#reader.hasMore)) return
    this.#end = this.#peerEnded && this.#reader.midFrame ? truncatedEnd() : normalEnd
    this.#frameBegunAtMs = undefined
    this.#flush()
    // Closing with unread bytes would reset the connection and could cost the peer the answer just written. So what
    // still comes is read and thrown away until the peer has closed too, or the watch finds that it takes too long.
    this.#socket.resume()
    this.#socket.end(() => (this.#lingerUntilMs = performance.now() + lingerMs))
  }

  #closed(): void {
    this.#flushScheduled = true
    this.#out = []
    this.#outBytes = 0
    const end = this.#end ?? this.#brokenEnd()
    this.#end = end
    this.#owner.ended(end)
  }

  #brokenEnd(): ConnectionEnd {
    if (this.#socketError === undefined && this.#peerEnded) return normalEnd
    return {
      kind: 'dropped',
      reason: 'socketError',
      fault: new Fault('LINK_SOCKET', 'the connection broke', { cause: this.#socketError }),
    }
  }

  #isStuck(nowMs: number): boolean {
    const takenBytes = this.#writtenBytes - this.#socket.writableLength
    if (this.#socket.writableLength > 0 && takenBytes === this.#takenBytes) {
      return nowMs - this.#takenAtMs >= this.#limits.frameTimeoutMs
    }
    this.#takenBytes = takenBytes
    this.#takenAtMs = nowMs
    return false
  }

  #isIdle(nowMs: number): boolean {
    if (this.#held || this.#owner.owed() > 0 || this.#socket.writableLength > 0) return false
    return nowMs - Math.max(this.#receivedAtMs, this.#sentAtMs) >= this.#limits.idleTimeoutMs
  }
}

function truncatedEnd(): ConnectionEnd {
  const fault = new Fault('LINK_FRAME_TRUNCATED', 'the peer went away in the middle of a frame')
  return { kind: 'dropped', reason: 'truncated', fault }
}

function dropReasonOf(fault: Fault): DropReason {
  if (fault.code === 'LINK_FRAME_EMPTY') return 'frameEmpty'
  return fault.code === 'LINK_FRAME_OVERSIZED' ? 'frameOversized' : 'frameLength'
}
