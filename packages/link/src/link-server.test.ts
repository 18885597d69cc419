import { Fault } from '@shua/assert'
import { afterEach, describe, expect, it } from 'vitest'
import { type FrameFormat, terminalFrame } from './frame-format.ts'
import type { DropReason, LinkEvent } from './link-event.ts'
import { type LinkServer, type LinkServerOptions, startLinkServer } from './link-server.ts'
import { framed, RawPeer, until } from './testing/raw-peer.ts'

const opened: LinkServer[] = []

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close({ drainMs: 0 })
})

/** A server that echoes, generous where a test sets no limit. */
async function start(options: Partial<LinkServerOptions> = {}): Promise<{ server: LinkServer; events: LinkEvent[] }> {
  const events: LinkEvent[] = []
  const server = await startLinkServer({
    host: '127.0.0.1',
    port: 0,
    frame: terminalFrame,
    connectionsMax: 10,
    idleTimeoutMs: 30_000,
    frameTimeoutMs: 30_000,
    inFlightPerConnectionMax: 10,
    onFrame: async (payload) => payload,
    onEvent: (event) => events.push(event),
    ...options,
  })
  opened.push(server)
  return { server, events }
}

/** A handler whose answers the test gives, one by one. */
function byHand() {
  const waiting = new Map<string, (answer: Buffer | undefined) => void>()
  return {
    waiting,
    onFrame: (payload: Buffer) =>
      new Promise<Buffer | undefined>((resolve) => waiting.set(payload.toString('latin1'), resolve)),
    answer: (text: string) => {
      waiting.get(text)?.(Buffer.from(`re:${text}`))
      waiting.delete(text)
    },
  }
}

function dropOf(events: LinkEvent[]): { reason: DropReason; code: string } | undefined {
  const dropped = events.find((event) => event.kind === 'dropped')
  return dropped && { reason: dropped.reason, code: dropped.fault.code }
}

describe('link server: frames', () => {
  it('reads a request that comes byte by byte', async () => {
    const { server } = await start()
    const peer = await RawPeer.connect(server.port)
    for (const byte of framed('slowly')) {
      peer.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await peer.answers(1)).toEqual(['slowly'])
  })

  it('answers several frames of one chunk, the last of them cut', async () => {
    const { server } = await start()
    const peer = await RawPeer.connect(server.port)
    const last = framed('three')
    peer.write('one', 'two', last.subarray(0, 4))
    expect(await peer.answers(2)).toEqual(['one', 'two'])
    peer.write(last.subarray(4))
    expect(await peer.answers(3)).toEqual(['one', 'two', 'three'])
    expect(server.stats()).toMatchObject({ connections: 1, inFlight: 0, framesIn: 3, framesOut: 3, ready: true })
  })

  it('sends answers as they are ready, in any order', async () => {
    const hand = byHand()
    const { server } = await start({ onFrame: hand.onFrame })
    const peer = await RawPeer.connect(server.port)
    peer.write('first', 'second', 'third')
    await until(() => hand.waiting.size === 3)
    for (const text of ['third', 'first', 'second']) hand.answer(text)
    expect(await peer.answers(3)).toEqual(['re:third', 're:first', 're:second'])
  })

  it('still answers a client that said its goodbye right after the request', async () => {
    const hand = byHand()
    const { server, events } = await start({ onFrame: hand.onFrame })
    const peer = await RawPeer.connect(server.port, { allowHalfOpen: true })
    peer.write('only')
    peer.socket.end()
    await until(() => hand.waiting.size === 1)
    hand.answer('only')
    await peer.closed
    expect(peer.payloads).toEqual(['re:only'])
    await until(() => events.length === 2)
    expect(events.map((event) => event.kind)).toEqual(['connected', 'closed'])
  })

  it.each<{ what: string; bytes: Buffer; reason: DropReason; code: string; frame?: FrameFormat }>([
    { what: 'an empty frame', bytes: Buffer.from([0, 0]), reason: 'frameEmpty', code: 'LINK_FRAME_EMPTY' },
    {
      what: 'an oversized frame',
      bytes: Buffer.from([0xff, 0xff, 1]),
      reason: 'frameOversized',
      code: 'LINK_FRAME_OVERSIZED',
    },
    {
      what: 'a length that is no number',
      bytes: Buffer.from('GET / HTTP/1.1\r\n'),
      reason: 'frameLength',
      code: 'LINK_FRAME_LENGTH',
      frame: { lengthBytes: 4, lengthEncoding: 'ascii', bytesMax: 100 },
    },
  ])('drops a peer that sends $what', async ({ bytes, reason, code, frame = terminalFrame }) => {
    const { server, events } = await start({ frame })
    const peer = await RawPeer.connect(server.port)
    peer.write(bytes)
    await peer.closed
    await until(() => dropOf(events) !== undefined)
    expect(dropOf(events)).toEqual({ reason, code })
    expect(server.stats()).toMatchObject({ dropped: { [reason]: 1 }, framesIn: 0 })
  })

  it('tells a peer that went away in the middle of a frame from one that hung up between frames', async () => {
    const { server, events } = await start()
    const rude = await RawPeer.connect(server.port)
    rude.write('whole', Buffer.from([0, 9, 65]))
    expect(await rude.answers(1)).toEqual(['whole'])
    rude.socket.end()
    await rude.closed
    await until(() => events.length === 2)
    expect(dropOf(events)).toEqual({ reason: 'truncated', code: 'LINK_FRAME_TRUNCATED' })
    const polite = await RawPeer.connect(server.port)
    polite.socket.end()
    await polite.closed
    await until(() => events.length === 4)
    expect(events.at(-1)?.kind).toBe('closed')
  })
})

describe('link server: a handler that fails never costs the socket', () => {
  const oversized = Buffer.alloc(terminalFrame.bytesMax + 1)

  it.each<[string, () => Promise<Buffer | undefined>, string]>([
    ['rejects', async () => Promise.reject(new Error('no database')), 'LINK_HANDLER_FAILED'],
    [
      'throws before its first await',
      () => {
        throw new Error('a bug')
      },
      'LINK_HANDLER_FAILED',
    ],
    ['answers undefined', async () => undefined, 'LINK_HANDLER_SILENT'],
    ['answers more than a frame holds', async () => oversized, 'LINK_FRAME_OVERSIZED'],
    ['answers no byte', async () => Buffer.alloc(0), 'LINK_FRAME_EMPTY'],
  ])('%s', async (_, fail, code) => {
    const { server, events } = await start({ onFrame: (payload) => (payload.length === 3 ? fail() : echo(payload)) })
    const peer = await RawPeer.connect(server.port)
    peer.write('bad', 'good')
    expect(await peer.answers(1)).toEqual(['good'])
    const faults = events.flatMap((event) => (event.kind === 'unanswered' ? [event.fault.code] : []))
    expect(faults).toEqual([code])
    expect(server.stats()).toMatchObject({ connections: 1, inFlight: 0, unanswered: 1, framesOut: 1 })
  })

  it('reports an answer whose peer has gone', async () => {
    const hand = byHand()
    const { server, events } = await start({ onFrame: hand.onFrame })
    const peer = await RawPeer.connect(server.port)
    peer.write('too slow')
    await until(() => hand.waiting.size === 1)
    peer.socket.resetAndDestroy()
    await until(() => server.stats().connections === 0)
    expect(server.stats().inFlight).toBe(1)
    hand.answer('too slow')
    await until(() => server.stats().undeliverable === 1)
    expect(events.at(-1)).toMatchObject({ kind: 'undeliverable', fault: { code: 'LINK_ANSWER_UNDELIVERABLE' } })
    expect(server.stats().inFlight).toBe(0)
  })
})

async function echo(payload: Buffer): Promise<Buffer> {
  return payload
}

describe('link server: slow and dead peers', () => {
  it('drops a slow-loris that keeps sending single bytes of a frame, and serves others meanwhile', async () => {
    const { server, events } = await start({ frameTimeoutMs: 80 })
    const loris = await RawPeer.connect(server.port)
    loris.write(Buffer.from([0x10, 0x00]))
    const drip = setInterval(() => loris.write(Buffer.from([1])), 10)
    const other = await RawPeer.connect(server.port)
    other.write('quick')
    expect(await other.answers(1)).toEqual(['quick'])
    await loris.closed
    clearInterval(drip)
    await until(() => dropOf(events) !== undefined)
    expect(dropOf(events)).toEqual({ reason: 'frameTimeout', code: 'LINK_FRAME_TIMEOUT' })
    expect(server.stats().connections).toBe(1)
  })

  it('lets every frame have its own time, however many there are', async () => {
    const { server, events } = await start({ frameTimeoutMs: 500 })
    const peer = await RawPeer.connect(server.port)
    // The stream is inside some frame at every moment, for longer than one frame may take.
    const frame = framed('frame')
    peer.write(frame.subarray(0, 3))
    for (let count = 1; count <= 12; count++) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      peer.write(frame.subarray(3), frame.subarray(0, 3))
      expect(await peer.answers(count)).toHaveLength(count)
    }
    expect(dropOf(events)).toBeUndefined()
  })

  it('drops a connection that says nothing, but never one that waits for its answer', async () => {
    const hand = byHand()
    const { server, events } = await start({ idleTimeoutMs: 400, onFrame: hand.onFrame })
    const waiting = await RawPeer.connect(server.port)
    waiting.write('question')
    const silent = await RawPeer.connect(server.port)
    await silent.closed
    await until(() => dropOf(events) !== undefined)
    expect(dropOf(events)).toEqual({ reason: 'idle', code: 'LINK_IDLE' })
    expect(server.stats().connections).toBe(1)
    hand.answer('question')
    expect(await waiting.answers(1)).toEqual(['re:question'])
    await waiting.closed
  })

  it('turns connections over the cap away, with an event, and takes the next one when there is room', async () => {
    const { server, events } = await start({ connectionsMax: 2 })
    const first = await RawPeer.connect(server.port)
    const second = await RawPeer.connect(server.port)
    const third = await RawPeer.connect(server.port)
    await third.closed
    const refused = events.find((event) => event.kind === 'refused')
    expect(refused?.fault.code).toBe('LINK_CONNECTIONS_MAX')
    expect(refused?.host).toBe('127.0.0.1')
    expect(server.stats()).toMatchObject({ connections: 2, refused: 1 })
    await first.destroy()
    await until(() => server.stats().connections === 1)
    const fourth = await RawPeer.connect(server.port)
    for (const peer of [second, fourth]) {
      peer.write('served')
      expect(await peer.answers(1)).toEqual(['served'])
    }
  })
})

describe('link server: back-pressure', () => {
  it('gives the handler no more frames of a connection than allowed, and loses none', async () => {
    const hand = byHand()
    const { server } = await start({ inFlightPerConnectionMax: 3, onFrame: hand.onFrame })
    const peer = await RawPeer.connect(server.port)
    const other = await RawPeer.connect(server.port)
    const texts = Array.from({ length: 20 }, (_, index) => `request ${index}`)
    peer.write(...texts)
    await until(() => hand.waiting.size === 3)
    other.write('of another')
    await until(() => hand.waiting.size === 4)
    expect(server.stats().inFlight).toBe(4)
    for (const [index, text] of texts.entries()) {
      await until(() => hand.waiting.has(text))
      expect(hand.waiting.size).toBeLessThanOrEqual(4)
      hand.answer(text)
      expect(await peer.answers(index + 1)).toHaveLength(index + 1)
    }
    expect(peer.payloads).toEqual(texts.map((text) => `re:${text}`))
  })

  it('stops reading from a peer that does not read, and goes on when it does', async () => {
    const answer = Buffer.alloc(60_000, 65)
    const frame: FrameFormat = { lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 60_000 }
    const { server } = await start({ frame, onFrame: async () => answer })
    const peer = await RawPeer.connect(server.port)
    peer.socket.pause()
    const requests = 600
    for (let count = 0; count < requests; count++) peer.write('x')
    let before = -1
    while (server.stats().framesIn !== before) {
      before = server.stats().framesIn
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(server.stats().framesIn).toBeLessThan(requests)
    expect(server.stats().connections).toBe(1)
    peer.socket.resume()
    let bytes = 0
    peer.socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
    await until(() => bytes === requests * (answer.length + 2))
    expect(server.stats()).toMatchObject({ framesIn: requests, framesOut: requests, inFlight: 0 })
  })

  it('drops a peer that never reads', async () => {
    const answer = Buffer.alloc(60_000, 65)
    const frame: FrameFormat = { lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 60_000 }
    const { server, events } = await start({ frame, frameTimeoutMs: 200, onFrame: async () => answer })
    const peer = await RawPeer.connect(server.port)
    peer.socket.pause()
    for (let count = 0; count < 600; count++) peer.write('x')
    await until(() => dropOf(events) !== undefined)
    expect(dropOf(events)).toEqual({ reason: 'notReading', code: 'LINK_PEER_NOT_READING' })
    expect(server.stats().connections).toBe(0)
    await peer.destroy()
  })
})

describe('link server: start and stop', () => {
  it('waits for the answers in flight, takes no new frame, and then ends every connection', async () => {
    const hand = byHand()
    const { server, events } = await start({ onFrame: hand.onFrame })
    const busy = await RawPeer.connect(server.port)
    const quiet = await RawPeer.connect(server.port)
    busy.write('in flight')
    await until(() => hand.waiting.size === 1)
    const closed = server.close({ drainMs: 20_000 })
    expect(server.stats().ready).toBe(false)
    await quiet.closed
    busy.write('too late')
    await expect(RawPeer.connect(server.port)).rejects.toThrow('ECONNREFUSED')
    hand.answer('in flight')
    await busy.closed
    await closed
    expect(busy.payloads).toEqual(['re:in flight'])
    expect(hand.waiting.size).toBe(0)
    expect(server.stats()).toMatchObject({ connections: 0, inFlight: 0, framesIn: 1, framesOut: 1 })
    expect(events.filter((event) => event.kind === 'closed')).toHaveLength(2)
  })

  it('does not wait for a peer that takes no notice of the end', async () => {
    const { server, events } = await start()
    const peer = await RawPeer.connect(server.port, { allowHalfOpen: true })
    await server.close({ drainMs: 20_000 })
    expect(events.at(-1)?.kind).toBe('closed')
    await peer.destroy()
  })

  it('ends what is left when the time to drain is over', async () => {
    const hand = byHand()
    const { server, events } = await start({ onFrame: hand.onFrame })
    const peer = await RawPeer.connect(server.port)
    peer.write('never answered')
    await until(() => hand.waiting.size === 1)
    await server.close({ drainMs: 30 })
    await peer.closed
    expect(dropOf(events)).toEqual({ reason: 'drainTimeout', code: 'LINK_DRAIN_TIMEOUT' })
    hand.answer('never answered')
    await until(() => server.stats().undeliverable === 1)
  })

  it('leaves no timer and no socket behind', async () => {
    const resources = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length
    const before = resources()
    const { server } = await start()
    const peer = await RawPeer.connect(server.port)
    peer.write('hello')
    await peer.answers(1)
    expect(resources()).toBeGreaterThan(before)
    await server.close({ drainMs: 1000 })
    await peer.closed
    await until(() => resources() <= before)
    await server.close({ drainMs: 1000 })
  })

  it('says which address it cannot have', async () => {
    const { server } = await start()
    const failure: unknown = await start({ port: server.port }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Fault)
    expect(failure).toMatchObject({ code: 'LINK_LISTEN', details: { host: '127.0.0.1', port: server.port } })
  })
})
