// One connection for one transaction, as terminals usually work (terminal-protocol.md §1.1): connect, send, take the
// first frame as the answer, hang up. Nothing needs matching and nothing stays open.

import type { Socket } from 'node:net'
import { Fault } from '@shua/assert'
import { dial } from './dial.ts'
import { FrameCodec, type FrameFormat } from './frame-format.ts'
import { FrameReader } from './frame-reader.ts'
import { linkDefault } from './link-default.ts'
import type { LinkAnswer } from './pending-requests.ts'

export interface RequestOnceOptions {
  readonly host: string
  readonly port: number
  readonly frame: FrameFormat
  readonly payload: Buffer
  /** From the first attempt to connect to the last byte of the answer. */
  readonly timeoutMs: number
}

/**
 * Never rejects because of the world. Causes of `noAnswer`: LINK_NOT_CONNECTED and a payload no frame can carry
 * (`sent: false`); LINK_NO_ANSWER, LINK_CONNECTION_LOST and the frame faults of FrameCodec (`sent: true`).
 */
export async function requestOnce(options: RequestOnceOptions): Promise<LinkAnswer> {
  const { host, port, payload, timeoutMs } = options
  const begunMs = performance.now()
  const codec = new FrameCodec(options.frame)
  let socket: Socket
  try {
    codec.checkPayload(payload)
    socket = await dial({ host, port, timeoutMs, keepAliveMs: linkDefault.keepAliveMs })
  } catch (error) {
    if (error instanceof Fault) return { kind: 'noAnswer', sent: false, cause: error }
    throw error
  }
  try {
    const answer = await exchange({ socket, codec, payload, timeoutMs, begunMs })
    return { kind: 'answer', payload: answer, elapsedMs: performance.now() - begunMs }
  } catch (error) {
    if (error instanceof Fault) return { kind: 'noAnswer', sent: true, cause: error }
    throw error
  } finally {
    socket.destroy()
  }
}

interface Exchange {
  readonly socket: Socket
  readonly codec: FrameCodec
  readonly payload: Buffer
  readonly timeoutMs: number
  readonly begunMs: number
}

function exchange(options: Exchange): Promise<Buffer> {
  const { socket, codec, payload, timeoutMs } = options
  const reader = new FrameReader(codec)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Fault('LINK_NO_ANSWER', `no answer within ${timeoutMs} ms`, { details: { timeoutMs } })),
      Math.max(timeoutMs - (performance.now() - options.begunMs), 1),
    )
    const lost = (cause?: Error): void => {
      const message = reader.midFrame ? 'the connection ended in the middle of the answer' : 'the connection ended'
      reject(new Fault('LINK_CONNECTION_LOST', message, { cause }))
    }
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      try {
        const answer = reader.next()
        if (answer !== undefined) resolve(answer)
      } catch (error) {
        reject(error)
      }
    })
    socket.on('error', lost)
    socket.on('end', lost)
    socket.on('close', () => {
      clearTimeout(timer)
      lost()
    })
    socket.write(codec.encode([payload]))
  })
}
