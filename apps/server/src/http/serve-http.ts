// Opens the port. Closing stops taking connections, ends the live streams, lets answers in work finish, and then cuts what is left.

import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Fault } from '@shua/assert'
import type { HttpApp } from './create-http-app.ts'

export interface HttpServer {
  readonly host: string
  readonly port: number
  readonly url: string
  close(options?: { drainMs?: number }): Promise<void>
}

const requestTimeoutMs = 30_000

interface Closing {
  readonly app: HttpApp
  readonly idle: ReadonlySet<Socket>
  readonly drainMs: number
}

export async function serveHttp(options: { app: HttpApp; host: string; port: number }): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: options.app.hono.fetch }) as Server
  // A peer that sends its request one byte a minute must not hold a connection for ever; answers (events) may last.
  server.requestTimeout = requestTimeoutMs
  server.headersTimeout = requestTimeoutMs / 2
  const idle = watchIdleSockets(server)
  await listen(server, options)
  const { address, port } = server.address() as AddressInfo
  const named = address.includes(':') ? `[${address}]` : address
  return {
    host: address,
    port,
    url: `http://${named}:${port}`,
    close: ({ drainMs = 2000 } = {}) => close(server, { app: options.app, idle, drainMs }),
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE'
      reject(
        new Fault(
          taken ? 'HTTP_PORT_TAKEN' : 'HTTP_LISTEN',
          taken ? `port ${port} is already in use` : `cannot listen on ${host} port ${port}`,
          { details: { host, port }, cause },
        ),
      )
    })
    server.listen({ host, port }, resolve)
  })
}

/** Connections without a request in work. Browsers open some in advance, and Node does not count those as idle. */
function watchIdleSockets(server: Server): Set<Socket> {
  const idle = new Set<Socket>()
  server.on('connection', (socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    response.once('close', () => {
      if (socket.destroyed) return
      if (server.listening) idle.add(socket)
      else socket.end()
    })
  })
  return idle
}

async function close(server: Server, { app, idle, drainMs }: Closing): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  app.close()
  for (const socket of idle) socket.destroy()
  const cut = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(cut)
}
