// Opens a TCP connection within a time, for the lasting client and for single requests.

import { Socket } from 'node:net'
import { Fault } from '@shua/assert'

export interface DialOptions {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly keepAliveMs: number
  /** Gives the attempt up. */
  readonly signal?: AbortSignal
}

/** Resolves with a connected socket that nobody reads yet. Fault: LINK_NOT_CONNECTED. */
export function dial(options: DialOptions): Promise<Socket> {
  const { host, port, timeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    const socket = new Socket()
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      socket.off('error', fail)
      socket.off('connect', connected)
    }
    const fail = (cause: unknown): void => {
      settle()
      socket.on('error', () => {})
      socket.destroy()
      reject(new Fault('LINK_NOT_CONNECTED', `no connection to ${host}:${port}`, { details: { host, port }, cause }))
    }
    const aborted = (): void => fail(new Fault('LINK_CLOSED', 'the link was closed'))
    const timer = setTimeout(
      () => fail(new Fault('LINK_CONNECT_TIMEOUT', 'the peer did not accept in time', { details: { timeoutMs } })),
      timeoutMs,
    )
    signal?.addEventListener('abort', aborted)
    const connected = (): void => {
      settle()
      resolve(socket)
    }
    socket.on('error', fail)
    socket.on('connect', connected)
    socket.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: options.keepAliveMs })
  })
}
