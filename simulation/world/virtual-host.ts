// The acquirer's side: one or two server processes over one database, each with the real acquirer, switch and issuer, put together
// as apps/server/src/network.ts does. A process may be killed and comes back; what it remembered is gone then.

import { createAcquirer, type Acquirer } from '@shua/acquirer'
import { Fault } from '@shua/assert'
import { compileDialect, dialects } from '@shua/iso8583'
import { createIssuer } from '@shua/issuer'
import type { Database, Transaction } from '@shua/postgres'
import type { Switch } from '@shua/scheme'
import { createSwitch } from '@shua/switch'
import type { MemoryDatabase, MemorySessions } from '../memory/memory-database.ts'
import { acquirerId, issuerBin, issuerId, type NetworkTemplate } from './network-template.ts'
import type { VirtualWorld } from './virtual-world.ts'

const codec = compileDialect(dialects.unionpayPos)

/** Parts of the composition that a build broken on purpose replaces. */
export interface HostParts {
  readonly network?: (real: Switch<Transaction>) => Switch<Transaction>
  readonly database?: (real: Database) => Database
}

export interface HostClock {
  readonly now: () => Date
  readonly nanoseconds: () => bigint
  readonly random: (size: number) => Buffer
  readonly onFault: (error: unknown) => void
}

/** The real roles over any database. */
export function composeAcquirer(
  template: NetworkTemplate,
  database: Database,
  clock: HostClock,
  parts: HostParts = {},
): Acquirer {
  const { securityModule, keys } = template
  const issuer = createIssuer({ issuerId, securityModule, keys })
  const network = createSwitch<Transaction>({
    routes: [{ bins: [issuerBin], issuerId, issuer, zonePin: { key: keys.zonePin, format: 0 } }],
    securityModule,
    onIssuerFailure: ({ cause }) => clock.onFault(cause),
  })
  return createAcquirer({
    acquirerId,
    database: parts.database?.(database) ?? database,
    securityModule,
    keys,
    codec,
    network: parts.network?.(network) ?? network,
    now: clock.now,
    nanoseconds: clock.nanoseconds,
    random: clock.random,
    onFault: clock.onFault,
    onEvent: () => undefined,
    traceWanted: () => false,
  })
}

export class VirtualHost {
  readonly #name: string
  readonly #world: VirtualWorld
  readonly #template: NetworkTemplate
  readonly #database: MemoryDatabase
  readonly #parts: HostParts
  #running: { readonly sessions: MemorySessions; readonly acquirer: Acquirer } | undefined
  /** How wrong this machine's clock is. */
  skewMs = 0

  constructor(o: {
    readonly name: string
    readonly world: VirtualWorld
    readonly template: NetworkTemplate
    readonly database: MemoryDatabase
    readonly parts: HostParts
  }) {
    this.#name = o.name
    this.#world = o.world
    this.#template = o.template
    this.#database = o.database
    this.#parts = o.parts
    this.start()
  }

  get isUp(): boolean {
    return this.#running !== undefined
  }

  start(): void {
    if (this.#running !== undefined) return
    const world = this.#world
    const sessions = this.#database.connect()
    const clock: HostClock = {
      now: () => new Date(world.nowMs() + this.skewMs),
      nanoseconds: world.nanoseconds,
      random: (size) => world.keyRandom.bytes(size),
      onFault: (error) => this.#heard(error),
    }
    this.#running = { sessions, acquirer: composeAcquirer(this.#template, sessions, clock, this.#parts) }
  }

  crash(): void {
    this.#running?.sessions.crash()
    this.#running = undefined
  }

  /** Calls back with the answer, unless there is none; a process that is down takes nothing. */
  deliver(payload: Buffer, answered: (answer: Buffer) => void): void {
    const running = this.#running
    if (running === undefined) return
    running.acquirer.handle(payload).then(
      (answer) => {
        if (answer !== undefined && this.#running === running) answered(answer)
      },
      (error: unknown) => this.#heard(error),
    )
  }

  /** Faults of the world are expected; anything else is a bug that an assertion found. */
  #heard(error: unknown): void {
    if (error instanceof Fault) this.#world.note(`${this.#name} fault ${error.code}`)
    else this.#world.violated('assertion', `${this.#name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
