// The PostgreSQL of a chaos run, kept running as the server keeps its own, with durability on. Its processes are killed and frozen
// here.

import { join } from 'node:path'
import { appendFileSync } from 'node:fs'
import { keepEmbeddedPostgres, type EmbeddedPostgres } from '@shua/postgres'
import type { PlannedFault } from '../plan/plan-faults.ts'
import { childrenOf, commandOf, freeze, markOf, signal, type ProcessMark } from '../processes/process-tree.ts'

export interface ChaosDatabaseOptions {
  readonly directory: string
  readonly logFile: string
  readonly onReady: () => void
}

/** Errors reach the log here (without their values), because the report counts the full disk that the database met. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  log_min_messages: 'error',
  min_wal_size: '32MB',
  max_wal_size: '96MB',
  // Many checkpoints meet a fault, and one that is missed in a crash restart is made up for soon.
  checkpoint_timeout: '30s',
  shared_buffers: '64MB',
}

export class ChaosDatabase {
  /** How often the database itself has met the full disk. */
  diskFullErrors = 0
  starts = 1
  readonly #options: ChaosDatabaseOptions
  #server: EmbeddedPostgres | undefined
  #isRunning = true

  private constructor(options: ChaosDatabaseOptions) {
    this.#options = options
  }

  static async start(options: ChaosDatabaseOptions): Promise<ChaosDatabase> {
    const database = new ChaosDatabase(options)
    database.#server = await keepEmbeddedPostgres({
      dataDir: join(options.directory, 'data'),
      settings,
      log: (line) => database.#hear(line),
      onUnexpectedEnd: () => (database.#isRunning = false),
      onRestart: () => {
        database.#isRunning = true
        database.starts += 1
        options.onReady()
      },
    })
    return database
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#isRunning ? this.#server?.pid : undefined
  }

  async kill(fault: PlannedFault, onHit: () => void): Promise<boolean> {
    const [victim] = await this.#victims(fault)
    if (victim === undefined || !(await signal(victim, 'SIGKILL'))) return false
    onHit()
    return true
  }

  async freeze(fault: PlannedFault, onHit: () => void): Promise<boolean> {
    return freeze(await this.#victims(fault), fault.durationMs, onHit)
  }

  async stop(): Promise<void> {
    await this.#server?.stop()
  }

  async #victims({ part, draw }: PlannedFault): Promise<ProcessMark[]> {
    const postmaster = this.pid === undefined ? undefined : await markOf(this.pid)
    if (postmaster === undefined) return []
    if (part === 'postmaster') return [postmaster]
    const children = await childrenOf(postmaster.pid)
    if (part === 'whole') return [postmaster, ...children]
    const commands = await Promise.all(children.map((child) => commandOf(child)))
    const backends = children.filter((_, index) => commands[index]!.includes('[local]'))
    return backends.slice(Math.floor(draw * backends.length)).slice(0, 1)
  }

  #hear(line: string): void {
    if (line.includes('No space left on device') || line.includes('File too large')) this.diskFullErrors += 1
    appendFileSync(this.#options.logFile, `${new Date().toISOString()} ${line}\n`)
  }
}
