// A TCP proxy that breaks the link between a client and a server in the ways real networks do, frame by frame. Protocol
// tests and chaos runs put it between terminal and host; each decision is asked for, so a seed repeats a whole run.

import { createServer, type Server, Socket } from 'node:net'
import { assert, assertNever, Fault } from '@shua/assert'
import { FrameCodec, type FrameFormat } from '../frame-format.ts'
import { FrameReader } from '../frame-reader.ts'

export type FaultyAction =
  | { readonly kind: 'pass' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'duplicate' }
  /** This frame alone comes later; those after it may overtake it. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Delivered after the next frame of the same connection and direction, or after `msMax` when none comes. */
  | { readonly kind: 'reorder'; readonly msMax: number }
  /** Delivered in pieces, one each millisecond, as a bad radio link does. */
  | { readonly kind: 'split'; readonly pieceBytes: number }
  /** The first bytes are delivered, length included, then both sides are cut. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }

export interface FrameOccasion {
  readonly direction: 'toServer' | 'toClient'
  /** Both counted from 1: connections of the proxy, frames of the connection in this direction. */
  readonly connection: number
  readonly frame: number
  readonly payload: Buffer
}

export interface FaultyLinkOptions {
  readonly target: { readonly host: string; readonly port: number }
  readonly frame: FrameFormat
  readonly decide: (occasion: FrameOccasion) => FaultyAction
  /** Where to listen; 127.0.0.1 and a free port when left out. */
  readonly host?: string
  readonly port?: number
}

/** One direction of one connection. */
class Pipe {
  readonly direction: FrameOccasion['direction']
  readonly connection: number
  readonly source: Socket
  readonly sink: Socket
  frames = 0
  /** Frames to deliver after the next one. */
  held: Buffer[] = []
  /** What waits for a frame that is being delivered in pieces. */
  queued: Buffer[] | undefined
  /** Deliveries that a timer will make; the sink is not told of the end before these. */
  timers = 0
  ended = false

  constructor(ends: Pick<Pipe, 'direction' | 'connection' | 'source' | 'sink'>) {
    this.direction = ends.direction
    this.connection = ends.connection
    this.source = ends.source
    this.sink = ends.sink
  }
}

export class FaultyLink {
  readonly host: string
  port = 0
  /** May be exchanged while running: calm after a storm, for instance. */
  decide: (occasion: FrameOccasion) => FaultyAction
  /** While true, new connections are cut at once, as if the host were down. */
  refusing = false
  /** What was done so far, so that a test can prove that its faults happened. */
  readonly counts: Record<FaultyAction['kind'], number> = {
    pass: 0,
    swallow: 0,
    duplicate: 0,
    delay: 0,
    reorder: 0,
    split: 0,
    truncate: 0,
    cut: 0,
  }
  readonly #target: FaultyLinkOptions['target']
  readonly #codec: FrameCodec
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #connections = 0

  private constructor(options: FaultyLinkOptions) {
    this.host = options.host ?? '127.0.0.1'
    this.decide = options.decide
    this.#target = options.target
    this.#codec = new FrameCodec(options.frame)
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#join(socket))
  }

  static async start(options: FaultyLinkOptions): Promise<FaultyLink> {
    const link = new FaultyLink(options)
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject)
      link.#server.listen({ host: link.host, port: options.port ?? 0 }, resolve)
    })
    const address = link.#server.address()
    assert(address !== null && typeof address === 'object', 'a TCP server has a port')
    link.port = address.port
    return link
  }

  /** Cuts every connection now, whatever was under way. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.cutAll()
    await closed
  }

  #join(client: Socket): void {
    if (this.refusing) {
      client.destroy()
      return
    }
    this.#connections += 1
    const server = new Socket({ allowHalfOpen: true })
    this.#guard(client, server)
    this.#guard(server, client)
    server.connect({ ...this.#target, noDelay: true })
    const connection = this.#connections
    this.#pipe(new Pipe({ direction: 'toServer', connection, source: client, sink: server }))
    this.#pipe(new Pipe({ direction: 'toClient', connection, source: server, sink: client }))
  }

  /** A side that breaks takes the other with it; a side that only says its goodbye does not. */
  #guard(socket: Socket, other: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (!socket.readableEnded) other.destroy()
    })
  }

  #pipe(pipe: Pipe): void {
    const reader = new FrameReader(this.#codec)
    pipe.source.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      try {
        for (let payload = reader.next(); payload !== undefined; payload = reader.next()) this.#frame(pipe, payload)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.#cut(pipe)
      }
    })
    pipe.source.on('end', () => {
      pipe.ended = true
      this.#endIfDone(pipe)
    })
  }

  #frame(pipe: Pipe, payload: Buffer): void {
    pipe.frames += 1
    const { direction, connection, frames } = pipe
    const action = this.decide({ direction, connection, frame: frames, payload })
    this.counts[action.kind] += 1
    const held = pipe.held
    pipe.held = []
    this.#act(pipe, action, this.#codec.encode([payload]))
    for (const bytes of held) this.#write(pipe, bytes)
  }

  #act(pipe: Pipe, action: FaultyAction, bytes: Buffer): void {
    switch (action.kind) {
      case 'pass':
        this.#write(pipe, bytes)
        return
      case 'swallow':
        return
      case 'duplicate':
        this.#write(pipe, Buffer.concat([bytes, bytes]))
        return
      case 'delay':
        this.#later(pipe, action.ms, () => this.#write(pipe, bytes))
        return
      case 'reorder':
        pipe.held.push(bytes)
        this.#later(pipe, action.msMax, () => this.#release(pipe))
        return
      case 'split':
        if (pipe.queued === undefined) this.#split(pipe, bytes, action.pieceBytes)
        else pipe.queued.push(bytes)
        return
      case 'truncate':
        this.#cutAfter(pipe, bytes.subarray(0, action.bytes))
        return
      case 'cut':
        this.#cutAfter(pipe, action.when === 'before' ? undefined : bytes)
        return
      default:
        assertNever(action)
    }
  }

  #split(pipe: Pipe, bytes: Buffer, pieceBytes: number): void {
    const queued = pipe.queued ?? []
    pipe.queued = undefined
    this.#write(pipe, bytes.subarray(0, pieceBytes))
    if (bytes.length > pieceBytes) {
      pipe.queued = queued
      this.#later(pipe, 1, () => this.#split(pipe, bytes.subarray(pieceBytes), pieceBytes))
    } else {
      for (const waiting of queued) this.#write(pipe, waiting)
    }
  }

  #release(pipe: Pipe): void {
    const held = pipe.held
    pipe.held = []
    for (const bytes of held) this.#write(pipe, bytes)
  }

  #write(pipe: Pipe, bytes: Buffer): void {
    if (pipe.queued !== undefined) {
      pipe.queued.push(bytes)
      return
    }
    if (!pipe.sink.writable || pipe.sink.write(bytes)) return
    pipe.source.pause()
    pipe.sink.once('drain', () => pipe.source.resume())
  }

  #endIfDone(pipe: Pipe): void {
    if (pipe.ended && pipe.timers === 0) pipe.sink.end()
  }

  /** The bytes are left out when another frame is under way in pieces: they would end up in the middle of it. */
  #cutAfter(pipe: Pipe, bytes: Buffer | undefined): void {
    if (bytes === undefined || pipe.queued !== undefined) this.#cut(pipe)
    else pipe.sink.end(bytes, () => this.#cut(pipe))
  }

  #cut(pipe: Pipe): void {
    pipe.source.destroy()
    pipe.sink.destroy()
  }

  #later(pipe: Pipe, ms: number, work: () => void): void {
    pipe.timers += 1
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      pipe.timers -= 1
      work()
      this.#endIfDone(pipe)
    }, ms)
    this.#timers.add(timer)
  }
}

/**
 * Decisions drawn from a seeded `random` by weight, for example `{ pass: 90, swallow: 4, cut: 2 }`. Delays, pieces and
 * places of truncation are drawn too, times up to `msMax`.
 */
export function drawFaults(options: {
  random: () => number
  weights: Readonly<Partial<Record<FaultyAction['kind'], number>>>
  msMax: number
}): (occasion: FrameOccasion) => FaultyAction {
  const { random, weights, msMax } = options
  const kinds = Object.keys(weights) as FaultyAction['kind'][]
  const total = kinds.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0)
  assert(total > 0, 'some action has a weight')
  return (occasion) => {
    let ticket = random() * total
    const kind = kinds.find((candidate) => (ticket -= weights[candidate] ?? 0) < 0) ?? 'pass'
    return drawAction(kind, { random, msMax, payloadBytes: occasion.payload.length })
  }
}

function drawAction(
  kind: FaultyAction['kind'],
  draw: { random: () => number; msMax: number; payloadBytes: number },
): FaultyAction {
  const ms = Math.ceil(draw.random() * draw.msMax)
  switch (kind) {
    case 'pass':
    case 'swallow':
    case 'duplicate':
      return { kind }
    case 'delay':
      return { kind, ms }
    case 'reorder':
      return { kind, msMax: ms }
    case 'split':
      return { kind, pieceBytes: 1 + Math.floor(draw.random() * draw.payloadBytes) }
    case 'truncate':
      return { kind, bytes: 1 + Math.floor(draw.random() * draw.payloadBytes) }
    case 'cut':
      return { kind, when: draw.random() < 0.5 ? 'before' : 'after' }
    default:
      return assertNever(kind)
  }
}
