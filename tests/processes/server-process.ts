// A server as a process of its own, started as an operator starts it, so that a test can kill it.

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly terminalPort: number
  /** Where its health, and its web if it has one, answer. */
  readonly url: string
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>
  /** SIGTERM: ends as it should; resolves with the exit code. */
  stop(): Promise<number | null>
}

export interface ServerProcessOptions {
  readonly databaseUrl: string
  readonly dataDir: string
  readonly masterKeyFile: string
  readonly roles: string
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Rejects with what it said when it ends before it is ready. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))
  const argv = ['--conditions=source', '--import', 'tsx', main, '--roles', options.roles]
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: options.databaseUrl,
      SHUA_DATA_DIR: options.dataDir,
      SHUA_MASTER_KEY_FILE: options.masterKeyFile,
      SHUA_HTTP_PORT: '0',
      SHUA_TERMINAL_PORT: '0',
      SHUA_LOG_LEVEL: 'error',
      ...options.env,
    },
  })
  const killed = (): void => void child.kill('SIGKILL')
  process.once('exit', killed)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  void ended.then(() => process.off('exit', killed))
  const said = await readyText(child, ended)
  return {
    terminalPort: Number(/Terminals\s+\S+:(\d+)/.exec(said)?.[1] ?? 0),
    url: /(?:Web|Health)\s+(http:\/\/[^/\s]+)/.exec(said)?.[1] ?? '',
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function readyText(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      if (/^ {2}Stop /m.test(said)) resolve(said)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    void ended.then((code) => reject(new Error(`the server ended with ${code} before it was ready: ${said}`)))
  })
}
