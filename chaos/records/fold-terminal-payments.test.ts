// How a terminal's history becomes outcomes, on the journal of a real terminal: approvals, declines, doubt that a reversal ended,
// doubt that a kill left behind, an advice that was repeated, a case. And the witness that keeps this history past compaction.

import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyState, FileJournal } from '@shua/terminal-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../packages/terminal-core/src/state/journal-event.ts'
import type { LastTransaction, PendingReversal } from '../../packages/terminal-core/src/state/terminal-state.ts'
import { readWitness, WitnessJournal, witnessFile } from '../agent/witness-journal.ts'
import { foldTerminalPayments } from './fold-terminal-payments.ts'

const initial = emptyState({ terminalId: '20000001', merchantId: '898000000010001', language: 'zh' })
const snapshot: JournalEvent = { type: 'snapshot', state: initial }

function last(stan: string, outcome: LastTransaction['outcome'], kind: LastTransaction['kind'] = 'purchase') {
  return {
    kind,
    stan,
    batchNumber: '000001',
    amountMinor: 500n,
    currency: 'CNY',
    panMasked: '622588******0001',
    outcome,
    responseCode: undefined,
    rrn: `r${stan}`,
    approvalCode: '000001',
    at: '2026-06-01T02:00:00.000Z',
  } as const
}

function started(stan: string, kind: LastTransaction['kind'] = 'purchase'): JournalEvent {
  const reversal = { stan, batchNumber: '000001', kind, attempts: 0, amountMinor: 500n } as PendingReversal
  return { type: 'paymentStarted', last: last(stan, 'open', kind), reversal, advice: undefined }
}

function outcomes(...events: JournalEvent[]) {
  return foldTerminalPayments([snapshot, ...events]).payments.map(({ outcome, wasUnknown }) => [outcome, wasUnknown])
}

const unresolved = {
  id: '000001-000001',
  kind: 'purchase',
  stan: '000001',
  batchNumber: '000001',
  amountMinor: 500n,
  currency: 'CNY',
  panMasked: '',
  responseCode: undefined,
  at: '',
} as const

describe('history of a terminal', () => {
  it.each<[string, JournalEvent[], [string, boolean]]>([
    [
      'approved',
      [{ type: 'paymentApproved', last: last('000001', 'approved'), record: undefined }],
      ['approved', false],
    ],
    ['declined', [{ type: 'paymentEnded', last: last('000001', 'declined') }], ['declined', false]],
    ['never sent', [{ type: 'paymentEnded', last: last('000001', 'notSent') }], ['notSent', false]],
    ['killed while it waited, and never started again', [], ['stuck', false]],
    ['killed while it waited, then reversed', [{ type: 'reversalEnded', last: undefined }], ['reversed', true]],
    [
      'unknown, then reversed',
      [
        { type: 'paymentUnknown', last: last('000001', 'unknown'), reason: '98' },
        { type: 'reversalAttempted' },
        { type: 'reversalEnded', last: last('000001', 'reversed') },
      ],
      ['reversed', true],
    ],
    [
      'given up',
      [
        {
          type: 'reversalAbandoned',
          unresolved: { ...unresolved, problem: 'reversalUnanswered', reversal: undefined },
          last: undefined,
        },
      ],
      ['case', false],
    ],
  ])('ends as it should when it was %s', (_name, events, expected) => {
    expect(outcomes(started('000001'), ...events)).toEqual([expected])
  })

  it('drops a question without money that got no answer, and keeps payments apart', () => {
    expect(
      outcomes(
        started('000001', 'balanceInquiry'),
        { type: 'paymentEnded', last: last('000001', 'unknown', 'balanceInquiry') },
        started('000002'),
        { type: 'paymentApproved', last: last('000002', 'approved'), record: undefined },
      ),
    ).toEqual([
      ['forgotten', false],
      ['approved', false],
    ])
  })
})

describe('witness', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shua-witness-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true })
  })

  const open = async (): Promise<WitnessJournal> =>
    WitnessJournal.open(await FileJournal.open({ directory, initial, compactAboveBytes: 2_000 }), directory)

  async function write(count: number): Promise<void> {
    const journal = await open()
    for (let index = 0; index < count; index++) await journal.append({ type: 'traceUsed' })
    await journal.close()
  }

  it('keeps the whole history while the journal compacts, over several starts', async () => {
    await write(60)
    await write(60)
    const history = readWitness(directory).map(({ event }) => event)
    expect(history).toHaveLength(121)
    expect(foldTerminalPayments(history).state.nextStan).toBe(121)
    expect((await readFile(join(directory, 'journal.log'))).length).toBeLessThan(6_000)
  })

  it('drops a last event that the journal did not get, and half a line', async () => {
    await write(3)
    const before = await readFile(join(directory, witnessFile), 'utf8')
    for (const torn of [`${JSON.stringify({ event: { type: 'traceUsed' }, fingerprint: 'x' })}\n`, '{"event":']) {
      await appendFile(join(directory, witnessFile), torn)
      await write(0)
      expect(await readFile(join(directory, witnessFile), 'utf8')).toBe(before)
    }
  })

  it('refuses a journal that lost what it had acknowledged', async () => {
    await write(4)
    const journal = await readFile(join(directory, 'journal.log'), 'utf8')
    const lines = journal.split('\n')
    await writeFile(join(directory, 'journal.log'), `${lines.slice(0, -3).join('\n')}\n`)
    await expect(open()).rejects.toThrow('is not what it acknowledged')
  })
})
