// The journal file: survives being cut at any byte, tells damage from a torn end, compacts by rename, and has one owner.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalEvent } from '../state/journal-event.ts'
import { emptyState, type TerminalState } from '../state/terminal-state.ts'
import { FileJournal } from './file-journal.ts'

const initial = emptyState({ terminalId: '10000001', merchantId: '898110015411234', language: 'zh' })

const events: readonly JournalEvent[] = [
  { type: 'languageChosen', language: 'en' },
  { type: 'traceUsed' },
  {
    type: 'paymentStarted',
    last: {
      kind: 'purchase',
      stan: '000002',
      batchNumber: '000007',
      amountMinor: 12_345_678_901n,
      currency: 'CNY',
      panMasked: '622588******0001',
      outcome: 'open',
      responseCode: undefined,
      rrn: undefined,
      approvalCode: undefined,
      at: '2026-06-01T02:00:00.000Z',
    },
    reversal: undefined,
    advice: undefined,
  },
  { type: 'requirementRaised', digit: '3' },
  { type: 'stopListLoaded', entries: ['6225880001'], loadedAt: '商户' },
]

describe('file journal', () => {
  let directory: string
  const path = () => join(directory, 'journal.log')
  const open = (compactAboveBytes = 1_000_000) => FileJournal.open({ directory, initial, compactAboveBytes })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shua-journal-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true })
  })

  /** Writes the events and answers the file with the state and length after each record. */
  async function written(): Promise<{ bytes: Buffer; steps: { length: number; state: TerminalState }[] }> {
    const journal = await open()
    const steps = [{ length: (await stat(path())).size, state: journal.state }]
    for (const event of events) {
      const state = await journal.append(event)
      steps.push({ length: (await stat(path())).size, state })
    }
    await journal.close()
    return { bytes: await readFile(path()), steps }
  }

  it('gives back exactly what was acknowledged when the file is cut at any byte', async () => {
    const { bytes, steps } = await written()
    for (let length = 0; length <= bytes.length; length++) {
      await writeFile(path(), bytes.subarray(0, length))
      const journal = await open()
      const expected = steps.findLast((step) => step.length <= length)?.state ?? initial
      expect(journal.state).toEqual(JSON.parse(JSON.stringify(expected, bigintsAside), bigintsBack))
      // It goes on writing behind the last whole record.
      await journal.append({ type: 'traceUsed' })
      expect(journal.state.nextStan).toBe(expected.nextStan + 1)
      await journal.close()
    }
  })

  it('drops a last record whose bytes are wrong, as a torn write leaves them', async () => {
    const { bytes, steps } = await written()
    for (const garbage of [Buffer.alloc(300), Buffer.from('{"type":"traceUsed"}'), Buffer.from('ab\n')]) {
      const torn = Buffer.concat([bytes.subarray(0, steps[2]!.length), garbage])
      await writeFile(path(), torn)
      const journal = await open()
      expect(journal.state.nextStan).toBe(2)
      await journal.close()
    }
  })

  it('refuses a file that is damaged before its end, whichever byte it is', async () => {
    const { bytes, steps } = await written()
    for (let index = 0; index < steps[3]!.length; index += 7) {
      const damaged = Buffer.from(bytes)
      damaged[index] = damaged[index]! ^ 0x01
      await writeFile(path(), damaged)
      await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
    }
  })

  it('refuses a file from which a whole record was taken', async () => {
    const { bytes, steps } = await written()
    await writeFile(path(), Buffer.concat([bytes.subarray(0, steps[1]!.length), bytes.subarray(steps[2]!.length)]))
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
  })

  it('refuses the directory of another terminal', async () => {
    await written()
    const other = { ...initial, terminalId: '10000002' }
    await expect(FileJournal.open({ directory, initial: other })).rejects.toMatchObject({ code: 'JOURNAL_FOREIGN' })
  })

  it('is rewritten as one snapshot when it has grown, and an interrupted rewrite costs nothing', async () => {
    const journal = await open(2000)
    for (let index = 0; index < 200; index++) await journal.append({ type: 'traceUsed' })
    await journal.close()
    expect((await stat(path())).size).toBeLessThan(4000)
    await writeFile(join(directory, 'journal.new'), 'half a snapsh')
    const again = await open(2000)
    expect(again.state.nextStan).toBe(201)
    await again.close()
  })

  it('keeps its file for its owner only', async () => {
    await written()
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it('has one owner at a time, and takes over from one that is gone', async () => {
    const journal = await open()
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
    await journal.close()
    // A process that lives, and one that has ended.
    await writeFile(join(directory, 'journal.lock'), `1 ${await startTimeOfInit()}`)
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
    const ended = spawnSync(process.execPath, ['-e', '']).pid
    await writeFile(join(directory, 'journal.lock'), `${ended} 12345`)
    await (await open()).close()
  })

  it('changes nothing when an event cannot be written', async () => {
    const journal = await open()
    const before = journal.state
    await expect(journal.append({ type: 'reversalAttempted' })).rejects.toThrow('only a pending reversal is attempted')
    expect(journal.state).toBe(before)
    await journal.append({ type: 'traceUsed' })
    expect(journal.state.nextStan).toBe(2)
    await journal.close()
  })
})

function bigintsAside(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $n: String(value) } : value
}

function bigintsBack(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$n' in value ? BigInt(String(value.$n)) : value
}

async function startTimeOfInit(): Promise<string> {
  const stat = await readFile('/proc/1/stat', 'latin1').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
