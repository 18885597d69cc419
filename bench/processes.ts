// The other processes of the benchmarks: the network under test, the load generator, and pgbench as the baseline.
// Each is a real process that is reached as in production, by TCP or by the database's socket.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export // As `npm start` runs the server.
const node = [
  process.execPath,
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  '--heap-growing-percent=100',
  '--conditions=source',
  '--import',
  'tsx',
] as const

export interface NetworkToStart {
  readonly url: string
  readonly terminals: number
  readonly cards: number
  /** How many of the cards can pay; all when left out. */
  readonly payingCards?: number
  /** Where the master key is kept, for a network that another process is to continue; else it is forgotten. */
  readonly masterKeyFile?: string
}

export interface NetworkUsage {
  readonly cpuSeconds: number
  readonly memoryMax: number
}

export interface NetworkProcess {
  readonly port: number
  readonly pid: number
  readonly seedSeconds: number
  /** What it has used since it began. */
  usage(): Promise<NetworkUsage>
  /** Samples where its time goes, until the function it answers is called; the samples are then in the file. */
  profile(file: string): Promise<() => Promise<void>>
  /** Asks it to end and waits; resolves with what it used. */
  stop(): Promise<NetworkUsage>
}

export async function startNetworkProcess(wanted: NetworkToStart): Promise<NetworkProcess> {
  const file = fileURLToPath(new URL('./network-process.ts', import.meta.url))
  const child = start([...node, file, JSON.stringify(wanted)])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the network of the benchmark ended unexpectedly')
    return JSON.parse(value) as T
  }
  const ask = <T>(command: string): Promise<T> => {
    child.stdin.write(`${command}\n`)
    return next<T>()
  }
  const { port, seedSeconds } = await next<{ port: number; seedSeconds: number }>()
  return {
    port,
    seedSeconds,
    pid: child.pid!,
    usage: () => ask('usage'),
    async profile(profileFile) {
      await ask(`profile ${profileFile}`)
      return async () => {
        await ask('profiled')
      }
    },
    async stop() {
      child.stdin.end()
      return next()
    },
  }
}

export interface LoadRun {
  readonly rate: number
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number }
  readonly kinds: readonly { readonly kind: string; readonly codes: Readonly<Record<string, number>> }[]
  readonly problems: Readonly<Record<string, number>>
  readonly settlement: { readonly balanced: number; readonly different: number; readonly unknown: number }
  readonly seconds: number
  readonly generatorLoad: number
  readonly sound: boolean
}

/** Throws when an answer was wrong, a payment was declined, or a batch did not balance: such a run has no speed. */
export async function runLoadProcess(options: LoadFlags): Promise<LoadRun> {
  const run = await startLoadProcess(options).ended
  const declined = run.kinds.some(({ codes }) => Object.keys(codes).some((code) => code !== '00'))
  if (!run.sound || declined) throw new Error(`the load run was not sound: ${JSON.stringify(run)}`)
  return run
}

type LoadFlags = Readonly<Record<string, string | number>>

/** A run that goes on while something else happens. Its end is a rejection only when it told nothing. */
export function startLoadProcess(options: LoadFlags): { readonly ended: Promise<LoadRun> } {
  const file = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url))
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = start([...node, file, 'load', ...argv, '--json'])
  // Exit code 1 says that the run was not sound, which the report says too, or that there is none because it did not begin.
  const ended = finish(child, [0, 1]).then(({ text }) => {
    if (text === '') throw new Error('the load could not begin')
    return JSON.parse(text) as LoadRun
  })
  // Who started it may be busy with something else when it fails; it hears of it when it asks.
  ended.catch(() => undefined)
  return { ended }
}

/** The directory of pgbench: on the PATH, or where Debian puts it; undefined when it is not installed. */
export function findPgbench(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...versions]
  return directories.map((directory) => join(directory, 'pgbench')).find((file) => existsSync(file))
}

export class Pgbench {
  readonly #file: string
  readonly #url: string

  constructor(file: string, url: string) {
    this.#file = file
    this.#url = url
  }

  async initialise(scale: number): Promise<void> {
    await finish(start([this.#file, '-i', '-q', '-s', String(scale), this.#url], 'ignore'))
  }

  /** TPC-B transactions per second, prepared, 32 clients, 2 threads. */
  async rate(seconds: number): Promise<number> {
    const { text } = await finish(
      start([this.#file, '-M', 'prepared', '-c', '32', '-j', '2', '-T', String(seconds), this.#url]),
    )
    const match = /^tps = ([\d.]+)/m.exec(text)
    if (!match) throw new Error(`pgbench told no rate: ${text}`)
    return Number(match[1])
  }
}

type Child = ChildProcessByStdio<Writable, Readable, null>

/** `ignore` is for programs that tell their progress on standard error. */
function start([command, ...argv]: readonly string[], stderr: 'inherit' | 'ignore' = 'inherit'): Child {
  return spawn(command!, argv, { stdio: ['pipe', 'pipe', stderr] })
}

async function finish(child: Child, codes: readonly (number | null)[] = [0]): Promise<{ text: string }> {
  child.stdin.end()
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const text = Buffer.concat(chunks).toString()
  if (!codes.includes(code)) throw new Error(`${child.spawnfile} ended with ${code}: ${text}`)
  return { text }
}
