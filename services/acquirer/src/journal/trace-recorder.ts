// Keeps what the X-ray shows: for every message its bytes decoded and masked, the checks, and the times. It works beside the
// hot path: events wait in a bounded queue and are described and written a few at a time. Describing takes processor time from
// payments, so under load only as many as the budget allows are kept, and the rest is dropped and counted: a trace is evidence
// to look at, never money.

import type { Codec, Description } from '@shua/iso8583'
import type { Database } from '@shua/postgres'
import type { TraceEvent, TraceLane } from '@shua/telemetry'

export interface TracedMessage {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number
  readonly seenBy: 'host' | 'terminal'
  readonly mti: string
  readonly paymentId: string | undefined
  /** Microseconds on the machine's monotonic clock, so that host and terminal traces of one process line up. */
  readonly startedAtUs: bigint
  readonly durationUs: number
  readonly lane: TraceLane
  readonly events: readonly TraceEvent[]
  readonly request: Buffer | undefined
  readonly answer: Buffer | undefined
}

export interface TraceRecorder {
  /** Whether there is room for one more trace; a yes is used up by asking, a no counts as dropped. */
  wants(startedAtUs: bigint): boolean
  /** Keeps a trace that was wanted. */
  record(traced: TracedMessage): void
  /** Writes what waits; the X-ray calls it so that a payment just made is there. */
  flush(): Promise<void>
  close(): Promise<void>
  readonly dropped: number
}

export interface TraceRecorderOptions {
  readonly database: Database
  readonly codec: Codec
  readonly waitingMax: number
  readonly intervalMs: number
  readonly onFault: (error: unknown) => void
  /** Traces kept per second under load; default 20. */
  readonly perSecondMax?: number
  /** How many more may come at once after a quiet time; default 200. */
  readonly burstMax?: number
}

/** Described and written together: short enough that no payment waits noticeably behind it. */
const sliceSize = 16

export function createTraceRecorder(options: TraceRecorderOptions): TraceRecorder {
  const { perSecondMax = 20, burstMax = 200 } = options
  let waiting: TracedMessage[] = []
  let dropped = 0
  let budget = burstMax
  let budgetAtUs: bigint | undefined
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  function write(): Promise<void> {
    timer = undefined
    const batch = waiting
    waiting = []
    for (let start = 0; start < batch.length; start += sliceSize) {
      const slice = batch.slice(start, start + sliceSize)
      writing = writing.then(() => insertTraces(options.database, options.codec, slice)).catch(options.onFault)
    }
    return writing
  }

  /** The budget grows with the time that the messages themselves bring along. */
  function isAffordable(nowUs: bigint): boolean {
    budgetAtUs ??= nowUs
    // Messages end in another order than they began.
    if (nowUs > budgetAtUs) {
      budget = Math.min(burstMax, budget + (Number(nowUs - budgetAtUs) * perSecondMax) / 1e6)
      budgetAtUs = nowUs
    }
    if (budget < 1) return false
    budget -= 1
    return true
  }

  return {
    wants(startedAtUs) {
      const affordable = isAffordable(startedAtUs)
      if (!affordable) dropped += 1
      return affordable
    },
    record(traced) {
      if (waiting.length >= options.waitingMax) {
        waiting.shift()
        dropped += 1
      }
      waiting.push(traced)
      timer ??= setTimeout(() => void write(), options.intervalMs)
    },
    flush: write,
    async close() {
      clearTimeout(timer)
      await write()
    },
    get dropped() {
      return dropped
    },
  }
}

async function insertTraces(database: Database, codec: Codec, batch: readonly TracedMessage[]): Promise<void> {
  const rows = batch.map((traced) => ({ traced, events: JSON.stringify(withMessages(traced, codec)) }))
  await database.query(
    `insert into acquirer.payment_trace
            (terminal_id, batch_number, stan, seen_by, mti, payment_id, started_at_us, duration_us, events)
     select * from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], $9::jsonb[])
     on conflict do nothing`,
    [
      rows.map(({ traced }) => traced.terminalId),
      rows.map(({ traced }) => traced.batchNumber),
      rows.map(({ traced }) => traced.stan),
      rows.map(({ traced }) => traced.seenBy),
      rows.map(({ traced }) => traced.mti),
      rows.map(({ traced }) => traced.paymentId ?? null),
      rows.map(({ traced }) => traced.startedAtUs),
      rows.map(({ traced }) => traced.durationUs),
      rows.map(({ events }) => events),
    ],
    'acquirer.insertTraces',
  )
}

/** The request first, the answer last; both described with their sensitive parts masked. */
function withMessages(traced: TracedMessage, codec: Codec): TraceEvent[] {
  const message = (payload: Buffer, direction: 'in' | 'out', atUs: number): TraceEvent => {
    const described: Description = codec.describe(payload)
    return {
      atUs,
      lane: traced.lane,
      kind: 'message',
      name: described.mti,
      outcome: 'info',
      direction,
      message: described,
    }
  }
  const [first, last] = traced.lane === 'terminal' ? (['out', 'in'] as const) : (['in', 'out'] as const)
  return [
    ...(traced.request ? [message(traced.request, first, 0)] : []),
    ...traced.events,
    ...(traced.answer ? [message(traced.answer, last, traced.durationUs)] : []),
  ]
}

export interface StoredTrace {
  readonly terminalId: string
  readonly batchNumber: number
  readonly stan: number
  readonly seenBy: 'host' | 'terminal'
  readonly mti: string
  readonly startedAtUs: bigint
  readonly durationUs: bigint
  readonly events: TraceEvent[]
}

/** Every trace of one terminal, batch and trace number: the payment, its repeats and its reversals, as both sides saw them. */
export async function findTraces(
  database: Database,
  key: { terminalId: string; batchNumber: number; stan: number },
): Promise<StoredTrace[]> {
  return database.query<StoredTrace>(
    `select terminal_id as "terminalId", batch_number as "batchNumber", stan, seen_by as "seenBy", mti,
            started_at_us as "startedAtUs", duration_us as "durationUs", events
       from acquirer.payment_trace where terminal_id = $1 and batch_number = $2 and stan = $3
      order by started_at_us`,
    [key.terminalId, key.batchNumber, key.stan],
  )
}
