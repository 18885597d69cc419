// The PostgreSQL server as a child process: started, watched until it answers, stopped. Also stops a server that an
// earlier process of ours left behind when it was killed. Follows the PostgreSQL manual, "Server Setup and Operation".

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Fault } from '@shua/assert'
import type { Location } from './location.ts'
import { programPath } from './native-binaries.ts'
import { isServerOf, processStart, serverProcessesIn } from './process-identity.ts'

export interface ServerContext {
  readonly location: Location
  /** Where bin, lib and share are. */
  readonly binaries: string
  readonly log: (line: string) => void
}

export interface RunningServer {
  readonly pid: number
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** For a start that shows no progress. Recovery tells of itself every ten seconds, however long it takes. */
const startTimeoutMs = 120_000
const startProgress = /in progress, elapsed time/
const fastStopMs = 30_000
const hardStopMs = 10_000
const pollMs = 15

/** The server's own words for a backend that outlived a killed server: one at work notices that only when it pauses. */
const lingeringBackend = /pre-existing shared memory block|lock file "postmaster.pid" already exists/

export async function startServer(context: ServerContext, args: readonly string[]): Promise<RunningServer> {
  const attemptCountMax = 20
  for (let attempt = 1; ; attempt++) {
    const lines: string[] = []
    const child = spawnServer(context, args, lines)
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`))
    })
    const failure = await waitUntilReady(context, { child, ended, lines })
    if (failure === undefined) return runningServer(context, child, ended)
    const text = lines.join('\n')
    if (attempt >= attemptCountMax || !lingeringBackend.test(text)) {
      const details = { reason: failure, lines: lines.slice(-10) }
      throw new Fault('DATABASE_EMBEDDED_START', `PostgreSQL did not start: ${failure}`, { details })
    }
    for (const pid of await serverProcessesIn(context.location.data)) sendSignal(pid, 'SIGQUIT')
    await pause(200)
  }
}

/** Runs initdb or pg_ctl to its end; its words are in the Fault when it fails. */
export async function runProgram(
  context: ServerContext,
  program: 'initdb' | 'pg_ctl',
  args: readonly string[],
): Promise<void> {
  const file = programPath(context.binaries, program)
  const options = { ...identity(context.location), cwd: context.location.directory, env: serverEnvironment() }
  await new Promise<void>((resolve, reject) => {
    execFile(file, args, options, (error, output, errors) => {
      if (error === null) return resolve()
      const lines = `${output}\n${errors}`.split('\n').filter((line) => line.trim() !== '')
      const details = { program, lines: lines.slice(-10) }
      const hint = 'code' in error && error.code === 'ENOENT' ? ' (it needs the GNU C library)' : ''
      const message = `${program} failed${hint}: ${lines.at(-1) ?? error.message}`
      reject(new Fault('DATABASE_EMBEDDED_START', message, { details }))
    })
  })
}

/** Ends a server that still works in our data directory although its parent is gone. Needs the instance lock. */
export async function stopLeftoverServer(context: ServerContext): Promise<void> {
  const { data } = context.location
  const pidFile = join(data, 'postmaster.pid')
  const pid = Number((await readLines(pidFile))[0])
  if (!Number.isInteger(pid) || pid <= 0) return
  if (!(await isServerOf(pid, data))) {
    // The number may belong to an innocent process by now, for which PostgreSQL would refuse to start.
    context.log('removing the pid file that a killed PostgreSQL left')
    await rm(pidFile, { force: true })
    return
  }
  context.log(`stopping the PostgreSQL that a killed process left running (process ${pid})`)
  await stopProcess(context, pid)
}

function runningServer(context: ServerContext, child: ChildProcess, ended: Promise<string>): RunningServer {
  const pid = child.pid ?? 0
  // A process that ends without stopping the database must neither hang on it nor leave it behind.
  const stopAtExit = (): void => {
    child.kill('SIGINT')
  }
  process.once('exit', stopAtExit)
  child.unref()
  if (child.stderr !== null && 'unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref()
  let running = true
  void ended.then(() => {
    running = false
    process.removeListener('exit', stopAtExit)
  })
  let stopping: Promise<void> | undefined
  return {
    pid,
    ended,
    stop: async () => {
      // The number of a server that ended by itself may be another process's by now.
      if (running) stopping ??= stopProcess(context, pid)
      await stopping
    },
  }
}

function spawnServer(context: ServerContext, args: readonly string[], lines: string[]): ChildProcess {
  const { location, log } = context
  const child = spawn(programPath(context.binaries, 'postgres'), args, {
    ...identity(location),
    cwd: location.directory,
    env: serverEnvironment(),
    // In a group of its own, so that Ctrl-C reaches us and not the server before we have finished with it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stderr = child.stderr
  if (stderr !== null) {
    createInterface({ input: stderr }).on('line', (line) => {
      if (lines.length < 200) lines.push(line)
      log(line)
    })
  }
  return child
}

/** Answers why the server ended, or undefined once it accepts connections. */
async function waitUntilReady(
  context: ServerContext,
  server: { readonly child: ChildProcess; readonly ended: Promise<string>; readonly lines: readonly string[] },
): Promise<string | undefined> {
  const { child, ended, lines: heard } = server
  let failure: string | undefined
  let progress = 0
  void ended.then((reason) => (failure = reason))
  const pidFile = join(context.location.data, 'postmaster.pid')
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += pollMs) {
    const progressed = heard.filter((line) => startProgress.test(line)).length
    if (progressed > progress) waitedMs = 0
    progress = progressed
    // The eighth line of the file is the server's state; recovery after a crash shows as `starting`.
    const lines = await readLines(pidFile)
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return undefined
    if (failure !== undefined) return failure
    await pause(pollMs)
  }
  // After its disk was full at the wrong moment PostgreSQL may wait for a checkpoint of its own for ever; a fresh start does not.
  if (child.pid !== undefined) await stopProcess(context, child.pid)
  return `not ready after ${startTimeoutMs} ms`
}

async function stopProcess(context: ServerContext, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await runProgram(context, 'pg_ctl', ['stop', '-D', context.location.data, '-m', 'fast', '-w'])
    return
  }
  // Fast: ends the sessions and writes a checkpoint. Immediate, when that hangs: the next start recovers.
  if (await signalAndWait(pid, 'SIGINT', fastStopMs)) return
  context.log('PostgreSQL did not stop in time, stopping it at once')
  if (await signalAndWait(pid, 'SIGQUIT', hardStopMs)) return
  throw new Fault('DATABASE_EMBEDDED_STOP', `PostgreSQL (process ${pid}) does not stop`, { details: { pid } })
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  if (!sendSignal(pid, signal)) return true
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pollMs) {
    if ((await processStart(pid)) === undefined) return true
    await pause(pollMs)
  }
  return false
}

/** False when there is no such process any more. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

function identity(location: Location): { uid?: number; gid?: number } {
  return location.user === undefined ? {} : { uid: location.user.uid, gid: location.user.gid }
}

/** Without the caller's PostgreSQL and language settings, which would change what the server does and says. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|LD_)/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

async function readLines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n')
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
