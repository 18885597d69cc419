// The other processes of the authorization benchmark: the network under test, the load generator, and pgbench as the baseline.
// Each is a real process that is reached as in production, by TCP or by the database's socket.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const node = [process.execPath, '--conditions=source', '--import', 'tsx'] as const

export interface NetworkProcess {
  readonly port: number
  /** Asks it to end and waits; resolves with what it used. */
  stop(): Promise<{ cpuSeconds: number; memoryMax: number }>
}

export async function startNetworkProcess(wanted: {
  url: string
  terminals: number
  cards: number
}): Promise<NetworkProcess> {
  const file = fileURLToPath(new URL('./network-process.ts', import.meta.url))
  const child = start([...node, file, JSON.stringify(wanted)])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the network of the benchmark ended unexpectedly')
    return JSON.parse(value) as T
  }
  const { port } = await next<{ port: number }>()
  return {
    port,
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
  readonly generatorLoad: number
  readonly sound: boolean
}

/** Throws when an answer was wrong, a payment was declined, or a batch did not balance: such a run has no speed. */
export async function runLoadProcess(options: Readonly<Record<string, string | number>>): Promise<LoadRun> {
  const file = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url))
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { text } = await finish(start([...node, file, 'load', ...argv, '--json']))
  const run = JSON.parse(text) as LoadRun
  const declined = run.kinds.some(({ codes }) => Object.keys(codes).some((code) => code !== '00'))
  if (!run.sound || declined) throw new Error(`the load run was not sound: ${text}`)
  return run
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

async function finish(child: Child): Promise<{ text: string }> {
  child.stdin.end()
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const text = Buffer.concat(chunks).toString()
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}: ${text}`)
  return { text }
}
