// Hears PostgreSQL notifications on a connection of its own, outside the pool, because a pooled connection may be
// closed at any time. Called by Database.listen. A lost connection is replaced with growing pauses; what was notified
// meanwhile is gone, so the listener is told of the gap.

import { type Client, escapeIdentifier } from 'pg'
import type { ChannelListener, Subscription } from './queryable.ts'

export interface ListenContext {
  newClient(): Client
  /** The connection could not be made, or the server does not let us listen. */
  onRefused(): void
  /** How often to try before the caller hears that there is no connection. */
  readonly firstAttemptCountMax: number
  toFault(error: unknown): unknown
}

const firstPauseMs = 100
const pauseMaxMs = 5_000

/** Resolves when the server hears us on the channel; rejects when the first connection cannot be made. */
export async function listenOnChannel(
  channel: string,
  listener: ChannelListener,
  context: ListenContext,
): Promise<Subscription> {
  const subscription = new ChannelSubscription(channel, listener, context)
  for (let attempt = 1; ; attempt++) {
    try {
      await subscription.connect()
      return subscription
    } catch (error) {
      if (attempt >= context.firstAttemptCountMax) throw context.toFault(error)
    }
  }
}

class ChannelSubscription implements Subscription {
  readonly #channel: string
  readonly #listener: ChannelListener
  readonly #context: ListenContext
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #pauseMs = firstPauseMs
  #closed = false

  constructor(channel: string, listener: ChannelListener, context: ListenContext) {
    this.#channel = channel
    this.#listener = listener
    this.#context = context
  }

  async connect(): Promise<void> {
    const client = this.#context.newClient()
    client.on('error', () => undefined)
    client.on('notification', (message) => this.#listener.onNotification(message.payload ?? ''))
    try {
      await client.connect()
      await client.query(`listen ${escapeIdentifier(this.#channel)}`)
    } catch (error) {
      client.end(() => undefined)
      this.#context.onRefused()
      throw error
    }
    if (this.#closed) {
      await client.end()
      return
    }
    this.#client = client
    this.#pauseMs = firstPauseMs
    client.on('end', () => this.#onEnd())
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#client?.end()
  }

  #onEnd(): void {
    this.#client = undefined
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.connect().then(
        () => (this.#closed ? undefined : this.#listener.onGap?.()),
        () => this.#onEnd(),
      )
    }, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMaxMs)
  }
}
