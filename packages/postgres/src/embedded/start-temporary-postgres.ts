// A PostgreSQL for one run of tests or of a benchmark: in a folder of its own that is deleted when it stops. It stops
// with the process that started it, even when that is killed, because a small guardian process waits for its end.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts'

export interface TemporaryPostgresOptions {
  readonly log?: (line: string) => void
  /** As for startEmbeddedPostgres; durability is off unless asked for, because the data dies with the run anyway. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Standard input ends when our process does, however that happens; the server removes its pid file as the last thing. */
const guardianScript = `
  cat >/dev/null
  kill -INT "$1" 2>/dev/null
  n=0
  while [ $n -lt 200 ] && [ -e "$2/data/postmaster.pid" ]; do sleep 0.1; n=$((n+1)); done
  rm -rf "$2" "$3"
`

const volatileSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }

export async function startTemporaryPostgres(options: TemporaryPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const dataDir = join(tmpdir(), `shua-run-${randomBytes(6).toString('hex')}`)
  const server = await startEmbeddedPostgres({
    dataDir,
    log: options.log ?? (() => undefined),
    settings: { ...volatileSettings, ...options.settings },
  })
  const guardian = startGuardian(server, dataDir)
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await server.stop()
    guardian?.kill('SIGKILL')
    for (const directory of [server.directory, dataDir]) await rm(directory, { recursive: true, force: true })
  }
  return {
    ...server,
    stop: async () => {
      stopping ??= stop()
      await stopping
    },
  }
}

function startGuardian(server: EmbeddedPostgres, dataDir: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined
  const args = ['-c', guardianScript, 'guardian', String(server.pid), server.directory, dataDir]
  const guardian = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guardian.unref()
  if ('unref' in guardian.stdin && typeof guardian.stdin.unref === 'function') guardian.stdin.unref()
  return guardian
}
