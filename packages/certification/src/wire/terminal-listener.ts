// The kit's ear for terminals under test: takes connections, cuts frames, and hands requests over one after the other. Answers go
// back whole, in pieces, twice, or not at all, as the case wants.

import { createServer, type Server, type Socket } from 'node:net'
import { Fault } from '@shua/assert'
import { framed, FrameSplitter } from './frame-splitter.ts'

export interface Arrival {
  readonly payload: Buffer
  readonly connection: TerminalConnection
}

export class TerminalConnection {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  write(bytes: Uint8Array): void {
    if (this.open) this.#socket.write(bytes)
  }

  send(payload: Uint8Array): void {
    this.write(framed(payload))
  }

  async sendByteByByte(payload: Uint8Array): Promise<void> {
    for (const byte of framed(payload)) {
      this.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Ends the connection; what was written before still goes out. */
  cut(): void {
    this.#socket.end()
    this.#socket.destroySoon()
  }
}

export class TerminalListener {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #arrivals: Arrival[] = []
  #wake: (() => void) | undefined
  #interrupted = false
  port = 0

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#take(socket))
  }

  /** Fault CERTIFICATION_LISTEN. Port 0 lets the operating system choose. */
  static listen(address: { host: string; port: number }): Promise<TerminalListener> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true })
      const listener = new TerminalListener(server)
      server.once('error', (cause) =>
        reject(new Fault('CERTIFICATION_LISTEN', `cannot listen on ${address.host}:${address.port}`, { cause })),
      )
      server.listen(address, () => {
        const bound = server.address()
        listener.port = bound !== null && typeof bound === 'object' ? bound.port : address.port
        resolve(listener)
      })
    })
  }

  #take(socket: Socket): void {
    const splitter = new FrameSplitter()
    const connection = new TerminalConnection(socket)
    this.#sockets.add(socket)
    socket.on('data', (chunk) => {
      for (const payload of splitter.push(chunk)) this.#arrivals.push({ payload, connection })
      this.#wake?.()
    })
    // 'close' follows every 'error'.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  /** The next request; undefined when none came in time, or somebody interrupted the wait. */
  async next(timeoutMs: number): Promise<Arrival | undefined> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wake?.()
    }, timeoutMs)
    while (this.#arrivals.length === 0 && !late && !this.#interrupted) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    clearTimeout(timer)
    this.#wake = undefined
    this.#interrupted = false
    return this.#arrivals.shift()
  }

  /** A request that a case took and is not its own. */
  putBack(arrival: Arrival): void {
    this.#arrivals.unshift(arrival)
  }

  interrupt(): void {
    this.#interrupted = true
    this.#wake?.()
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
