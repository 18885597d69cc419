// The embedded PostgreSQL of a server that must come back by itself: when it ends although nobody stopped it (killed, out of
// memory, its disk full) it is started again at the same address, with growing pauses, until it is stopped. Apps call this
// instead of startEmbeddedPostgres; their connection pools find it again.

import { Fault } from '@shua/assert'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts'

export interface KeepEmbeddedPostgresOptions extends EmbeddedPostgresOptions {
  /** Hears that the server is there again after it had ended. */
  readonly onRestart?: () => void
}

const firstPauseMs = 50
const pauseMaxMs = 5_000

/** Rejects like startEmbeddedPostgres when the first start fails; later failures are told to `log` and tried again. */
export async function keepEmbeddedPostgres(options: KeepEmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const kept = new KeptPostgres(options)
  await kept.start()
  return kept
}

class KeptPostgres implements EmbeddedPostgres {
  readonly #options: KeepEmbeddedPostgresOptions
  #server: EmbeddedPostgres | undefined
  #restarting: Promise<void> = Promise.resolve()
  #stopping = false
  #wake: () => void = () => undefined

  constructor(options: KeepEmbeddedPostgresOptions) {
    this.#options = options
  }

  get url(): string {
    return this.#last.url
  }

  get directory(): string {
    return this.#last.directory
  }

  get pid(): number {
    return this.#last.pid
  }

  get #last(): EmbeddedPostgres {
    if (this.#server === undefined) throw new Fault('DATABASE_EMBEDDED_START', 'PostgreSQL has not been started yet')
    return this.#server
  }

  async start(port?: number): Promise<void> {
    const given = port === undefined ? {} : { port }
    const server = await startEmbeddedPostgres({
      ...this.#options,
      ...given,
      onUnexpectedEnd: (fault) => {
        this.#options.onUnexpectedEnd?.(fault)
        if (!this.#stopping) this.#restarting = this.#restart(server)
      },
    })
    this.#server = server
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    await this.#restarting
    await this.#server?.stop()
  }

  async #restart(ended: EmbeddedPostgres): Promise<void> {
    const { log } = this.#options
    // Gives the lock of the data directory back, which the next start takes.
    await ended.stop().catch((error: unknown) => log(`postgres: ${textOf(error)}`))
    for (let pauseMs = firstPauseMs; !this.#stopping; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
      try {
        await this.start(portOf(ended.url))
        this.#options.onRestart?.()
        return
      } catch (error) {
        log(`postgres: it ended and does not start again yet: ${textOf(error)}`)
        await this.#pause(pauseMs)
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** The pools keep the address they were given, so a loopback port must be the same again; a socket's is anyway. */
function portOf(url: string): number {
  return Number(new URL(url).searchParams.get('port'))
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
