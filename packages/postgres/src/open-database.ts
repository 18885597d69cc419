// Opens the database: a pool of connections with our value types, prepared statements by name, transactions, and
// errors as safe Faults. Apps call it once per process with the address of the embedded or of any other PostgreSQL;
// no connection is made before the first statement.

import { Fault } from '@shua/assert'
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg'
import { databaseFault, type FaultContext, isTransactionConflict, sqlStateOf } from './database-fault.ts'
import { listenOnChannel } from './listen-on-channel.ts'
import { PooledTransaction } from './pooled-transaction.ts'
import type { ChannelListener, Database, Subscription, Transaction, TransactionOptions } from './queryable.ts'
import { ServerAddresses } from './server-addresses.ts'
import { Session } from './session.ts'
import { typeParsers } from './type-parsers.ts'

export interface DatabaseOptions {
  /**
   * postgres://user:password@host:port/database, or with `?host=/directory` for a Unix socket. Several hosts, separated by
   * commas, are the servers of one database of which one can be written to at a time: server-addresses.ts.
   */
  readonly url: string
  readonly connectionsMax: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** The server ends any statement that takes longer; 0, the default, is no limit. */
  readonly statementTimeoutMs?: number
  /** How long to wait for a connection, new or free again. */
  readonly connectTimeoutMs?: number
  /** Hears of a connection that broke while nobody used it; the pool replaces it by itself. */
  readonly onIdleConnectionLost?: (fault: Fault) => void
}

const serverVersionMin = 150_000
/** Faults of one server that another one need not have. */
const movesOn = new Set(['DATABASE_UNREACHABLE', 'DATABASE_READ_ONLY'])
/**
 * A process whose machine is lost closes nothing. Its server-side sessions, and the locks they hold, must end soon all the same,
 * for another process is asked for the same cards: the server probes a silent connection, and ends an idle transaction.
 */
const sessionLimits = { keepalivesIdleSeconds: 10, keepalivesIntervalSeconds: 5, keepalivesCount: 3 } as const
/** The server ends a late statement itself; ours is the second line, for a server or network that fell silent. */
const guardSlackMs = 3_000
/** in_failed_sql_transaction: an earlier statement has failed. */
const abortedState = '25P02'

export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options)
}

class PooledDatabase implements Database {
  readonly #pool: Pool
  readonly #servers: ServerAddresses
  readonly #config: Omit<ClientConfig, 'connectionString'>
  readonly #context: Omit<FaultContext, 'phase'>
  readonly #statementTimeoutMs: number
  readonly #subscriptions = new Set<Subscription>()
  #closing: Promise<void> | undefined

  constructor(options: DatabaseOptions) {
    this.#statementTimeoutMs = options.statementTimeoutMs ?? 0
    const servers = new ServerAddresses(options.url)
    this.#servers = servers
    const config = {
      application_name: options.applicationName,
      // Of several servers each gets its share of the time, so that one which is silent does not use up all of it.
      connectionTimeoutMillis: Math.ceil((options.connectTimeoutMs ?? 10_000) / servers.count),
      statement_timeout: this.#statementTimeoutMs,
      keepAlive: true,
      types: typeParsers,
      // Statements that are started together leave together.
      pipeline: true,
    }
    this.#config = config
    this.#context = { address: addressOf(config, servers) }
    /** The pool makes its clients itself; each goes to the server that is the right one at that moment. */
    class ServerClient extends Client {
      constructor() {
        super({ ...config, ...servers.current.config })
      }
    }
    // pg-pool has the hook's promise awaited, its types only know the synchronous form; `verify` knows both.
    this.#pool = new Pool({ ...config, Client: ServerClient, max: options.connectionsMax, verify: this.#verify })
    // Without a listener a broken connection would end the process; the error also reaches the statement under way.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
    this.#pool.on('error', (error) => {
      const fault = databaseFault(error, { ...this.#context, phase: 'connect' })
      if (fault instanceof Fault) options.onIdleConnectionLost?.(fault)
    })
  }

  async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    const session = await this.#checkOut(true)
    try {
      const result = await session.run({ text, values, name }, this.#guardMs(this.#statementTimeoutMs))
      if (!session.outsideTransaction) session.discard()
      return result.rows as Row[]
    } finally {
      session.release()
    }
  }

  async inTransaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const attemptCountMax = options.attemptCountMax ?? 1
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, options)
      } catch (error) {
        if (attempt >= attemptCountMax || !isTransactionConflict(error)) throw error
      }
    }
  }

  async listen(channel: string, listener: ChannelListener): Promise<Subscription> {
    const subscription = await listenOnChannel(channel, listener, {
      newClient: () => new Client({ ...this.#config, ...this.#servers.current.config }),
      // A standby hears nothing, and says so; the next attempt goes to the next server.
      onRefused: () => this.#servers.failed(this.#servers.current.index),
      firstAttemptCountMax: this.#servers.count,
      toFault: (error) => databaseFault(error, { ...this.#context, phase: 'connect' }),
    })
    this.#subscriptions.add(subscription)
    return {
      close: async () => {
        this.#subscriptions.delete(subscription)
        await subscription.close()
      },
    }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#end()
    await this.#closing
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#subscriptions].map(async (subscription) => await subscription.close()))
    await this.#pool.end()
  }

  async #attempt<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const session = await this.#checkOut(false)
    const guardMs = this.#guardMs(options.statementTimeoutMs ?? this.#statementTimeoutMs)
    const { begun, transaction, working } = session.together(() => {
      // By name, for what has a name leaves together with others.
      const texts = beginTexts(options)
      const begin = Promise.all(texts.map((text) => session.run({ text, name: text }, guardMs)))
      const opened = new PooledTransaction(session, { guardMs, begun: begin })
      return {
        begun: begin,
        transaction: opened,
        working: options.readsFirst === true ? started(work, opened) : undefined,
      }
    })
    try {
      if (working === undefined) await begun
      const value = await whyFailed(working ?? work(transaction), transaction)
      await begun
      // The server runs what is still under way first, and refuses the commit when that fails, or makes it a rollback.
      const [{ command }] = await transaction
        .behindLeft(() => Promise.all([session.commit(guardMs), transaction.end()]))
        .catch(async (error: unknown) => {
          await transaction.end()
          throw sqlStateOf(error) === abortedState ? abortedReason(transaction) : error
        })
      if (command !== 'COMMIT') throw abortedReason(transaction)
      return value
    } catch (error) {
      await transaction.end()
      await rollBack(session, guardMs)
      throw error
    } finally {
      session.release()
    }
  }

  /** Every server is asked once, beginning with the one that answered last. */
  async #checkOut(autocommit: boolean): Promise<Session> {
    for (let attempt = 1; ; attempt++) {
      const { index } = this.#servers.current
      try {
        return new Session(await this.#pool.connect(), { ...this.#context, autocommit, phase: 'statement' })
      } catch (error) {
        const fault = databaseFault(error, { ...this.#context, phase: 'connect' })
        const isServers = fault instanceof Fault && movesOn.has(fault.code)
        if (isServers) this.#servers.failed(index)
        if (!isServers || attempt >= this.#servers.count) throw fault
      }
    }
  }

  #guardMs(statementTimeoutMs: number): number {
    return statementTimeoutMs === 0 ? 0 : statementTimeoutMs + guardSlackMs
  }

  /** Runs once per new connection: refuses a server that is too old or only reads, and fixes what the value types rely on. */
  readonly #verify = (client: PoolClient, done: (error?: Error) => void): void => {
    const { keepalivesIdleSeconds, keepalivesIntervalSeconds, keepalivesCount } = sessionLimits
    const idleMs = this.#guardMs(this.#statementTimeoutMs)
    const text = `select current_setting('server_version_num')::int4 as version,
      current_setting('transaction_read_only')::boolean as "readOnly",
      set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
      set_config('tcp_keepalives_idle', '${keepalivesIdleSeconds}', false),
      set_config('tcp_keepalives_interval', '${keepalivesIntervalSeconds}', false),
      set_config('tcp_keepalives_count', '${keepalivesCount}', false),
      set_config('idle_in_transaction_session_timeout', '${idleMs}', false)`
    client.query<{ version: number; readOnly: boolean }>(text, (error: Error | null, result) => {
      if (error) done(error)
      else done(versionFault(result.rows[0]!.version) ?? this.#readOnlyFault(result.rows[0]!.readOnly))
    })
  }

  #readOnlyFault(readOnly: boolean): Fault | undefined {
    if (!readOnly || !this.#servers.mustWrite) return undefined
    const { address } = this.#context
    const message = `no server of the database at ${address} can be written to now; is there a primary?`
    return new Fault('DATABASE_READ_ONLY', message, { details: { address, outcome: 'notDone' } })
  }
}

function addressOf(config: ClientConfig, servers: ServerAddresses): string {
  try {
    // Building a client reads the address and opens nothing.
    const { host, port, database } = new Client({ ...config, ...servers.current.config })
    const others = servers.count === 1 ? '' : ` and ${servers.count - 1} more`
    return `${host}:${port}/${database ?? ''}${others}`
  } catch {
    throw new Fault('DATABASE_URL', 'the database address is not of the form postgres://user:password@host:port/name')
  }
}

export function versionFault(version: number): Fault | undefined {
  if (version >= serverVersionMin) return undefined
  const major = Math.floor(version / 10_000)
  const message = `the database is PostgreSQL ${major}; version 15 or newer is needed`
  return new Fault('DATABASE_VERSION', message, { details: { version, versionMin: serverVersionMin } })
}

function beginTexts(options: TransactionOptions): string[] {
  const { isolation, readOnly, statementTimeoutMs, planOnce } = options
  const level = isolation === undefined ? '' : ` isolation level ${isolation}`
  const texts = [`begin${level}${readOnly === true ? ' read only' : ''}`]
  if (statementTimeoutMs !== undefined) texts.push(`set local statement_timeout = ${Math.trunc(statementTimeoutMs)}`)
  if (planOnce === true) texts.push('set local plan_cache_mode = force_generic_plan')
  return texts
}

async function rollBack(session: Session, guardMs: number): Promise<void> {
  try {
    await session.run({ text: 'rollback' }, guardMs)
    if (!session.outsideTransaction) session.discard()
  } catch {
    // The connection is useless; the server rolls back when it closes. The first error is the one to report.
    session.discard()
  }
}

/** The work up to its first wait; what it throws before is a rejection, too. */
async function started<T>(work: (tx: Transaction) => Promise<T>, transaction: Transaction): Promise<T> {
  return await work(transaction)
}

/** Statements that left together with one that failed are told no more than that; what that one was told is the reason. */
async function whyFailed<T>(work: Promise<T>, transaction: PooledTransaction): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw sqlStateOf(error) === abortedState ? (transaction.firstFailure ?? error) : error
  }
}

/** A statement that was left failed; or the work swallowed the error of one, so the server did not commit. */
function abortedReason({ leftFailure, firstFailure }: PooledTransaction): unknown {
  if (leftFailure !== undefined) return leftFailure
  const details = { sqlState: abortedState, condition: 'in_failed_sql_transaction' }
  const message = 'the transaction was rolled back, because a statement in it had failed'
  return new Fault(
    'DATABASE_STATEMENT',
    message,
    firstFailure === undefined ? { details } : { details, cause: firstFailure },
  )
}
