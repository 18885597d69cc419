// The kept connection of one load terminal: one request in flight, and the next frame is its answer. Far smaller than the
// link's client, because the generator shares the machine with what it measures.

import { connect, type Socket } from 'node:net'

const lengthBytes = 2

export class HostConnection {
  readonly #host: string
  readonly #port: number
  #socket: Socket | undefined
  #rest: Buffer | undefined
  #take: ((payload: Buffer | undefined) => void) | undefined

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  /** The answer, or undefined when none came: time-out, or a connection that broke. A late answer ends the connection. */
  async exchange(payload: Buffer, timeoutMs: number): Promise<Buffer | undefined> {
    const socket = this.#socket ?? (await this.#connect())
    if (socket === undefined) return undefined
    const frame = Buffer.allocUnsafe(lengthBytes + payload.length)
    frame.writeUInt16BE(payload.length)
    payload.copy(frame, lengthBytes)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.close(), timeoutMs)
      this.#take = (answer) => {
        clearTimeout(timer)
        this.#take = undefined
        resolve(answer)
      }
      socket.write(frame)
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#lost()
  }

  async #connect(): Promise<Socket | undefined> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    return new Promise((resolve) => {
      socket.once('connect', () => {
        this.#socket = socket
        resolve(socket)
      })
      socket.on('data', (chunk) => this.#read(chunk))
      // 'close' follows every 'error'.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (this.#socket === socket) this.#lost()
        resolve(undefined)
      })
    })
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    if (bytes.length < lengthBytes || bytes.length < lengthBytes + bytes.readUInt16BE(0)) {
      this.#rest = bytes
      return
    }
    const end = lengthBytes + bytes.readUInt16BE(0)
    // With one request in flight nothing may follow its answer, and nothing may come unasked.
    if (this.#take === undefined || end < bytes.length) this.close()
    else this.#take(bytes.subarray(lengthBytes, end))
  }

  #lost(): void {
    this.#socket = undefined
    this.#rest = undefined
    this.#take?.(undefined)
  }
}
