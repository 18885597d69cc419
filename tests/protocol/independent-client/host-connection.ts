// One TCP connection to the host with the frame of terminal-protocol §1.1: two binary bytes of length, then what they count.
// Frames are handed out in the order in which they arrive. No answer within the limit is an error of the test that waits.

import { connect, type Socket } from 'node:net'

const answerLimitMs = 10_000

interface Waiter {
  readonly take: (frame: Buffer) => void
  readonly fail: (cause: Error) => void
}

export class HostConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  readonly #frames: Buffer[] = []
  readonly #waiters: Waiter[] = []
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', () => this.#end())
    socket.on('close', () => this.#end())
  }

  static async open(port: number, host = '127.0.0.1'): Promise<HostConnection> {
    const socket = connect({ port, host, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new HostConnection(socket)
  }

  get closed(): boolean {
    return this.#closed
  }

  async exchange(payload: Buffer): Promise<Buffer> {
    this.send(payload)
    return this.receive()
  }

  send(payload: Buffer): void {
    const frame = Buffer.alloc(2 + payload.length)
    frame.writeUInt16BE(payload.length)
    payload.copy(frame, 2)
    this.sendRaw(frame)
  }

  /** Bytes as they are, for frames whose length is a lie. */
  sendRaw(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  async receive(): Promise<Buffer> {
    const ready = this.#frames.shift()
    if (ready !== undefined) return ready
    if (this.#closed) throw new Error('the host closed the connection')
    return new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(new Error(`no answer within ${answerLimitMs} ms`))
      }, answerLimitMs)
      const waiter: Waiter = {
        take: (frame) => {
          clearTimeout(timer)
          resolve(frame)
        },
        fail: (cause) => {
          clearTimeout(timer)
          reject(cause)
        },
      }
      this.#waiters.push(waiter)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 2) {
      const length = this.#received.readUInt16BE(0)
      if (this.#received.length < 2 + length) return
      const frame = this.#received.subarray(2, 2 + length)
      this.#received = this.#received.subarray(2 + length)
      const waiter = this.#waiters.shift()
      if (waiter === undefined) this.#frames.push(frame)
      else waiter.take(frame)
    }
  }

  #end(): void {
    this.#closed = true
    for (const waiter of this.#waiters.splice(0)) waiter.fail(new Error('the host closed the connection'))
  }
}
