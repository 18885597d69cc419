// A lock that a process holds for as long as it runs, across all processes of one database: for what only one of them may do,
// such as playing the demo terminals. It is an advisory lock on a connection of its own, so it ends with the process however
// that ends. A connection that is lost is replaced; when another process was quicker, the owner is told that it is one no longer.

import { Client } from 'pg'
import { databaseFault } from './database-fault.ts'
import { ServerAddresses } from './server-addresses.ts'

export interface HoldLockOptions {
  readonly url: string
  /** A number that all processes of the product use for the same thing. */
  readonly key: bigint
  readonly applicationName: string
  /** Another process holds the lock now; this one has to stop what the lock was for. */
  readonly onLost: () => void
}

export interface HeldLock {
  release(): Promise<void>
}

const connectTimeoutMs = 5_000
const pauseMs = 500

/** Undefined while another process holds it. Faults as those of a database that cannot be reached. */
export async function holdLock(options: HoldLockOptions): Promise<HeldLock | undefined> {
  const lock = new ProcessLock(options)
  return (await lock.take()) ? lock : undefined
}

class ProcessLock implements HeldLock {
  readonly #options: HoldLockOptions
  readonly #servers: ServerAddresses
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #released = false

  constructor(options: HoldLockOptions) {
    this.#options = options
    this.#servers = new ServerAddresses(options.url)
  }

  async take(): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tryOnce()
      } catch (error) {
        if (attempt >= this.#servers.count) throw databaseFault(error, { phase: 'connect', address: 'the lock' })
      }
    }
  }

  async release(): Promise<void> {
    this.#released = true
    clearTimeout(this.#timer)
    await this.#client?.end()
  }

  async #tryOnce(): Promise<boolean> {
    const { index, config } = this.#servers.current
    const client = new Client({
      ...config,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      // A standby refuses this, for the lock would be worth nothing there.
      await client.query('select pg_current_xact_id()')
      const text = 'select pg_try_advisory_lock($1::bigint) as taken'
      const { rows } = await client.query<{ taken: boolean }>(text, [this.#options.key])
      const taken = rows[0]?.taken === true && !this.#released
      if (!taken) {
        await client.end()
        return false
      }
    } catch (error) {
      client.end(() => undefined)
      this.#servers.failed(index)
      throw error
    }
    this.#client = client
    client.once('end', () => this.#onEnd())
    return true
  }

  #onEnd(): void {
    this.#client = undefined
    if (this.#released) return
    this.#timer = setTimeout(() => void this.#takeAgain(), pauseMs)
  }

  async #takeAgain(): Promise<void> {
    const taken = await this.#tryOnce().catch(() => undefined)
    if (taken === undefined) this.#onEnd()
    else if (!taken && !this.#released) this.#options.onLost()
  }
}
