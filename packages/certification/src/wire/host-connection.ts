// The kit's socket to a host under test. It writes exactly the bytes it is told to, whole frames or pieces, and hands over
// answers in the order they come.

import { connect, type Socket } from 'node:net'
import { Fault } from '@shua/assert'
import { framed, FrameSplitter } from './frame-splitter.ts'

export class HostConnection {
  readonly #socket: Socket
  readonly #answers: Buffer[] = []
  readonly #splitter = new FrameSplitter()
  #wake: (() => void) | undefined
  #ended = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#answers.push(...this.#splitter.push(chunk))
      this.#wake?.()
    })
    // 'close' follows every 'error'.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#ended = true
      this.#wake?.()
    })
  }

  /** Fault CERTIFICATION_CONNECT. */
  static open(address: { host: string; port: number }, timeoutMs: number): Promise<HostConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, noDelay: true })
      const failed = (cause?: Error): void => {
        clearTimeout(timer)
        socket.destroy()
        const where = `${address.host}:${address.port}`
        reject(new Fault('CERTIFICATION_CONNECT', `there is no connection to ${where}`, { cause }))
      }
      const timer = setTimeout(failed, timeoutMs)
      socket.once('error', failed)
      socket.once('connect', () => {
        clearTimeout(timer)
        socket.off('error', failed)
        resolve(new HostConnection(socket))
      })
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#socket.write(bytes)
  }

  send(payload: Uint8Array): void {
    this.write(framed(payload))
  }

  /** Sends the end of our side; the host may still answer. */
  halfClose(): void {
    this.#socket.end()
  }

  /** The next answer; undefined when none came in time or the connection ended before it. */
  async receive(timeoutMs: number): Promise<Buffer | undefined> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wake?.()
    }, timeoutMs)
    while (this.#answers.length === 0 && !this.#ended && !late) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    clearTimeout(timer)
    this.#wake = undefined
    return this.#answers.shift()
  }

  close(): void {
    this.#socket.destroy()
  }
}
