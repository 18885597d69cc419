import { afterEach, describe, expect, it } from 'vitest'
import { terminalFrame } from '../frame-format.ts'
import { LinkClient } from '../link-client.ts'
import { type LinkServer, startLinkServer } from '../link-server.ts'
import { requestOnce } from '../request-once.ts'
import { drawFaults, type FaultyAction, FaultyLink } from './faulty-link.ts'
import { framed, RawPeer, until } from './raw-peer.ts'

const opened: { close(options: { drainMs: number }): Promise<void> }[] = []

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close({ drainMs: 0 })
})

async function startEcho(): Promise<LinkServer> {
  const server = await startLinkServer({
    host: '127.0.0.1',
    port: 0,
    frame: terminalFrame,
    connectionsMax: 100,
    idleTimeoutMs: 30_000,
    frameTimeoutMs: 2000,
    inFlightPerConnectionMax: 100,
    onFrame: async (payload) => payload,
  })
  opened.push(server)
  return server
}

async function between(server: LinkServer, decide: FaultyLink['decide']): Promise<FaultyLink> {
  const link = await FaultyLink.start({
    target: { host: '127.0.0.1', port: server.port },
    frame: terminalFrame,
    decide,
  })
  opened.push(link)
  return link
}

const pass: FaultyAction = { kind: 'pass' }

/** Small seeded generator, good enough for choosing faults. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('faulty link', () => {
  it.each<[string, FaultyAction, string[]]>([
    ['passes frames', pass, ['one', 'two', 'three']],
    ['swallows', { kind: 'swallow' }, ['two', 'three']],
    ['duplicates', { kind: 'duplicate' }, ['one', 'one', 'two', 'three']],
    ['reorders', { kind: 'reorder', msMax: 20_000 }, ['two', 'one', 'three']],
    ['delays', { kind: 'delay', ms: 50 }, ['two', 'three', 'one']],
    ['splits without mixing frames', { kind: 'split', pieceBytes: 1 }, ['one', 'two', 'three']],
  ])('%s', async (_, first, expected) => {
    const server = await startEcho()
    const link = await between(server, ({ direction, frame }) =>
      direction === 'toServer' && frame === 1 ? first : pass,
    )
    const peer = await RawPeer.connect(link.port)
    peer.write('one', 'two', 'three')
    expect(await peer.answers(expected.length)).toEqual(expected)
    expect(link.counts[first.kind]).toBeGreaterThan(0)
  })

  it('delivers a held frame when nothing follows it', async () => {
    const server = await startEcho()
    const link = await between(server, () => ({ kind: 'reorder', msMax: 5 }))
    const peer = await RawPeer.connect(link.port)
    peer.write('alone')
    expect(await peer.answers(1)).toEqual(['alone'])
  })

  it('delivers what is delayed before it passes a goodbye on', async () => {
    const server = await startEcho()
    const link = await between(server, () => ({ kind: 'delay', ms: 20 }))
    const peer = await RawPeer.connect(link.port, { allowHalfOpen: true })
    peer.write('last words')
    peer.socket.end()
    await peer.closed
    expect(peer.payloads).toEqual(['last words'])
  })

  it.each<[string, FaultyAction, number]>([
    ['cuts before a request, which the host never sees', { kind: 'cut', when: 'before' }, 0],
    ['cuts after a request, which the host has seen', { kind: 'cut', when: 'after' }, 1],
    ['truncates a request', { kind: 'truncate', bytes: 4 }, 0],
  ])('%s', async (_, action, framesIn) => {
    const server = await startEcho()
    const link = await between(server, ({ direction }) => (direction === 'toServer' ? action : pass))
    const payload = Buffer.from('a whole request')
    const answer = await requestOnce({
      host: link.host,
      port: link.port,
      frame: terminalFrame,
      payload,
      timeoutMs: 9000,
    })
    expect(answer).toMatchObject({ kind: 'noAnswer', sent: true, cause: { code: 'LINK_CONNECTION_LOST' } })
    await until(() => server.stats().framesIn === framesIn && server.stats().connections === 0)
  })

  it('truncates an answer', async () => {
    const server = await startEcho()
    const link = await between(server, ({ direction }) =>
      direction === 'toClient' ? { kind: 'truncate', bytes: 5 } : pass,
    )
    const peer = await RawPeer.connect(link.port)
    peer.write('question')
    await peer.closed
    expect(peer.received).toEqual(framed('question').subarray(0, 5))
  })

  it('plays a host that is down, and comes back', async () => {
    const server = await startEcho()
    const link = await between(server, () => pass)
    const peer = await RawPeer.connect(link.port)
    peer.write('before')
    await peer.answers(1)
    link.refusing = true
    link.cutAll()
    await peer.closed
    const refused = await RawPeer.connect(link.port)
    await refused.closed
    expect(server.stats().framesIn).toBe(1)
    link.refusing = false
    const again = await RawPeer.connect(link.port)
    again.write('after')
    expect(await again.answers(1)).toEqual(['after'])
  })

  it('cuts a connection whose bytes are no frames', async () => {
    const server = await startEcho()
    const link = await between(server, () => pass)
    const peer = await RawPeer.connect(link.port)
    peer.write(Buffer.from([0xff, 0xff, 0xff]))
    await peer.closed
    expect(server.stats().framesIn).toBe(0)
  })

  it('draws the same faults from the same seed, and by weight', () => {
    const weights = { pass: 8, swallow: 1, cut: 1, delay: 1, split: 1, truncate: 1, reorder: 1, duplicate: 1 }
    const occasion = { direction: 'toServer', connection: 1, frame: 1, payload: Buffer.alloc(100) } as const
    const draw = (seed: number) => {
      const decide = drawFaults({ random: seeded(seed), weights, msMax: 30 })
      return Array.from({ length: 3000 }, () => decide(occasion))
    }
    const drawn = draw(7)
    expect(draw(7)).toEqual(drawn)
    expect(draw(8)).not.toEqual(drawn)
    const passes = drawn.filter(({ kind }) => kind === 'pass').length
    expect(passes / drawn.length).toBeGreaterThan(0.45)
    expect(passes / drawn.length).toBeLessThan(0.62)
    expect(new Set(drawn.map(({ kind }) => kind)).size).toBe(8)
  })
})

describe('a link through a storm', () => {
  it.each([1, 2, 3])('never mixes answers up and ends every request, seed %d', async (seed) => {
    const server = await startEcho()
    const weights = { pass: 80, swallow: 4, duplicate: 4, delay: 4, reorder: 4, split: 4, truncate: 1, cut: 1 }
    const link = await between(server, drawFaults({ random: seeded(seed), weights, msMax: 20 }))
    const client = new LinkClient({
      host: link.host,
      port: link.port,
      frame: terminalFrame,
      matchKey: (payload) => payload.toString('latin1', 0, 8),
      backoff: { firstMs: 2, maxMs: 10 },
      pendingMax: 100,
      random: seeded(seed),
    })
    opened.push(client)
    let stan = 0
    const counts = { answer: 0, noAnswer: 0 }
    const mixedUp: string[] = []
    const pay = async (): Promise<void> => {
      for (let count = 0; count < 60; count++) {
        stan += 1
        const text = `${String(stan).padStart(8, '0')} of payment ${stan}`
        const answer = await client.request(Buffer.from(text), { timeoutMs: 150 })
        counts[answer.kind] += 1
        const right = answer.kind === 'noAnswer' || answer.payload.toString() === text
        if (!right) mixedUp.push(text)
        if (answer.kind === 'noAnswer' && !answer.sent) await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    await Promise.all(Array.from({ length: 8 }, pay))
    expect(mixedUp).toEqual([])
    expect(counts.answer + counts.noAnswer).toBe(480)
    expect(counts.noAnswer).toBeGreaterThan(0)
    expect(client.stats()).toMatchObject({ inFlight: 0, unsent: 0 })
    link.decide = () => pass
    let last = await client.request(Buffer.from('99999999 calm'), { timeoutMs: 5000 })
    while (last.kind === 'noAnswer') {
      await new Promise((resolve) => setTimeout(resolve, 5))
      last = await client.request(Buffer.from('99999999 calm'), { timeoutMs: 5000 })
    }
    expect(last.payload.toString()).toBe('99999999 calm')
    expect(client.stats().unmatched).toBeGreaterThan(0)
    expect(counts.answer).toBeGreaterThan(100)
  })
})
