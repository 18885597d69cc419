// The stream behind the live page: one subscription to the services, any number of browsers. The last events stay in a ring,
// so that a browser that was cut off for a moment misses nothing; one that reads too slowly is cut off instead of being
// buffered for ever, and comes back by itself.

import type { LiveEvent } from '@shua/contract'
import type { HttpServices, PublishedEvent } from './http-services.ts'

export interface LiveEventHubOptions {
  readonly heartbeatMs: number
  /** How many events a returning browser may have missed. */
  readonly keptMax: number
  /** Bytes waiting in one browser's stream above which it is cut off. */
  readonly waitingBytesMax: number
  readonly streamsMax: number
}

export const defaultLiveEventHubOptions: LiveEventHubOptions = {
  heartbeatMs: 15_000,
  keptMax: 500,
  waitingBytesMax: 262_144,
  streamsMax: 200,
}

interface KeptEvent {
  readonly sequence: number
  readonly frame: Uint8Array
}

type Stream = ReadableStreamDefaultController<Uint8Array>

export class LiveEventHub {
  readonly #options: LiveEventHubOptions
  /** Tells the sequence of this process from that of an earlier one, whose numbers start anew. */
  readonly #epoch: string
  readonly #streams = new Set<Stream>()
  readonly #kept: KeptEvent[] = []
  readonly #encoder = new TextEncoder()
  readonly #unsubscribe: () => void
  readonly #heartbeat: NodeJS.Timeout
  #sequence = 0
  #closed = false

  constructor(events: HttpServices['events'], epoch: string, options: LiveEventHubOptions) {
    this.#options = options
    this.#epoch = epoch
    this.#unsubscribe = events.subscribe((event) => this.#publish(event))
    this.#heartbeat = setInterval(() => this.#sendAll(this.#frame({ type: 'heartbeat' })), options.heartbeatMs)
    this.#heartbeat.unref()
  }

  get streamCount(): number {
    return this.#streams.size
  }

  /** The body of one `GET /api/events`; undefined when there is no room or the server is closing. */
  open(lastEventId: string | undefined): ReadableStream<Uint8Array> | undefined {
    if (this.#closed || this.#streams.size >= this.#options.streamsMax) return undefined
    let own: Stream
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          own = controller
          this.#streams.add(controller)
          controller.enqueue(this.#encoder.encode('retry: 2000\n\n'))
          for (const frame of this.#missed(lastEventId)) controller.enqueue(frame)
        },
        cancel: () => {
          this.#streams.delete(own)
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.#options.waitingBytesMax }),
    )
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#heartbeat)
    this.#unsubscribe()
    for (const stream of this.#streams) stream.close()
    this.#streams.clear()
  }

  #publish(event: PublishedEvent): void {
    this.#sequence += 1
    const frame = this.#frame(event, `${this.#epoch}-${this.#sequence}`)
    this.#kept.push({ sequence: this.#sequence, frame })
    if (this.#kept.length > this.#options.keptMax) this.#kept.shift()
    this.#sendAll(frame)
  }

  #sendAll(frame: Uint8Array): void {
    for (const stream of this.#streams) {
      if ((stream.desiredSize ?? 0) > 0) {
        stream.enqueue(frame)
      } else {
        this.#streams.delete(stream)
        stream.close()
      }
    }
  }

  /** What a returning browser did not see, or the advice to ask for everything again. A new browser asks anyway. */
  #missed(lastEventId: string | undefined): Uint8Array[] {
    if (lastEventId === undefined) return [this.#frame({ type: 'heartbeat' }, `${this.#epoch}-${this.#sequence}`)]
    const [epoch, number] = lastEventId.split('-')
    const seen = epoch === this.#epoch && number !== undefined && /^\d{1,15}$/.test(number) ? Number(number) : undefined
    const oldest = this.#sequence - this.#kept.length
    if (seen === undefined || seen < oldest || seen > this.#sequence) {
      return [this.#frame({ type: 'resync' }, `${this.#epoch}-${this.#sequence}`)]
    }
    return this.#kept.filter((event) => event.sequence > seen).map((event) => event.frame)
  }

  #frame(event: LiveEvent, id?: string): Uint8Array {
    return this.#encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(event)}\n\n`)
  }
}
