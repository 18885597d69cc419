import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Fault } from '@shua/assert'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../open-database.ts'
import { processStart } from './process-identity.ts'
import { type EmbeddedPostgres, runningEmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts'
import { startTemporaryPostgres } from './start-temporary-postgres.ts'

const quiet = (): void => undefined
// One database for all tests here, in a folder with a space, a comma and Chinese in its name.
let root: string
let dataDir: string

beforeAll(async () => {
  // Not made by mkdtemp, whose folder nobody but us may enter: as root, the server runs as another user.
  root = join(tmpdir(), `shua 刷, test ${process.pid}`)
  dataDir = join(root, 'data dir')
  await mkdir(root)
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  await withDatabase(server, async (query) => await query('create table visit (number int primary key)'))
  await server.stop()
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

type Query = (text: string) => Promise<object[]>

async function withDatabase<T>(server: { url: string }, work: (query: Query) => Promise<T>): Promise<T> {
  const database = openDatabase({ url: server.url, connectionsMax: 1, applicationName: 'test' })
  try {
    return await work(async (text) => await database.query(text))
  } finally {
    await database.close()
  }
}

async function visits(server: EmbeddedPostgres): Promise<number[]> {
  const rows = await withDatabase(server, async (query) => await query('select number from visit order by number'))
  return (rows as { number: number }[]).map((row) => row.number)
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (rejected: unknown) => rejected,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

async function startOther(directory: string): Promise<{ owner: ChildProcess; pid: number; url: string }> {
  const script = join(import.meta.dirname, 'testdata', 'run-until-killed.ts')
  const args = ['--conditions=source', '--import', 'tsx', script, directory]
  const owner = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: owner.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  return { owner, ...(JSON.parse(line) as { pid: number; url: string }) }
}

async function kill(process: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(process, 'exit')
  process.kill(signal)
  await exited
}

test('keeps its data from one start to the next, durably, behind a closed socket and a password', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log: quiet })
  await withDatabase(first, async (query) => await query('insert into visit values (1)'))
  await first.stop()
  await first.stop()

  const second = await startEmbeddedPostgres({ dataDir, log: quiet })
  expect(await visits(second)).toEqual([1])
  const settings = await withDatabase(
    second,
    async (query) =>
      await query(`select name, setting from pg_settings where name in
        ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses') order by name`),
  )
  expect(settings).toEqual([
    { name: 'data_checksums', setting: 'on' },
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
    { name: 'synchronous_commit', setting: 'on' },
  ])
  const rules = await withDatabase(
    second,
    async (query) => await query('select distinct auth_method from pg_hba_file_rules'),
  )
  expect(rules).toEqual([{ auth_method: 'scram-sha-256' }])
  expect((await stat(join(second.directory, 'run'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(second.directory, 'data'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(second.directory, 'password'))).mode & 0o777).toBe(0o600)
  expect((await stat(second.directory)).mode & 0o007).toBe(0)

  const wrong = { url: second.url.replace(/:[^:@/]+@/, ':guess@') }
  const refused = await faultOf(withDatabase(wrong, async (query) => await query('select 1')))
  expect(refused.details).toMatchObject({ condition: 'invalid_password' })
  await second.stop()
})

test('a second start is refused while the first owns the data, and succeeds after it', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log: quiet })
  const fault = await faultOf(startEmbeddedPostgres({ dataDir, log: quiet }))
  expect(fault.code).toBe('DATABASE_EMBEDDED_IN_USE')
  expect(fault.details).toMatchObject({ pid: process.pid })
  await first.stop()
  const second = await startEmbeddedPostgres({ dataDir, log: quiet })
  await second.stop()
})

test('after its owner was killed the server left behind is replaced, and nothing committed is lost', async () => {
  const { owner, pid, url } = await startOther(dataDir)
  await withDatabase({ url }, async (query) => await query('insert into visit values (2)'))
  await kill(owner, 'SIGKILL')
  expect(await processStart(pid)).toBeDefined()

  const log: string[] = []
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) })
  expect(log.join('\n')).toContain(`left running (process ${pid})`)
  expect(await processStart(pid)).toBeUndefined()
  expect(await visits(server)).toContain(2)
  await server.stop()
})

test('recovers when owner and server were killed at once, with clients connected', async () => {
  const { owner, pid, url } = await startOther(dataDir)
  const database = openDatabase({ url, connectionsMax: 2, applicationName: 'test' })
  await database.query('insert into visit values (3)')
  const interrupted = database.inTransaction(async (tx) => {
    await tx.query('insert into visit values (4)')
    const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    process.kill(pid, 'SIGKILL')
    process.kill(backend?.pid ?? 0, 'SIGKILL')
    await kill(owner, 'SIGKILL')
    await tx.query('select 1')
  })
  expect((await faultOf(interrupted)).code).toBe('DATABASE_UNREACHABLE')
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  expect(await visits(server)).toContain(3)
  expect(await visits(server)).not.toContain(4)
  await database.close()
  await server.stop()
})

test('ends a client process of the server that outlived it', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log: quiet })
  const database = openDatabase({ url: first.url, connectionsMax: 1, applicationName: 'test' })
  const busy = faultOf(database.query('select sum(i) from generate_series(1, 1000000000) i'))
  await new Promise((resolve) => setTimeout(resolve, 200))
  process.kill(first.pid, 'SIGKILL')
  await first.stop()
  const second = await startEmbeddedPostgres({ dataDir, log: quiet })
  expect((await busy).code).toBe('DATABASE_UNREACHABLE')
  expect(await visits(second)).toContain(1)
  await database.close()
  await second.stop()
})

test('a pid file that names a process of somebody else does not stop the start', async () => {
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' })
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  const pidFile = join(server.directory, 'data', 'postmaster.pid')
  const lockFile = join(server.directory, 'owner.lock')
  const [pidText, lockText] = [await readFile(pidFile, 'utf8'), await readFile(lockFile, 'utf8')]
  await server.stop()
  // As after a power cut: the numbers noted down now belong to processes that have nothing to do with it.
  await writeFile(pidFile, pidText.replace(/^\d+/, String(bystander.pid)))
  await writeFile(lockFile, lockText.replace(/"start":"[^"]*"/, '"start":"an earlier boot:1"'))
  const next = await startEmbeddedPostgres({ dataDir, log: quiet })
  expect(await visits(next)).toContain(1)
  await next.stop()
  expect(bystander.exitCode).toBeNull()
  await kill(bystander, 'SIGTERM')
})

test('an owner that ends without stopping the server takes it along', async () => {
  const { owner, pid } = await startOther(dataDir)
  await kill(owner, 'SIGTERM')
  await expect.poll(async () => await processStart(pid), { timeout: 20_000 }).toBeUndefined()
})

test('reports a server that ends by itself', async () => {
  let report = (_fault: Fault): void => undefined
  const reported = new Promise<Fault>((resolve) => (report = resolve))
  const server = await startEmbeddedPostgres({ dataDir, log: quiet, onUnexpectedEnd: report })
  process.kill(server.pid, 'SIGQUIT')
  expect((await reported).code).toBe('DATABASE_EMBEDDED_ENDED')
  await server.stop()
})

test('a pool finds its way back after the server was restarted', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log: quiet })
  const database = openDatabase({ url: first.url, connectionsMax: 2, applicationName: 'test' })
  await database.query('select 1', [], 'ask')
  await first.stop()
  expect((await faultOf(database.query('select 1', [], 'ask'))).code).toBe('DATABASE_UNREACHABLE')
  const second = await startEmbeddedPostgres({ dataDir, log: quiet })
  expect(second.url).toBe(first.url)
  expect(await database.query('select 1 as one', [], 'askAgain')).toEqual([{ one: 1 }])
  await database.close()
  await second.stop()
})

test('the log of the server shows no values', async () => {
  const log: string[] = []
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) })
  const pan = '6225880000000001'
  const attempts = [`select '${pan}x'::int4`, `do $$ begin raise warning 'card ${pan}'; end $$`, `selec ${pan}`]
  await withDatabase(server, async (query) => {
    await query(`create table card (pan text unique)`)
    await query(`insert into card values ('${pan}')`)
    for (const text of [...attempts, `insert into card values ('${pan}')`]) await query(text).catch(quiet)
    await query('drop table card')
  })
  await server.stop()
  expect(log.join('\n')).toContain('ready to accept connections')
  expect(log.join('\n')).not.toContain(pan)
})

test('a path too long for a socket uses a port of this machine instead', async () => {
  const longDir = join(root, 'x'.repeat(60), 'y'.repeat(60))
  const settings = { fsync: 'off' }
  const server = await startEmbeddedPostgres({ dataDir: longDir, log: quiet, settings })
  expect(new URL(server.url).searchParams.get('host')).toBe('127.0.0.1')
  const answer = await withDatabase(
    server,
    async (query) =>
      await query(`select current_setting('listen_addresses') as listen, inet_client_addr()::text as client`),
  )
  expect(answer).toEqual([{ listen: '127.0.0.1', client: '127.0.0.1/32' }])
  const noPassword = openDatabase({
    url: server.url.replace(/:[^:@/]+@/, '@'),
    connectionsMax: 1,
    applicationName: 'test',
  })
  expect((await faultOf(noPassword.query('select 1'))).code).toBe('DATABASE_UNREACHABLE')
  await noPassword.close()
  await server.stop()
})

test('a setting that the server refuses is reported with its words', async () => {
  const settings = { shared_buffers: 'plenty' }
  const fault = await faultOf(startEmbeddedPostgres({ dataDir, log: quiet, settings }))
  expect(fault.code).toBe('DATABASE_EMBEDDED_START')
  expect(JSON.stringify(fault.details)).toContain('shared_buffers')
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  await server.stop()
})

test('files of another major version are refused', async () => {
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  const versionFile = join(server.directory, 'data', 'PG_VERSION')
  await server.stop()
  await writeFile(versionFile, '17\n')
  const fault = await faultOf(startEmbeddedPostgres({ dataDir, log: quiet }))
  await writeFile(versionFile, '18\n')
  expect(fault.code).toBe('DATABASE_EMBEDDED_VERSION')
})

test('a temporary server leaves nothing, neither when stopped nor when its process is killed', async () => {
  const server = await startTemporaryPostgres()
  expect(await withDatabase(server, async (query) => await query('select 1 as one'))).toEqual([{ one: 1 }])
  await server.stop()
  await expect(access(server.directory)).rejects.toThrow('ENOENT')

  const folder = await mkdtemp(join(tmpdir(), 'shua-test-'))
  const script = join(folder, 'temporary.ts')
  const source = new URL('start-temporary-postgres.ts', import.meta.url).href
  await writeFile(
    script,
    `import { startTemporaryPostgres } from '${source}'
     startTemporaryPostgres().then((server) => {
       process.stdout.write(JSON.stringify({ pid: server.pid, directory: server.directory }) + '\\n')
       setInterval(() => undefined, 1000)
     })`,
  )
  const args = ['--conditions=source', '--import', 'tsx', script]
  const owner = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string]
  const { pid, directory } = JSON.parse(line) as { pid: number; directory: string }
  await kill(owner, 'SIGKILL')
  await expect.poll(async () => await processStart(pid), { timeout: 20_000 }).toBeUndefined()
  const isThere = async (): Promise<boolean> => (await stat(directory).catch(() => undefined)) !== undefined
  await expect.poll(isThere, { timeout: 20_000 }).toBe(false)
  await rm(folder, { recursive: true })
})

test('tells a program beside the owner where the database is, and says when none runs', async () => {
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  try {
    const url = await runningEmbeddedPostgres(dataDir)
    expect(await withDatabase({ url }, async (query) => await query('select 1 as one'))).toEqual([{ one: 1 }])
  } finally {
    await server.stop()
  }
  const fault = await faultOf(runningEmbeddedPostgres(dataDir))
  expect(fault.code).toBe('DATABASE_EMBEDDED_DIRECTORY')
  expect(fault.message).toContain('no embedded database runs')
})
