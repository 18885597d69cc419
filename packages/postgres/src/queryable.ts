// What the rest of the product sees of the database: statements with parameters, transactions, notifications.
// Roles and stores take `Queryable` when they need statements only, so the same code runs inside and outside a
// transaction. `openDatabase` makes the one implementation.

export interface Queryable {
  /**
   * Runs one statement and answers its rows. With a `name` the server prepares it once per connection, so a name
   * belongs to exactly one text. A parameter that is `undefined` is a bug and asserts; SQL null is `null`.
   */
  query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>
}

export interface Transaction extends Queryable {
  readonly kind: 'transaction'
  /**
   * Hands over a statement whose answer nobody waits for, which saves a round trip: it leaves together with the next statement,
   * or with the commit when there is none, and before it. `send` must start it at once when it is called. When the statement
   * fails, nothing is committed and the transaction ends with its error.
   */
  leave(send: () => Promise<unknown>): void
}

export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export interface TransactionOptions {
  /** What the transaction sees of others; the server's default is read committed. */
  readonly isolation?: Isolation
  readonly readOnly?: boolean
  /** How often the work may run in all when the server reports a serialization conflict or a deadlock. Default 1. */
  readonly attemptCountMax?: number
  /** Replaces the database's statement time-out inside this transaction; 0 is none. */
  readonly statementTimeoutMs?: number
  /**
   * The first statements leave together with the `begin`, which saves a round trip. They have a name or parameters; a bare text
   * would run on its own should the `begin` fail. Whatever comes after the first answer waits for the `begin` to have succeeded.
   */
  readonly readsFirst?: boolean
  /**
   * Statements are planned once and not anew for each set of parameters. For the few statements of the hot path, whose best
   * plan does not depend on the parameters: planning one takes as long as running it.
   */
  readonly planOnce?: boolean
}

export interface ChannelListener {
  onNotification(payload: string): void
  /** The connection was lost and is back: notifications in between never arrive, so read the state afresh. */
  onGap?(): void
}

export interface Subscription {
  close(): Promise<void>
}

export interface Database extends Queryable {
  /**
   * Commits when the work's promise resolves, rolls back when it rejects and rethrows that error. Work that may be
   * attempted again must not keep anything from an earlier attempt.
   */
  inTransaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Hears `notify` on a channel over its own connection, which comes back by itself after it was lost. */
  listen(channel: string, listener: ChannelListener): Promise<Subscription>
  /** Waits for running statements, then closes every connection. May be called twice. */
  close(): Promise<void>
}

/** Tells the listeners of a channel; inside a transaction it is delivered when that commits. */
export async function notify(queryable: Queryable, channel: string, payload: string): Promise<void> {
  await queryable.query('select pg_notify($1, $2)', [channel, payload])
}
