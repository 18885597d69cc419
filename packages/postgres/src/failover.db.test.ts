// How a database address with several servers behaves, and what a commit is worth when the standby is waited for in vain. A real
// failover of a real cluster is tests/processes/failover.test.ts.

import { Fault } from '@shua/assert'
import { eventually } from '@shua/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Database, type EmbeddedPostgres, openDatabase, startTemporaryPostgres } from './index.ts'

const soon = { timeoutMs: 10_000 }
let server: EmbeddedPostgres
let admin: Database

beforeAll(async () => {
  server = await startTemporaryPostgres()
  // One connection that goes on writing, whatever the server is told.
  admin = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'failover-test-admin' })
  await admin.query('set default_transaction_read_only = off')
  await admin.query('create table payment (id int primary key)')
})

afterEach(async () => {
  await configure('default_transaction_read_only', 'off')
  await configure('synchronous_standby_names', '')
})

afterAll(async () => {
  await admin.close()
  await server.stop()
})

function open(url: string): Database {
  return openDatabase({ url, connectionsMax: 2, applicationName: 'failover-test', statementTimeoutMs: 5_000 })
}

/** Takes effect in sessions that begin from now on, and at once where a session has not said otherwise. */
async function configure(setting: string, value: string): Promise<void> {
  await admin.query(`alter system set ${setting} = '${value}'`)
  await admin.query('select pg_reload_conf()')
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (rejected: unknown) => rejected,
  )
  expect(error).toBeInstanceOf(Fault)
  return (error as Fault).code
}

function withHosts(url: string, before: readonly string[], after: readonly string[] = []): string {
  return url.replace(/host=([^&]*)/, (_, own: string) => `host=${[...before, own, ...after].join(',')}`)
}

it('finds the server that runs among several, for statements and for notifications', async () => {
  const database = open(withHosts(server.url, ['/nowhere/first', '/nowhere/second'], ['/nowhere/third']))
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  const heard: string[] = []
  const subscription = await database.listen('news', { onNotification: (payload) => heard.push(payload) })
  await database.query(`select pg_notify('news', 'here')`)
  await eventually(() => expect(heard).toEqual(['here']), soon)
  await subscription.close()
  await database.close()
})

it('tells that nothing was done when no server runs', async () => {
  const database = open('postgres://shua@localhost/shua?host=/nowhere/first,/nowhere/second')
  const fault = await database.query('select 1').catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { outcome: 'notDone' } })
  await database.close()
})

it('passes over a server that only reads, and takes it again when it is the primary', async () => {
  const database = open(withHosts(server.url, ['/nowhere']))
  await database.query('insert into payment values (1)')
  await configure('default_transaction_read_only', 'on')
  // The connection that was open when the server became a standby is given up with the first refused write.
  let id = 1
  const write = async (): Promise<unknown> => database.query('insert into payment values ($1)', [++id])
  await eventually(async () => expect(await codeOf(write())).toMatch(/UNREACHABLE|READ_ONLY/), soon)
  await configure('default_transaction_read_only', 'off')
  await eventually(write, soon)
  await database.close()
})

it('a commit that was let go without the standby is unknown, not done', async () => {
  const database = open(server.url)
  await configure('synchronous_standby_names', 'nobody')
  const work = database.inTransaction(async (tx) => {
    await tx.query('set local synchronous_commit = on')
    await tx.query('insert into payment values (99)')
  })
  const ended = codeOf(work)
  await eventually(async () => {
    const waiting = await admin.query<{ pid: number }>(
      `select pid, pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`,
    )
    expect(waiting).toHaveLength(1)
  }, soon)
  expect(await ended).toBe('DATABASE_COMMIT_UNKNOWN')
  // It did take effect here: whoever called this "rolled back" would be as wrong as who called it done.
  expect(await admin.query('select id from payment where id = 99')).toEqual([{ id: 99 }])
  await database.close()
})
