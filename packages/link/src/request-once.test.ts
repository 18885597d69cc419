import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { terminalFrame } from './frame-format.ts'
import type { LinkAnswer } from './pending-requests.ts'
import { requestOnce } from './request-once.ts'
import { framed } from './testing/raw-peer.ts'

const servers: { server: Server; sockets: Socket[] }[] = []

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A host that does as told with each connection; the given function sees the first bytes. */
async function host(act: (socket: Socket, bytes: Buffer) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes: Buffer) => act(socket, bytes))
  })
  servers.push({ server, sockets })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return address && typeof address === 'object' ? address.port : 0
}

function ask(port: number, options: { payload?: Buffer; timeoutMs?: number } = {}): Promise<LinkAnswer> {
  const { payload = Buffer.from('question'), timeoutMs = 20_000 } = options
  return requestOnce({ host: '127.0.0.1', port, frame: terminalFrame, payload, timeoutMs })
}

function brief(answer: LinkAnswer): string {
  return answer.kind === 'answer' ? answer.payload.toString('latin1') : `${answer.cause.code} sent=${answer.sent}`
}

describe('a request with its own connection', () => {
  it('sends one frame, takes one frame, hangs up', async () => {
    let hungUp: Promise<void> | undefined
    const port = await host((socket, bytes) => {
      hungUp = new Promise((resolve) => socket.on('close', () => resolve()))
      socket.write(framed(`${bytes.toString('latin1', 2)} answered`))
    })
    const answer = await ask(port)
    expect(brief(answer)).toBe('question answered')
    expect(answer.kind === 'answer' && answer.elapsedMs).toBeGreaterThan(0)
    await hungUp
  })

  it('takes an answer that comes in pieces, and ignores what follows it', async () => {
    const port = await host((socket) => {
      socket.setNoDelay(true)
      for (const byte of framed('in pieces')) socket.write(Buffer.from([byte]))
      socket.end(framed('second'))
    })
    expect(brief(await ask(port))).toBe('in pieces')
  })

  it.each<[string, (socket: Socket) => void, string]>([
    ['hangs up without a word', (socket) => socket.end(), 'LINK_CONNECTION_LOST sent=true'],
    ['resets', (socket) => socket.resetAndDestroy(), 'LINK_CONNECTION_LOST sent=true'],
    [
      'dies in the middle of its answer',
      (socket) => socket.end(framed('half').subarray(0, 4)),
      'LINK_CONNECTION_LOST sent=true',
    ],
    ['announces nothing', (socket) => socket.write(Buffer.from([0, 0])), 'LINK_FRAME_EMPTY sent=true'],
    ['announces too much', (socket) => socket.write(Buffer.from([0xff, 0xff])), 'LINK_FRAME_OVERSIZED sent=true'],
  ])('is without answer when the host %s', async (_, act, expected) => {
    expect(brief(await ask(await host(act)))).toBe(expected)
  })

  it('is without answer when none comes in time', async () => {
    const port = await host(() => {})
    expect(brief(await ask(port, { timeoutMs: 50 }))).toBe('LINK_NO_ANSWER sent=true')
  })

  it('promises that nothing was sent when there is no host, or no frame for the payload', async () => {
    const port = await host(() => {})
    for (const { server } of servers) await new Promise((resolve) => server.close(resolve))
    expect(brief(await ask(port))).toBe('LINK_NOT_CONNECTED sent=false')
    expect(brief(await ask(port, { payload: Buffer.alloc(0) }))).toBe('LINK_FRAME_EMPTY sent=false')
    expect(brief(await ask(port, { payload: Buffer.alloc(9000) }))).toBe('LINK_FRAME_OVERSIZED sent=false')
  })
})
