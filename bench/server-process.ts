// The product's own server (`npm start`) as a process that a benchmark may kill and start again: on a database of the
// benchmark's, with its own data directory, seeded for a load. Its memory is what its /metrics tell.

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node, startNetworkProcess } from './processes.ts'

export interface BenchServer {
  readonly terminalPort: number
  /** Resolves when it said where it is. */
  start(): Promise<void>
  /** SIGKILL: it finishes nothing. */
  kill(): Promise<void>
  /** As Ctrl-C does. It may be started again. */
  stop(): Promise<void>
  /** Stops it for good: its data directory goes too. */
  remove(): Promise<void>
  /** A metric that it tells of itself. */
  metric(name: string): Promise<number>
}

/** Seeds the database, and leaves the server to be started. */
export async function prepareServer(seed: { url: string; terminals: number; cards: number }): Promise<BenchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shua-bench-'))
  const seeding = await startNetworkProcess({ ...seed, masterKeyFile: join(dataDir, 'master-key') })
  await seeding.stop()
  const [terminalPort, httpPort] = await freePorts()
  const env = {
    ...process.env,
    DATABASE_URL: seed.url,
    SHUA_DATA_DIR: dataDir,
    SHUA_TERMINAL_PORT: String(terminalPort),
    SHUA_HTTP_PORT: String(httpPort),
    // While the database is away every payment would be a line.
    SHUA_LOG_LEVEL: 'fatal',
  }
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child.kill(signal)
    await ended
  }
  // A server left behind would hold its port and work on a database that is gone.
  const killAtExit = (): void => {
    child?.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  }
  process.once('exit', killAtExit)
  return {
    terminalPort,
    async start() {
      child = await startMain(env)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    async remove() {
      await end('SIGINT')
      process.removeListener('exit', killAtExit)
      rmSync(dataDir, { recursive: true, force: true })
    },
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()
      const match = new RegExp(`^${name} ([\\d.e+]+)$`, 'm').exec(text)
      if (!match) throw new Error(`the server tells no metric ${name}`)
      return Number(match[1])
    },
  }
}

async function startMain(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const [program, ...argv] = [...node, fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url))]
  const child = spawn(program, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000)
      if (said.includes('Ctrl-C')) resolve()
    })
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
  return child
}

/** Two that are free now; kept open together, because one may be given twice otherwise. */
async function freePorts(): Promise<readonly [number, number]> {
  const probes = [createServer(), createServer()]
  await Promise.all(probes.map((probe) => new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))))
  const [first, second] = probes.map((probe) => {
    const address = probe.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return [first!, second!]
}
