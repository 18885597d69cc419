// A durable PostgreSQL that a benchmark may kill without warning, all its processes at once, and start again on what was on
// the disk. Its address stays the same.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@shua/postgres'
import { createDatabase, durability } from './durable-postgres.ts'
import { familyOf } from './process-usage.ts'

export interface KillablePostgres {
  createDatabase(name: string): Promise<string>
  kill(): Promise<void>
  /** Resolves when it answers: after a kill, when it has recovered. */
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startKillablePostgres(): Promise<KillablePostgres> {
  // A name of its own inside a folder that others may pass through, because the server may have to run as another user.
  const directory = mkdtempSync(join(tmpdir(), 'shua-bench-'))
  const dataDir = join(directory, 'data')
  const open = () =>
    startEmbeddedPostgres({ dataDir, log: () => undefined, settings: { ...durability, max_connections: '200' } })
  let server = await open()
  const removeAtExit = (): void => removeAll(directory, server.directory)
  process.once('exit', removeAtExit)
  return {
    createDatabase: (name) => createDatabase(server.url, name),
    async kill() {
      for (const pid of familyOf(server.pid) ?? [server.pid]) killNow(pid)
      // It is gone already: this gives back its lock.
      await server.stop()
    },
    async start() {
      server = await open()
    },
    async stop() {
      await server.stop()
      process.removeListener('exit', removeAtExit)
      removeAll(directory, server.directory)
    },
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // A connection may have ended by itself since it was listed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The database lies outside the data directory when its user cannot enter that. */
function removeAll(...directories: readonly string[]): void {
  for (const each of directories) rmSync(each, { recursive: true, force: true })
}
