// A peer for tests that writes exactly the bytes it is told to, and sees exactly the bytes that come.

import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export class RawPeer {
  readonly socket: Socket
  /** Resolves when both directions have ended, however. */
  readonly closed: Promise<void>
  #received: Buffer[] = []
  #isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk))
    socket.on('error', () => {})
    this.closed = new Promise((resolve) =>
      socket.on('close', () => {
        this.#isClosed = true
        resolve()
      }),
    )
  }

  static async connect(port: number, options: { allowHalfOpen?: boolean } = {}): Promise<RawPeer> {
    const socket = new Socket({ allowHalfOpen: options.allowHalfOpen ?? false })
    const peer = new RawPeer(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect({ host: '127.0.0.1', port, noDelay: true }, resolve)
    })
    return peer
  }

  static adopt(socket: Socket): RawPeer {
    return new RawPeer(socket)
  }

  get received(): Buffer {
    return Buffer.concat(this.#received)
  }

  /** The payloads of the two-byte binary frames received so far. */
  get payloads(): string[] {
    return cutFrames(this.received)
  }

  write(...parts: (string | Buffer)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => (typeof part === 'string' ? framed(part) : part))))
  }

  /** Waits for so many payloads, or for the end of the connection. */
  async answers(count: number): Promise<string[]> {
    await until(() => this.#isClosed || this.payloads.length >= count)
    return this.payloads
  }

  /** Closes with whatever is still unsent or unread thrown away. */
  async destroy(): Promise<void> {
    this.socket.destroy()
    await this.closed
  }
}

/** A two-byte binary frame of a text. */
export function framed(text: string): Buffer {
  const payload = Buffer.from(text, 'latin1')
  const frame = Buffer.alloc(2 + payload.length)
  frame.writeUInt16BE(payload.length, 0)
  payload.copy(frame, 2)
  return frame
}

/** Resolves once the condition holds; a test that waits in vain is ended by the runner. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

function cutFrames(bytes: Buffer): string[] {
  const payloads: string[] = []
  let offset = 0
  while (offset + 2 <= bytes.length && offset + 2 + bytes.readUInt16BE(offset) <= bytes.length) {
    const length = bytes.readUInt16BE(offset)
    payloads.push(bytes.toString('latin1', offset + 2, offset + 2 + length))
    offset += 2 + length
  }
  return payloads
}
