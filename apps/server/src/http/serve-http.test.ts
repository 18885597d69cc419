import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createHttpApp, type HttpAppOptions } from './create-http-app.ts'
import type { LiveEventHubOptions } from './live-event-hub.ts'
import { serveHttp } from './serve-http.ts'
import { testingPayment, testingServices } from './testing-services.ts'

async function serve(options: HttpAppOptions = {}) {
  const services = testingServices()
  const server = await serveHttp({ app: createHttpApp(services, options), host: '127.0.0.1', port: 0 })
  return { services, server }
}

/** Reads the stream until `count` events with data came, or it ended. */
async function readEvents(response: Response, count: number): Promise<{ id: string | undefined; data: unknown }[]> {
  const events: { id: string | undefined; data: unknown }[] = []
  let text = ''
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  while (events.length < count) {
    const { value, done } = await reader.read()
    if (done) break
    text += value
    const frames = text.split('\n\n')
    text = frames.pop()!
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1]
      if (data) events.push({ id: /^id: (.*)$/m.exec(frame)?.[1], data: JSON.parse(data) })
    }
  }
  await reader.cancel()
  return events
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('the live stream', () => {
  it('tells every browser of a payment, and one that comes back of what it missed', async () => {
    const { services, server } = await serve()
    const first = await fetch(`${server.url}/api/events`)
    services.publish({ type: 'payment', payment: testingPayment })
    services.publish({ type: 'terminal', terminalId: '10000002', version: 7 })
    const [hello, payment] = await readEvents(first, 2)
    expect(hello?.data).toEqual({ type: 'heartbeat' })
    expect(payment?.data).toEqual({ type: 'payment', payment: testingPayment })

    const back = await fetch(`${server.url}/api/events`, { headers: { 'last-event-id': payment!.id! } })
    const [missed] = await readEvents(back, 1)
    expect(missed?.data).toEqual({ type: 'terminal', terminalId: '10000002', version: 7 })
    await server.close()
  })

  it.each([
    ['an id of an earlier process', 'deadbeef-3'],
    ['an id that is none', '%00'],
    ['an id older than what is kept', undefined],
  ])('asks for everything again after %s', async (_, id) => {
    const { services, server } = await serve({ events: { keptMax: 2 } })
    const before = await fetch(`${server.url}/api/events`)
    for (let version = 1; version <= 4; version++)
      services.publish({ type: 'terminal', terminalId: '10000002', version })
    const [hello] = await readEvents(before, 1)
    const response = await fetch(`${server.url}/api/events?lastEventId=${id ?? hello!.id!}`)
    expect((await readEvents(response, 1))[0]?.data).toEqual({ type: 'resync' })
    await server.close()
  })

  it('beats while nothing happens', async () => {
    const { server } = await serve({ events: { heartbeatMs: 10 } satisfies Partial<LiveEventHubOptions> })
    const events = await readEvents(await fetch(`${server.url}/api/events`), 3)
    expect(events.map((event) => event.data)).toEqual(Array.from({ length: 3 }, () => ({ type: 'heartbeat' })))
    await server.close()
  })

  it('cuts off a browser that does not read instead of keeping its events for ever', async () => {
    const { services, server } = await serve({ events: { waitingBytesMax: 20_000 } })
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    let ended = false
    // The last chunk of a chunked answer is empty.
    const watchForEnd = (bytes: Buffer) => {
      ended ||= bytes.subarray(-5).equals(Buffer.from('0\r\n\r\n'))
    }
    // The socket buffers of the operating system hold some megabytes before the stream notices.
    const payment = { ...testingPayment, merchantName: 'x'.repeat(100_000) }
    for (let round = 0; round < 100; round++) {
      services.publish({ type: 'payment', payment })
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.on('data', watchForEnd)
    socket.resume()
    await until(() => ended)
    expect(ended).toBe(true)
    socket.destroy()
    await server.close()
  })

  it('has room for a bounded number of browsers, and makes room when one leaves', async () => {
    const { server } = await serve({ events: { streamsMax: 1 } })
    const leaving = new AbortController()
    await fetch(`${server.url}/api/events`, { signal: leaving.signal })
    expect((await fetch(`${server.url}/api/events`)).status).toBe(503)
    leaving.abort()
    let status = 503
    while (status === 503) {
      const response = await fetch(`${server.url}/api/events`)
      status = response.status
      await response.body?.cancel()
    }
    expect(status).toBe(200)
    await server.close()
  })
})

describe('closing', () => {
  it('ends open streams, stops listening to the services and frees the port', async () => {
    const { services, server } = await serve()
    const stream = await fetch(`${server.url}/api/events`)
    expect(services.listenerCount()).toBe(1)
    await server.close({ drainMs: 60_000 })
    expect(await stream.text()).toContain('retry:')
    expect(services.listenerCount()).toBe(0)
    const next = await serveHttp({ app: createHttpApp(testingServices()), host: '127.0.0.1', port: server.port })
    await next.close()
  })

  it('says plainly that a port is taken', async () => {
    const { server } = await serve()
    const taken = serveHttp({ app: createHttpApp(testingServices()), host: '127.0.0.1', port: server.port })
    await expect(taken).rejects.toMatchObject({ code: 'HTTP_PORT_TAKEN', details: { port: server.port } })
    await server.close()
  })
})
