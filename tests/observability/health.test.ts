// Live and ready as a load balancer sees them: ready is true, and each thing that must hold is said by name when it fails.

import { createServer, type Server } from 'node:net'
import { openDatabase } from '@shua/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createReadinessCheck } from '../../apps/server/src/metrics/check-readiness.ts'
import { createServerMetrics } from '../../apps/server/src/metrics/server-metrics.ts'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { openServer, type OpenServer } from './open-server.ts'
import { readMetrics } from './read-metrics.ts'

let open: OpenServer

beforeAll(async () => {
  open = await openServer()
})

afterAll(async () => {
  await open.close()
})

async function ready(): Promise<{ status: number; body: unknown }> {
  const response = await open.get('/health/ready')
  return { status: response.status, body: await response.json() }
}

const database = { name: 'database', status: 'ok' }
const migrations = { name: 'migrations', status: 'ok' }
const terminals = { name: 'terminals', status: 'ok' }

describe('a running server', () => {
  it('is live and ready', async () => {
    const live = await open.get('/health/live')
    expect([live.status, await live.json()]).toEqual([200, { status: 'live' }])
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: [database, migrations, terminals] } })
  })

  it('is not ready on a database that lacks a migration', async () => {
    const { database: db } = open.server.storage
    const rows = await db.query<{ checksum: Buffer }>(
      `select checksum from shua.migration where schema = 'issuer' and version = 1`,
    )
    await db.query(`update shua.migration set checksum = '' where schema = 'issuer' and version = 1`)
    const failed = { name: 'migrations', status: 'failed', reason: 'not applied: issuer 1' }
    expect(await ready()).toEqual({ status: 503, body: { status: 'notReady', checks: [database, failed, terminals] } })
    await db.query(`update shua.migration set checksum = $1 where schema = 'issuer' and version = 1`, [
      rows[0]?.checksum,
    ])
    expect((await ready()).status).toBe(200)
  })

  it('is not ready when terminals cannot connect', async () => {
    await open.server.network.terminals.close({ drainMs: 100 })
    const failed = { name: 'terminals', status: 'failed', reason: 'the terminal port is closed' }
    expect(await ready()).toEqual({ status: 503, body: { status: 'notReady', checks: [database, migrations, failed] } })
  })

  it('is live but not ready when the database is gone, and says so in its metrics', async () => {
    await open.loseDatabase()
    const { status, body } = await ready()
    expect(status).toBe(503)
    expect(body).toMatchObject({
      checks: [
        { name: 'database', status: 'failed', reason: expect.stringMatching(/^DATABASE_[A-Z]+$/) as string },
        { name: 'migrations', status: 'failed' },
        { name: 'terminals', status: 'failed' },
      ],
    })
    expect((await open.get('/health/live')).status).toBe(200)
    const page = readMetrics(await (await open.get('/metrics')).text())
    expect(page.value('shua_database_up')).toBe(0)
    expect(page.series('shua_database_faults_total').length).toBeGreaterThan(0)
  })
})

describe('a database that takes connections and stays silent', () => {
  let silent: Server
  let url: string
  const closers: (() => Promise<void>)[] = []

  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    url = `postgres://shua@127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/shua`
  })

  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  afterAll(async () => {
    await new Promise((resolve) => silent.close(resolve))
  })

  function openSilent() {
    const opened = openDatabase({ url, connectionsMax: 2, applicationName: 'shua-test', connectTimeoutMs: 500 })
    closers.push(() => opened.close())
    return opened
  }

  it('is not ready within the limit, and probes do not pile up', async () => {
    let connections = 0
    silent.on('connection', () => (connections += 1))
    const check = createReadinessCheck({
      database: openSilent(),
      migrations: await networkMigrations(),
      listening: () => true,
      limitMs: 50,
    })
    for (let probe = 0; probe < 3; probe += 1) {
      expect(await check()).toMatchObject({
        status: 'notReady',
        checks: [
          { name: 'database', status: 'failed', reason: 'no answer within 50 ms' },
          { name: 'migrations' },
          terminals,
        ],
      })
    }
    expect(connections).toBe(1)
  })

  it('costs a scrape its limit: the rest is told, what the database knows is left out', async () => {
    const metrics = createServerMetrics({ database: openSilent(), dataDir: '/', sampleKeptMs: 0 })
    const page = readMetrics((await metrics.scrape(undefined)).text)
    expect(page.value('shua_database_up')).toBe(0)
    expect(page.series('shua_terminals_signed_on')).toEqual([])
    expect(page.series('shua_reversals_pending')).toEqual([])
    expect(page.series('shua_database_connections')).toEqual([])
    expect(page.value('process_resident_memory_bytes')).toBeGreaterThan(0)
    expect(page.names.has('shua_terminals_signed_on')).toBe(true)
  })
})
