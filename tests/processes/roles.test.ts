// Processes with different roles on one database: one takes payments, another one serves the pages and plays the demo terminals.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, eventually, type TestDatabase } from '@shua/testkit'
import { networkMigrations } from '../../apps/server/src/network.ts'
import { demoCard, openTerminal } from '../protocol/demo-terminal.ts'
import { openServerGroup, type ServerGroup } from './server-group.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

const soon = { timeoutMs: 20_000 }
let test: TestDatabase
let group: ServerGroup
let payments: ServerProcess
let web: ServerProcess

beforeAll(async () => {
  test = await createTestDatabase(await networkMigrations(), { connectionsMax: 4 })
  group = await openServerGroup({ database: test.database, databaseUrl: test.url, terminals: 1, cards: 1 })
  payments = await group.start('acquirer,switch,issuer')
  web = await group.start('web,demo', { SHUA_ACQUIRER: `127.0.0.1:${payments.terminalPort}` })
})

afterAll(async () => {
  expect(await Promise.all([web.stop(), payments.stop()])).toEqual([0, 0])
  await group.close()
  await test.drop()
})

async function jsonAt<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

describe('a process for payments and one for pages', () => {
  it('are ready each for its own part', async () => {
    const checksAt = async ({ url }: ServerProcess): Promise<unknown> => {
      const { status, checks } = await jsonAt<{ status: string; checks: { name: string }[] }>(`${url}/health/ready`)
      return [status, ...checks.map(({ name }) => name)]
    }
    expect(await checksAt(payments)).toEqual(['ready', 'database', 'migrations', 'terminals'])
    expect(await checksAt(web)).toEqual(['ready', 'database', 'migrations'])
    expect(web.terminalPort).toBe(0)
    expect((await fetch(`${payments.url}/metrics`)).status).toBe(200)
    // The console is not where it was not asked for.
    expect((await fetch(`${payments.url}/api/overview`)).status).toBe(404)
    expect((await fetch(`${payments.url}/`)).status).toBe(404)
  })

  it('show a payment of the one live on the page of the other', async () => {
    const aborted = new AbortController()
    const stream = await fetch(`${web.url}/api/events`, { signal: aborted.signal })
    let heard = ''
    const reading = (async () => {
      for await (const chunk of stream.body!) heard += Buffer.from(chunk).toString()
    })().catch(() => undefined)
    const pos = await openTerminal(payments.terminalPort, '10000001')
    await pos.signOn('003')
    const card = demoCard('approved')
    const sale = await pos.pay({ kind: 'sale', card, entry: 'swipe', pin: card.pin, amount: 12_34 })
    expect(sale.answer.fields[39]).toBe('00')
    const rrn = sale.answer.fields[37]!
    await eventually(() => expect(heard).toContain(rrn), soon)
    aborted.abort()
    await reading
    pos.connection.close()
    const page = await jsonAt<{ items: { rrn: string; status: string }[] }>(`${web.url}/api/payments`)
    expect(page.items).toEqual([expect.objectContaining({ rrn, status: 'approved' })])
  })

  it('play a demo terminal on the page of one against the acquirer of the other', async () => {
    await eventually(async () => {
      const view = await jsonAt<{ lines: { text: string }[] }>(`${web.url}/api/terminals/10000002/view`)
      expect(view.lines.length).toBeGreaterThan(0)
    }, soon)
    const { terminals } = await jsonAt<{ terminals: { terminalId: string; hosted: boolean }[] }>(
      `${web.url}/api/overview`,
    )
    expect(terminals.filter(({ hosted }) => hosted).map(({ terminalId }) => terminalId)).toContain('10000002')
  })
})

describe('a process that must not start', () => {
  it('says that another one plays the demo terminals', async () => {
    const second = group.start('acquirer,switch,issuer,web,demo')
    await expect(second).rejects.toThrow(/another process plays the demo terminals.*DEMO_TERMINALS_TAKEN/)
  })

  it('says that its master key is another one', async () => {
    const masterKeyFile = join(group.directory, 'other-key')
    await writeFile(masterKeyFile, `${randomBytes(32).toString('hex').toUpperCase()}\n`, { mode: 0o600 })
    const other = startServerProcess({
      databaseUrl: test.url,
      dataDir: join(group.directory, 'other'),
      masterKeyFile,
      roles: 'acquirer,switch,issuer',
    })
    await expect(other).rejects.toThrow(/SECURITY_/)
  })

  it('says which roles make no sense', async () => {
    await expect(group.start('acquirer,switch')).rejects.toThrow(/add issuer \(SETTING_INVALID\)/)
    await expect(group.start('till')).rejects.toThrow(/'till' is no role/)
  })
})
