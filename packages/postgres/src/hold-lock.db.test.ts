import { eventually } from '@shua/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedPostgres, holdLock, openDatabase, startTemporaryPostgres } from './index.ts'

const soon = { timeoutMs: 10_000 }
let server: EmbeddedPostgres

beforeAll(async () => {
  server = await startTemporaryPostgres()
})

afterAll(async () => {
  await server.stop()
})

it('one process holds a lock until it gives it back', async () => {
  const options = { url: server.url, key: 1n, applicationName: 'test', onLost: () => undefined }
  const first = await holdLock(options)
  expect(first).toBeDefined()
  expect(await holdLock(options)).toBeUndefined()
  const other = await holdLock({ ...options, key: 2n })
  expect(other).toBeDefined()
  await first!.release()
  const second = await eventually(async () => {
    const lock = await holdLock(options)
    expect(lock).toBeDefined()
    return lock
  }, soon)
  await Promise.all([second!.release(), other!.release()])
})

it('a lost connection is replaced, and a lock that somebody else took meanwhile is told of', async () => {
  const lost: string[] = []
  const options = { url: server.url, key: 3n, applicationName: 'lock-test', onLost: () => lost.push('first') }
  const first = await holdLock(options)
  const database = openDatabase({ url: server.url, connectionsMax: 2, applicationName: 'test' })
  const cut = async (): Promise<void> => {
    await database.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lock-test'`)
  }
  const holders = async (): Promise<unknown[]> =>
    database.query(`select pid from pg_locks where locktype = 'advisory' and granted`)
  await cut()
  await eventually(async () => expect(await holders()).toHaveLength(0), soon)
  await eventually(async () => expect(await holders()).toHaveLength(1), soon)
  expect(lost).toEqual([])
  await cut()
  const second = await eventually(async () => {
    const lock = await holdLock({ ...options, onLost: () => lost.push('second') })
    expect(lock).toBeDefined()
    return lock
  }, soon)
  await eventually(async () => expect(lost).toEqual(['first']), soon)
  await Promise.all([first!.release(), second!.release(), database.close()])
})
