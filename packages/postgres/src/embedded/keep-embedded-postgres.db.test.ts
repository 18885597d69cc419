// A killed PostgreSQL comes back at the same address, again and again, with what was committed; a stopped one stays away. Both
// where it has a Unix socket and where only a loopback port is possible.

import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Fault } from '@shua/assert'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../open-database.ts'
import { keepEmbeddedPostgres } from './keep-embedded-postgres.ts'
import { processStart } from './process-identity.ts'

const root = join(tmpdir(), `shua-kept-${randomBytes(4).toString('hex')}`)

beforeAll(async () => {
  await mkdir(root)
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

test.each([
  ['a socket', 'data'],
  ['a loopback port', join('x'.repeat(60), 'y'.repeat(60))],
])('comes back by itself at the same address, with %s', { timeout: 120_000 }, async (_name, directory) => {
  const ends: Fault[] = []
  let restarts = 0
  const server = await keepEmbeddedPostgres({
    dataDir: join(root, directory),
    log: () => undefined,
    onUnexpectedEnd: (fault) => ends.push(fault),
    onRestart: () => (restarts += 1),
  })
  const { url } = server
  const database = openDatabase({ url, connectionsMax: 2, applicationName: 'test' })
  await database.query('create table visit (number int primary key)')
  for (const number of [1, 2]) {
    await database.query('insert into visit values ($1)', [number])
    const { pid } = server
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => server.pid, { timeout: 30_000 }).not.toBe(pid)
    await expect
      .poll(() => database.query('select count(*)::int4 as count from visit').catch(() => []), { timeout: 30_000 })
      .toEqual([{ count: number }])
    expect(server.url).toBe(url)
  }
  expect(restarts).toBe(2)
  expect(ends.map(({ code }) => code)).toEqual(['DATABASE_EMBEDDED_ENDED', 'DATABASE_EMBEDDED_ENDED'])
  await database.close()
  const { pid } = server
  await server.stop()
  expect(await processStart(pid)).toBeUndefined()
  expect(ends).toHaveLength(2)
})
