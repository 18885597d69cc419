// Starts a real PostgreSQL as a child process, so that the product needs nothing installed: apps call this when no
// DATABASE_URL is given, tests for their own server. The database is durable (fsync, synchronous commit), reachable
// by a Unix socket in a closed folder or else on a loopback port, and always by password, so no other user gets in.

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { openDatabase } from '../open-database.ts'
import { takeInstanceLock } from './instance-lock.ts'
import { giveTo, type Location, prepareLocation } from './location.ts'
import { completeInPlace, copyBinaries, locateBinaries, sampleFiles } from './native-binaries.ts'
import {
  runProgram,
  type RunningServer,
  type ServerContext,
  startServer,
  stopLeftoverServer,
} from './server-process.ts'
import { canReach } from './server-user.ts'

export interface EmbeddedPostgresOptions {
  /** The product's data directory; it may contain other things. Created when missing. */
  readonly dataDir: string
  /** Hears what we do and what the server says about itself; it never says anything about statements or their values. */
  readonly log: (line: string) => void
  /** Server settings (postgresql.conf names) that replace or add to ours. */
  readonly settings?: Readonly<Record<string, string>>
  /** The loopback port where no Unix socket can be used; a free one when left out. */
  readonly port?: number
  /** Hears that the server ended although nobody stopped it. */
  readonly onUnexpectedEnd?: (fault: Fault) => void
}

export interface EmbeddedPostgres {
  readonly url: string
  /** Where the database is kept. */
  readonly directory: string
  /** The server's process. */
  readonly pid: number
  /** Stops the server cleanly. May be called twice. */
  stop(): Promise<void>
}

interface Endpoint {
  readonly host: string
  readonly port: number
  readonly args: readonly string[]
}

const userName = 'shua'
const databaseName = 'shua'
/** The major version of the programs in the npm package; another version can't read the files. */
const serverMajor = '18'
/** A socket's whole path fits in 104 bytes on macOS and 108 on Linux, with the final zero. */
const socketPathBytesMax = 103
const socketPort = 5432

const defaultSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  jit: 'off',
  // What goes wrong with a statement is reported to its caller; in the log it would show parameters and rows.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_line_prefix: '',
  logging_collector: 'off',
}

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = (line: string): void => options.log(`postgres: ${line}`)
  const location = await prepareLocation(options.dataDir, log)
  const giveBackLock = await takeInstanceLock(location.lockFile, location.user)
  try {
    const context = { location, log, binaries: await prepareBinaries(location) }
    await stopLeftoverServer(context)
    const settings = { ...defaultSettings, ...options.settings }
    await prepareCluster(context, settings)
    const password = await readPassword(location)
    const { server, endpoint } = await startOnEndpoint(context, settings, options.port)
    const url = urlOf(endpoint, password, databaseName)
    await createDatabase(urlOf(endpoint, password, 'postgres')).catch(async (error: unknown) => {
      await server.stop()
      throw error
    })
    return embedded({ server, url, location, giveBackLock }, options)
  } catch (error) {
    await giveBackLock()
    throw error
  }
}

/** Lines of PostgreSQL's own postmaster.pid (server sources, utils/pidfile.h), counted from 0. */
const pidFileLines = { port: 3, socketDirectory: 4, listenAddress: 5 } as const

/**
 * The address of the embedded database that another process of ours runs for this data directory, for a program that works beside
 * it. Fault DATABASE_EMBEDDED_DIRECTORY when none runs there. That process stays its owner: when it stops, the database does.
 */
export async function runningEmbeddedPostgres(dataDir: string): Promise<string> {
  const location = await prepareLocation(dataDir, () => undefined)
  const path = join(location.data, 'postmaster.pid')
  const lines = await readFile(path, 'utf8').then(
    (text) => text.split('\n').map((line) => line.trim()),
    () => [],
  )
  const port = Number(lines[pidFileLines.port])
  const host = lines[pidFileLines.socketDirectory] || lines[pidFileLines.listenAddress]
  if (!host || !Number.isInteger(port) || port < 1) {
    const message = `no embedded database runs in ${location.directory}`
    throw new Fault('DATABASE_EMBEDDED_DIRECTORY', message, { details: { path } })
  }
  return urlOf({ host, port, args: [] }, await readPassword(location), databaseName)
}

function embedded(
  parts: { server: RunningServer; url: string; location: Location; giveBackLock: () => Promise<void> },
  options: EmbeddedPostgresOptions,
): EmbeddedPostgres {
  const { server, url, location } = parts
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await server.stop()
    await parts.giveBackLock()
  }
  void server.ended.then((reason) => {
    if (stopping !== undefined) return
    options.onUnexpectedEnd?.(
      new Fault('DATABASE_EMBEDDED_ENDED', `PostgreSQL ended by itself: ${reason}`, { details: { reason } }),
    )
  })
  return {
    url,
    directory: location.directory,
    pid: server.pid,
    stop: async () => {
      stopping ??= stop()
      await stopping
    },
  }
}

/** The programs where they are installed, when the server's user can use them there; else a copy of our own. */
async function prepareBinaries(location: Location): Promise<string> {
  const installed = await locateBinaries()
  const { user } = location
  const reachable =
    user === undefined ||
    (await Promise.all(sampleFiles(installed.directory).map((file) => canReach(file, user)))).every(Boolean)
  if (reachable && (await completeInPlace(installed.directory))) return installed.directory
  return await copyBinaries(installed, join(location.directory, 'native'))
}

/** Makes the cluster at the first start; under another name first, so an interrupted attempt leaves nothing behind. */
async function prepareCluster(context: ServerContext, settings: Readonly<Record<string, string>>): Promise<void> {
  const { location } = context
  const version = await readFile(join(location.data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version !== undefined) {
    if (version.trim() === serverMajor) return
    const message = `the database was written by PostgreSQL ${version.trim()}, this program brings ${serverMajor}`
    throw new Fault('DATABASE_EMBEDDED_VERSION', message, { details: { version: version.trim(), serverMajor } })
  }
  const unfinished = `${location.data}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await rm(location.passwordFile, { force: true })
  await writeFile(location.passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  await giveTo(location.user, location.passwordFile)
  await mkdir(unfinished, { mode: 0o700 })
  await giveTo(location.user, unfinished)
  context.log(`creating the database in ${location.data}`)
  await runProgram(context, 'initdb', [
    `--pgdata=${unfinished}`,
    `--username=${userName}`,
    `--pwfile=${location.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in provider sorts alike on every machine, where the C library's order changes with its version.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(settings['fsync'] === 'off' ? ['--no-sync'] : []),
  ])
  await rename(unfinished, location.data)
}

async function readPassword(location: Location): Promise<string> {
  try {
    return (await readFile(location.passwordFile, 'utf8')).trim()
  } catch (cause) {
    const message = `the password file of the database is missing: ${location.passwordFile}`
    throw new Fault('DATABASE_EMBEDDED_DIRECTORY', message, { details: { path: location.passwordFile }, cause })
  }
}

async function startOnEndpoint(
  context: ServerContext,
  settings: Readonly<Record<string, string>>,
  port: number | undefined,
): Promise<{ server: RunningServer; endpoint: Endpoint }> {
  const attemptCountMax = 5
  for (let attempt = 1; ; attempt++) {
    const endpoint = await chooseEndpoint(context.location, port)
    const args = ['-D', context.location.data, ...settingArgs(settings), ...endpoint.args]
    try {
      return { server: await startServer(context, args), endpoint }
    } catch (error) {
      // Another process may take the free port between our finding it and the server's using it.
      const lines = error instanceof Fault ? JSON.stringify(error.details['lines']) : ''
      if (attempt >= attemptCountMax || !lines.includes('could not create any TCP/IP sockets')) throw error
    }
  }
}

async function chooseEndpoint(location: Location, wantedPort: number | undefined): Promise<Endpoint> {
  const socket = join(location.run, `.s.PGSQL.${socketPort}`)
  // Node has no Unix sockets on Windows.
  const usable = process.platform !== 'win32' && Buffer.byteLength(socket) <= socketPathBytesMax
  if (!usable) {
    const port = wantedPort ?? (await freePort())
    const args = settingArgs({ port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' })
    return { host: '127.0.0.1', port, args }
  }
  if (await mkdir(location.run, { recursive: true, mode: 0o700 })) await giveTo(location.user, location.run)
  // A killed server leaves its socket and the socket's lock file, and refuses them when its number was given away again.
  for (const file of [socket, `${socket}.lock`]) await rm(file, { force: true })
  const args = settingArgs({
    port: String(socketPort),
    listen_addresses: '',
    unix_socket_directories: `"${location.run.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  })
  return { host: location.run, port: socketPort, args }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function createDatabase(maintenanceUrl: string): Promise<void> {
  const maintenance = openDatabase({ url: maintenanceUrl, connectionsMax: 1, applicationName: 'shua-start' })
  try {
    const found = await maintenance.query('select 1 from pg_database where datname = $1', [databaseName])
    if (found.length === 0) await maintenance.query(`create database ${databaseName}`)
  } finally {
    await maintenance.close()
  }
}

/** The host stands in the query part, where libpq's tools read it too, because a folder can't be a URL's host. */
function urlOf(endpoint: Endpoint, password: string, database: string): string {
  const query = `host=${encodeURIComponent(endpoint.host)}&port=${endpoint.port}`
  return `postgres://${userName}:${encodeURIComponent(password)}@localhost/${database}?${query}`
}

function settingArgs(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
