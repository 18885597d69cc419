import { createServer, type Server } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { terminalFrame } from './frame-format.ts'
import { LinkClient, type LinkClientOptions } from './link-client.ts'
import type { LinkEvent } from './link-event.ts'
import { startLinkServer } from './link-server.ts'
import type { LinkAnswer } from './pending-requests.ts'
import { framed, RawPeer, until } from './testing/raw-peer.ts'

const clients: LinkClient[] = []
const hosts: RawHost[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close({ drainMs: 0 })
  for (const host of hosts.splice(0)) await host.stop()
})

/** A host whose every byte the test writes. */
class RawHost {
  readonly peers: RawPeer[] = []
  readonly server: Server
  port = 0

  constructor() {
    this.server = createServer((socket) => this.peers.push(RawPeer.adopt(socket)))
    hosts.push(this)
  }

  static async start(port = 0): Promise<RawHost> {
    const host = new RawHost()
    await new Promise<void>((resolve) => host.server.listen(port, '127.0.0.1', resolve))
    const address = host.server.address()
    if (address && typeof address === 'object') host.port = address.port
    return host
  }

  /** The nth connection, once it is there. */
  async peer(index = 0): Promise<RawPeer> {
    await until(() => this.peers.length > index)
    return this.peers[index]!
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    for (const peer of this.peers) peer.socket.destroy()
    await closed
  }
}

/** The key of these tests is what stands before the first colon. */
function connect(port: number, options: Partial<LinkClientOptions> = {}): { client: LinkClient; events: LinkEvent[] } {
  const events: LinkEvent[] = []
  const client = new LinkClient({
    host: '127.0.0.1',
    port,
    frame: terminalFrame,
    matchKey: (payload) => /^(\w+):/.exec(payload.toString('latin1'))?.[1],
    backoff: { firstMs: 10, maxMs: 40 },
    pendingMax: 1000,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    ...options,
  })
  clients.push(client)
  return { client, events }
}

function ask(client: LinkClient, text: string, timeoutMs = 20_000): Promise<LinkAnswer> {
  return client.request(Buffer.from(text, 'latin1'), { timeoutMs })
}

/** Short form of an answer for comparing. */
function brief(answer: LinkAnswer): string {
  return answer.kind === 'answer' ? answer.payload.toString('latin1') : `${answer.cause.code} sent=${answer.sent}`
}

describe('link client: matching', () => {
  it('gives many requests in flight their own answers, in whatever order they come', async () => {
    const server = await startLinkServer({
      host: '127.0.0.1',
      port: 0,
      frame: terminalFrame,
      connectionsMax: 10,
      idleTimeoutMs: 30_000,
      frameTimeoutMs: 30_000,
      inFlightPerConnectionMax: 500,
      onFrame: async (payload) => {
        const turns = Number(/\d+/.exec(payload.toString('latin1'))?.[0]) % 17
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        return Buffer.from(`${payload.toString('latin1')} answered`)
      },
    })
    const { client } = connect(server.port)
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => ask(client, `k${index}:question`)))
    expect(answers.map(brief)).toEqual(Array.from({ length: 500 }, (_, index) => `k${index}:question answered`))
    expect(client.stats()).toMatchObject({
      ready: true,
      inFlight: 0,
      sent: 500,
      answered: 500,
      timedOut: 0,
      connects: 1,
    })
    expect(client.unmatched()).toEqual([])
    await client.close({ drainMs: 1000 })
    await server.close({ drainMs: 1000 })
  })

  it('refuses a second request with a key in flight, names the key, and leaves the first alone', async () => {
    const host = await RawHost.start()
    const { client } = connect(host.port)
    const first = ask(client, 'stan1:first')
    const second = await ask(client, 'stan1:second')
    expect(second).toMatchObject({ kind: 'noAnswer', sent: false, cause: { code: 'LINK_KEY_IN_FLIGHT' } })
    expect(second.kind === 'noAnswer' && second.cause.message).toContain('stan1')
    const peer = await host.peer()
    expect(await peer.answers(1)).toEqual(['stan1:first'])
    peer.write('stan1:answer')
    expect(brief(await first)).toBe('stan1:answer')
    const third = ask(client, 'stan1:third')
    await peer.answers(2)
    peer.write('stan1:again')
    expect(brief(await third)).toBe('stan1:again')
  })

  it('refuses what has no key, what no frame carries, and what is one too many', async () => {
    const host = await RawHost.start()
    const { client } = connect(host.port, { pendingMax: 2 })
    expect(brief(await ask(client, 'no key'))).toBe('LINK_KEY_MISSING sent=false')
    expect(brief(await ask(client, ''))).toBe('LINK_FRAME_EMPTY sent=false')
    expect(brief(await ask(client, `k:${'x'.repeat(9000)}`))).toBe('LINK_FRAME_OVERSIZED sent=false')
    const waiting = [ask(client, 'a:'), ask(client, 'b:')]
    expect(brief(await ask(client, 'c:'))).toBe('LINK_PENDING_FULL sent=false')
    const peer = await host.peer()
    peer.write('b:1', 'a:2')
    expect((await Promise.all(waiting)).map(brief)).toEqual(['a:2', 'b:1'])
  })

  it('keeps the cause when the rule for the key throws', async () => {
    const host = await RawHost.start()
    const broken = new Error('not a message')
    const { client } = connect(host.port, {
      matchKey: () => {
        throw broken
      },
    })
    const refused = await ask(client, 'k:')
    expect(refused).toMatchObject({ kind: 'noAnswer', sent: false, cause: { code: 'LINK_KEY_MISSING', cause: broken } })
  })

  it('keeps late, unsolicited and keyless answers visible, with time and reason, and matches on', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { now: () => 1_700_000_000_000 })
    const peer = await host.peer()
    await until(() => client.stats().ready)
    expect(brief(await ask(client, 'slow:question', 30))).toBe('LINK_NO_ANSWER sent=true')
    peer.write('slow:too late', 'nobody:asked', 'keyless', 'slow:twice')
    await until(() => client.stats().unmatched === 4)
    const listed = client.unmatched().map(({ atMs, reason, key, payload }) => ({
      atMs,
      reason,
      key,
      text: payload.reveal().toString('latin1'),
    }))
    const atMs = 1_700_000_000_000
    expect(listed).toEqual([
      { atMs, reason: 'late', key: 'slow', text: 'slow:too late' },
      { atMs, reason: 'unsolicited', key: 'nobody', text: 'nobody:asked' },
      { atMs, reason: 'keyMissing', key: undefined, text: 'keyless' },
      { atMs, reason: 'unsolicited', key: 'slow', text: 'slow:twice' },
    ])
    expect(events.filter((event) => event.kind === 'unmatched').map((event) => event.unmatched.reason)).toEqual([
      'late',
      'unsolicited',
      'keyMissing',
      'unsolicited',
    ])
    const good = ask(client, 'good:question')
    peer.write('good:answer')
    expect(brief(await good)).toBe('good:answer')
  })

  it('keeps a bounded number of unmatched answers, and never prints their bytes', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { unmatchedMax: 3 })
    const peer = await host.peer()
    for (let index = 0; index < 10; index++) peer.write(`k${index}:6225880000000001`)
    await until(() => client.stats().unmatched === 10)
    expect(client.unmatched().map(({ key }) => key)).toEqual(['k7', 'k8', 'k9'])
    for (const printed of [JSON.stringify([client.unmatched(), events]), inspect([client.unmatched(), events])]) {
      expect(printed).not.toContain('6225880000000001')
      expect(printed).not.toContain('54,50,50,53')
    }
  })
})

describe('link client: time', () => {
  it('ends each request at its own time, in the order of their deadlines', async () => {
    const host = await RawHost.start()
    const { client } = connect(host.port)
    await until(() => client.stats().ready)
    const ended: string[] = []
    const waits = [400, 50, 200].map(async (timeoutMs) => {
      ended.push(`${timeoutMs} ${brief(await ask(client, `k${timeoutMs}:`, timeoutMs))}`)
    })
    await Promise.all(waits)
    expect(ended).toEqual([
      '50 LINK_NO_ANSWER sent=true',
      '200 LINK_NO_ANSWER sent=true',
      '400 LINK_NO_ANSWER sent=true',
    ])
    expect(client.stats()).toMatchObject({ inFlight: 0, timedOut: 3 })
  })

  it('takes a connection on which everything times out and nothing comes for half-open, and opens another', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { silentTimeoutsMax: 3 })
    await until(() => client.stats().ready)
    for (const key of ['a', 'b', 'c']) await ask(client, `${key}:`, 20)
    const second = await host.peer(1)
    expect(events.filter((event) => event.kind === 'dropped')).toMatchObject([
      { reason: 'silent', fault: { code: 'LINK_PEER_SILENT' } },
    ])
    const request = ask(client, 'd:question')
    await second.answers(1)
    second.write('d:answer')
    expect(brief(await request)).toBe('d:answer')
  })

  it('keeps a slow connection as long as anything comes', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { silentTimeoutsMax: 2 })
    const peer = await host.peer()
    await until(() => client.stats().ready)
    for (let index = 0; index < 4; index++) {
      const timedOut = ask(client, `k${index}:`, 200)
      await peer.answers(index + 1)
      peer.write('other:frame')
      expect(brief(await timedOut)).toBe('LINK_NO_ANSWER sent=true')
    }
    expect(events.filter((event) => event.kind === 'dropped')).toEqual([])
    expect(host.peers).toHaveLength(1)
  })

  it('drops a host that begins a frame and does not finish it', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { frameTimeoutMs: 60 })
    const request = ask(client, 'k:question')
    const peer = await host.peer()
    await peer.answers(1)
    peer.write(framed('k:answer').subarray(0, 5))
    expect(brief(await request)).toBe('LINK_CONNECTION_LOST sent=true')
    expect(events.find((event) => event.kind === 'dropped')).toMatchObject({ reason: 'frameTimeout' })
  })
})

describe('link client: connection', () => {
  it('reports requests in flight as unknown when the host dies, and works again when it returns', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port)
    const lost = ask(client, 'lost:question')
    const peer = await host.peer()
    await peer.answers(1)
    await host.stop()
    expect(brief(await lost)).toBe('LINK_CONNECTION_LOST sent=true')
    await until(() => client.stats().state === 'waiting' && events.filter((e) => e.kind === 'reconnecting').length >= 3)
    expect(client.stats().ready).toBe(false)
    const refused = await until(() => client.stats().state === 'waiting').then(() => ask(client, 'while:down'))
    expect(brief(refused)).toBe('LINK_NOT_CONNECTED sent=false')
    const again = await RawHost.start(host.port)
    await until(() => client.stats().ready)
    const request = ask(client, 'after:question')
    const second = await again.peer()
    await second.answers(1)
    second.write('after:answer')
    expect(brief(await request)).toBe('after:answer')
    expect(client.stats().connects).toBe(2)
  })

  it('waits longer and longer between attempts, with the given chance', async () => {
    const gone = await RawHost.start()
    await gone.stop()
    const { client, events } = connect(gone.port, { random: () => 0 })
    await until(() => events.filter((event) => event.kind === 'reconnecting').length >= 5)
    const delays = events.flatMap((event) => (event.kind === 'reconnecting' ? [event.delayMs] : []))
    expect(delays.slice(0, 5)).toEqual([5, 10, 20, 20, 20])
    await client.close({ drainMs: 0 })
  })

  it('keeps waiting longer when a host accepts and hangs up at once', async () => {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const { client, events } = connect(port, { random: () => 1, backoff: { firstMs: 5, maxMs: 5000 } })
    await until(() => events.filter((event) => event.kind === 'reconnecting').length >= 4)
    const delays = events.flatMap((event) => (event.kind === 'reconnecting' ? [event.delayMs] : []))
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40])
    await client.close({ drainMs: 0 })
    await new Promise((resolve) => server.close(resolve))
  })

  it('lets a request wait for a connection that is being opened, and ends it when that fails', async () => {
    const host = await RawHost.start()
    const { client } = connect(host.port)
    const early = ask(client, 'early:question')
    expect(client.stats()).toMatchObject({ state: 'connecting', unsent: 1, inFlight: 0 })
    const peer = await host.peer()
    await peer.answers(1)
    peer.write('early:answer')
    expect(brief(await early)).toBe('early:answer')
    await host.stop()
    const other = connect(host.port)
    expect(brief(await ask(other.client, 'k:'))).toBe('LINK_NOT_CONNECTED sent=false')
  })

  it('sends no more than the host takes, and promises that the rest was not sent', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port, { pendingMax: 3000, frameTimeoutMs: 400 })
    const peer = await host.peer()
    peer.socket.pause()
    host.server.close()
    const requests = Array.from({ length: 3000 }, (_, index) => ask(client, `k${index}:${'x'.repeat(8000)}`))
    await until(() => client.stats().unsent > 0 && client.stats().sent > 0)
    const answers = (await Promise.all(requests)).map((answer) => answer.kind === 'noAnswer' && answer.sent)
    expect(answers.filter((sent) => sent).length).toBe(client.stats().sent)
    expect(answers.filter((sent) => !sent).length).toBeGreaterThan(0)
    expect(events.find((event) => event.kind === 'dropped')).toMatchObject({ reason: 'notReading' })
  })

  it('goes on sending when a slow host reads again', async () => {
    const host = await RawHost.start()
    const { client } = connect(host.port, { pendingMax: 3000 })
    const peer = await host.peer()
    peer.socket.pause()
    const requests = Array.from({ length: 1500 }, (_, index) => ask(client, `k${index}:${'x'.repeat(8000)}`))
    await until(() => client.stats().unsent > 0)
    peer.socket.resume()
    await until(() => peer.socket.bytesRead > 1500 * 8000)
    expect(client.stats().unsent).toBe(0)
    for (let index = 0; index < 1500; index++) peer.write(`k${index}:ok`)
    const answers = await Promise.all(requests)
    expect(answers.every((answer) => answer.kind === 'answer')).toBe(true)
  })
})

describe('link client: close', () => {
  it('waits for the answers in flight and takes no new request', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port)
    const request = ask(client, 'k:question')
    const peer = await host.peer()
    await peer.answers(1)
    const closed = client.close({ drainMs: 20_000 })
    expect(brief(await ask(client, 'new:'))).toBe('LINK_CLOSED sent=false')
    expect(client.stats()).toMatchObject({ state: 'closing', ready: false, inFlight: 1 })
    peer.write('k:answer')
    expect(brief(await request)).toBe('k:answer')
    await closed
    await peer.closed
    expect(client.stats().state).toBe('closed')
    expect(events.map((event) => event.kind)).toEqual(['connected', 'closed'])
  })

  it('ends what is left as unknown when the time is over', async () => {
    const host = await RawHost.start()
    const { client, events } = connect(host.port)
    const request = ask(client, 'k:question')
    const peer = await host.peer()
    await peer.answers(1)
    await client.close({ drainMs: 30 })
    expect(brief(await request)).toBe('LINK_CONNECTION_LOST sent=true')
    expect(events.at(-1)).toMatchObject({ kind: 'dropped', reason: 'drainTimeout' })
  })

  it('can be closed while connecting, while waiting, and twice', async () => {
    const gone = await RawHost.start()
    await gone.stop()
    const early = connect(gone.port)
    const held = ask(early.client, 'k:')
    await early.client.close({ drainMs: 1000 })
    expect(brief(await held)).toBe('LINK_CLOSED sent=false')
    const late = connect(gone.port)
    await until(() => late.client.stats().state === 'waiting')
    await Promise.all([late.client.close({ drainMs: 1000 }), late.client.close({ drainMs: 0 })])
    expect([early, late].map(({ client }) => client.stats().state)).toEqual(['closed', 'closed'])
  })

  it('leaves no timer and no socket behind', async () => {
    const host = await RawHost.start()
    const resources = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length
    const before = resources()
    const { client } = connect(host.port)
    await ask(client, 'k:', 10)
    const request = ask(client, 'other:')
    const peer = await host.peer()
    peer.write('other:')
    await request
    await client.close({ drainMs: 1000 })
    await peer.closed
    await until(() => resources() <= before)
    expect(client.stats().state).toBe('closed')
  })
})
