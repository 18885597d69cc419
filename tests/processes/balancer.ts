// What stands in front of several servers, as small as it can be: each new connection goes to the next server that takes it, and
// ends when either side does. Terminals know only its port.

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Balancer {
  readonly port: number
  /** Replaces the servers; connections that exist stay. */
  serve(ports: readonly number[]): void
  /** Connections handed to each port so far. */
  readonly handed: ReadonlyMap<number, number>
  close(): Promise<void>
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  let servers = ports
  let next = 0
  const handed = new Map<number, number>()
  const open = new Set<Socket>()
  const server = createServer((terminal) => {
    keep(terminal, open)
    const turn = next++
    void reach(servers.map((_, index) => servers[(turn + index) % servers.length]!)).then((reached) => {
      if (reached === undefined || terminal.destroyed) {
        terminal.destroy()
        reached?.socket.destroy()
        return
      }
      const { port, socket } = reached
      handed.set(port, (handed.get(port) ?? 0) + 1)
      keep(socket, open)
      terminal.pipe(socket).pipe(terminal)
      terminal.on('close', () => socket.destroy())
      socket.on('close', () => terminal.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    serve: (replaced) => {
      servers = replaced
    },
    handed,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function keep(socket: Socket, open: Set<Socket>): void {
  open.add(socket)
  socket.setNoDelay(true)
  // 'close' follows every 'error'.
  socket.on('error', () => undefined)
  socket.on('close', () => open.delete(socket))
}

/** The first of these servers that takes a connection. */
async function reach(ports: readonly number[]): Promise<{ port: number; socket: Socket } | undefined> {
  for (const port of ports) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect({ host: '127.0.0.1', port })
      attempt.once('connect', () => resolve(attempt))
      attempt.once('error', () => resolve(undefined))
    })
    if (socket !== undefined) return { port, socket }
  }
  return undefined
}
