import { createTraceRecorder, type TraceRecorder } from '@shua/acquirer'
import { compileDialect, dialects } from '@shua/iso8583'
import type { Database } from '@shua/postgres'
import { describe, expect, it } from 'vitest'
import { observeTraces, type ObservedTraces } from './observe-traces.ts'

const codec = compileDialect(dialects.unionpayPos)

/** A database whose statements end when and as the test says. */
function steeredDatabase() {
  const statements: { succeed(): void; fail(): void }[] = []
  const database: Database = {
    query: <Row extends object>() =>
      new Promise<Row[]>((resolve, reject) => {
        statements.push({ succeed: () => resolve([]), fail: () => reject(new Error('refused')) })
      }),
    inTransaction: () => Promise.reject(new Error('traces need no transaction')),
    listen: () => Promise.reject(new Error('traces listen to nothing')),
    close: () => Promise.resolve(),
  }
  return { database, statements }
}

function record(recorder: TraceRecorder, count: number): void {
  for (let stan = 1; stan <= count; stan += 1) {
    recorder.record({
      terminalId: '10000001',
      batchNumber: 1,
      stan,
      seenBy: 'host',
      mti: '0200',
      paymentId: undefined,
      startedAtUs: 1n,
      durationUs: 1,
      lane: 'acquirer',
      events: [],
      request: undefined,
      answer: undefined,
    })
  }
}

function open(database: Database): ObservedTraces {
  return observeTraces(database, (observed) =>
    createTraceRecorder({ database: observed, codec, waitingMax: 3, intervalMs: 60_000, onFault: () => undefined }),
  )
}

describe('traces on their way to the database', () => {
  it('wait until their batch is written, also while it is being written', async () => {
    const { database, statements } = steeredDatabase()
    const traces = open(database)
    record(traces.recorder, 2)
    expect(traces.waiting).toBe(2)
    const flushed = traces.recorder.flush()
    await Promise.resolve()
    expect([statements.length, traces.waiting]).toEqual([1, 2])
    statements[0]?.succeed()
    await flushed
    expect([traces.waiting, traces.refused]).toEqual([0, 0])
  })

  it('are lost when too many wait, and when the database refuses them', async () => {
    const { database, statements } = steeredDatabase()
    const traces = open(database)
    record(traces.recorder, 5)
    expect([traces.waiting, traces.recorder.dropped]).toEqual([3, 2])
    const flushed = traces.recorder.flush()
    await Promise.resolve()
    statements[0]?.fail()
    await flushed
    expect([traces.waiting, traces.recorder.dropped, traces.refused]).toEqual([0, 2, 3])
  })
})
