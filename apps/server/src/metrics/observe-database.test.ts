import { Fault } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'
import { describe, expect, it } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import { observeDatabase } from './observe-database.ts'

function transaction(): Transaction {
  return { kind: 'transaction', query: () => Promise.resolve([]), leave: () => undefined }
}

/** Attempts every transaction twice, as the real one does after a conflict. */
function twiceDatabase(fault?: Fault): Database {
  return {
    query: () => (fault ? Promise.reject(fault) : Promise.resolve([])),
    inTransaction: async (work) => {
      await work(transaction())
      return work(transaction())
    },
    listen: () => Promise.reject(new Error('nobody listens here')),
    close: () => Promise.resolve(),
  }
}

describe('an observed database', () => {
  it('tells the end of every attempt, and counts what is under way', async () => {
    const { metrics, registry } = createMetrics()
    const ended: Transaction[] = []
    const begun: Transaction[] = []
    const database = observeDatabase(twiceDatabase(), metrics, (tx) => ended.push(tx))
    const value = await database.inTransaction(async (tx) => {
      begun.push(tx)
      expect(ended).toEqual(begun.slice(0, -1))
      expect(await registry.metrics()).toContain('shua_database_calls_in_progress{call="transaction"} 1')
      return 'value'
    })
    expect([value, ended]).toEqual(['value', begun])
    const text = await registry.metrics()
    expect(text).toContain('shua_database_calls_in_progress{call="transaction"} 0')
    expect(text).toContain('shua_database_call_duration_seconds_count{call="transaction"} 1')
  })

  it.each([
    ['DATABASE_UNREACHABLE', 'DATABASE_UNREACHABLE'],
    ['DATABASE_SOMETHING_NEW', 'other'],
  ])('passes the fault %s on unchanged and counts it as %s', async (code, label) => {
    const { metrics, registry } = createMetrics()
    const fault = new Fault(code, 'the database is away')
    const database = observeDatabase(twiceDatabase(fault), metrics, () => undefined)
    await expect(database.query('select 1')).rejects.toBe(fault)
    expect(await registry.metrics()).toContain(`shua_database_faults_total{code="${label}"} 1`)
    expect(await registry.metrics()).toContain('shua_database_calls_in_progress{call="statement"} 0')
  })
})
