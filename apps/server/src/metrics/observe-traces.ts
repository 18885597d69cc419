// How many traces wait to be written, and how many were given up. The recorder keeps only as many as its budget allows and
// counts the others; a batch that the database refused is lost too, and that is no design.

import type { TraceRecorder } from '@shua/acquirer'
import type { Database } from '@shua/postgres'

export interface ObservedTraces {
  readonly recorder: TraceRecorder
  readonly waiting: number
  /** Refused by the database. */
  readonly refused: number
}

/** `create` gets the database through which it must write; every row it inserts is one trace. */
export function observeTraces(database: Database, create: (database: Database) => TraceRecorder): ObservedTraces {
  const counts = { recorded: 0, written: 0, refused: 0 }
  const inner = create({
    ...bound(database),
    async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
      const [firstColumn] = values ?? []
      const rows = Array.isArray(firstColumn) ? firstColumn.length : 0
      try {
        const result = await database.query<Row>(text, values, name)
        counts.written += rows
        return result
      } catch (error) {
        counts.refused += rows
        throw error
      }
    },
  })
  return {
    recorder: {
      wants: (startedAtUs) => inner.wants(startedAtUs),
      record(traced) {
        counts.recorded += 1
        inner.record(traced)
      },
      flush: () => inner.flush(),
      close: () => inner.close(),
      get dropped() {
        return inner.dropped
      },
    },
    get waiting() {
      return Math.max(0, counts.recorded - counts.written - counts.refused - inner.dropped)
    },
    get refused() {
      return counts.refused
    },
  }
}

/** A class keeps its methods on its prototype, which a spread does not copy. */
function bound(database: Database): Database {
  return {
    query: (text, values, name) => database.query(text, values, name),
    inTransaction: (work, options) => database.inTransaction(work, options),
    listen: (channel, listener) => database.listen(channel, listener),
    close: () => database.close(),
  }
}
