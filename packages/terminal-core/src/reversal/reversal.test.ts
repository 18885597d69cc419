// Reversals that do not end the easy way: a full disk, another day, keys the host has forgotten, a restart.

import { Fault } from '@shua/assert'
import { describe, expect, it } from 'vitest'
import type { FileJournal } from '../journal/file-journal.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalEvent } from '../state/journal-event.ts'
import { swipe } from '../testing/test-terminal.ts'
import { withTerminal } from '../testing/with-terminal.ts'

const amount = { minorUnits: 1000n, currency: 'CNY' } as const
const buying = { operator: '01', amount, card: swipe() } as const

/** A disk that is full for some kinds of events. */
function fullFor(full: ReadonlySet<JournalEvent['type']>) {
  return (journal: FileJournal): Journal => ({
    get state() {
      return journal.state
    },
    append: (event) =>
      full.has(event.type) ? Promise.reject(new Fault('JOURNAL_WRITE', 'no space left')) : journal.append(event),
    close: () => journal.close(),
  })
}

describe('reversal', () => {
  it('undoes an approval the terminal cannot store, with reason 96', async () => {
    const full = new Set<JournalEvent['type']>()
    await withTerminal(
      async ({ terminal, host, printer }) => {
        full.add('paymentApproved')
        expect(await terminal.purchase(buying)).toMatchObject({ kind: 'unknown', cause: 'terminalFault' })
        await terminal.whenIdle()
        const reversal = host.seen.at(-1)!
        expect([reversal.kind, reversal.message.text('39')]).toEqual(['reversal', '96'])
        expect(host.standing()).toEqual([])
        expect(printer.slips).toEqual([])
      },
      { wrapJournal: fullFor(full) },
    )
  })

  it('undoes a purchase whose second copy, made by the network, was answered first', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'answerSecondCopy' }, '0200')
      expect(await terminal.purchase(buying)).toMatchObject({ kind: 'unknown', next: 'reversal' })
      await terminal.whenIdle()
      expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn', 'purchase', 'reversal', 'signOn'])
      expect(host.standing()).toEqual([])
      expect(terminal.state).toMatchObject({ records: [], pendingReversal: undefined, last: { outcome: 'reversed' } })
    }))

  it.each(['reversalEnded', 'reversalAbandoned'] as const)(
    'stays pending while the journal cannot take in %s, and no payment starts',
    async (type) => {
      const full = new Set<JournalEvent['type']>([type])
      await withTerminal(
        async ({ terminal, host }) => {
          host.next({ kind: 'swallowAnswer' }, '0200')
          if (type === 'reversalAbandoned') {
            for (let time = 1; time <= 3; time++) host.next({ kind: 'loseRequest' }, '0400')
            await terminal.purchase(buying)
            await terminal.whenIdle()
            await terminal.resolveReversal()
            expect(await terminal.resolveReversal()).toMatchObject({ kind: 'pending' })
          } else {
            await terminal.purchase(buying)
            await terminal.whenIdle()
            expect(await terminal.purchase(buying)).toEqual({ kind: 'refused', reason: 'reversalPending' })
          }
          expect(terminal.state).toMatchObject({ pendingReversal: { stan: '000002' }, cases: [] })
          full.clear()
          expect(await terminal.purchase(buying)).toMatchObject({ kind: 'approved' })
          expect(host.standing()).toHaveLength(1)
        },
        { wrapJournal: fullFor(full) },
      )
    },
  )

  it('sends nothing when the reversal record cannot be stored', async () => {
    const full = new Set<JournalEvent['type']>(['paymentStarted'])
    await withTerminal(
      async ({ terminal, host }) => {
        expect(await terminal.purchase(buying)).toEqual({ kind: 'refused', reason: 'journalFailed' })
        expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn'])
      },
      { wrapJournal: fullFor(full) },
    )
  })

  it('is sent at the next start when the power went', () =>
    withTerminal(async (bench) => {
      bench.host.next({ kind: 'swallowAnswer' }, '0200')
      bench.host.next({ kind: 'loseRequest' }, '0400')
      await bench.terminal.purchase(buying)
      await bench.terminal.whenIdle()
      const { terminal } = await bench.restart()
      expect(terminal.state.pendingReversal).toMatchObject({ stan: '000002', attempts: 1, reason: '98' })
      await terminal.start()
      expect(terminal.state.pendingReversal).toBeUndefined()
      expect(bench.host.standing()).toEqual([])
    }))

  it('signs on and is sent again when the host has forgotten the keys', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      const forget = { kind: 'call', work: () => void (host.keys = undefined) } as const
      host.next(forget, '0400')
      await terminal.purchase(buying)
      await terminal.whenIdle()
      expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn', 'purchase', 'reversal', 'signOn', 'reversal'])
      expect(terminal.state.last?.outcome).toBe('reversed')
    }))

  it('outlasts a host that is busy, which does not count as one that is silent', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'busy' }, '0200')
      for (let time = 1; time <= 8; time++) host.next({ kind: 'busy' }, '0400')
      await terminal.purchase(buying)
      await terminal.whenIdle()
      for (let time = 1; time < 8; time++) expect(await terminal.resolveReversal()).toMatchObject({ kind: 'pending' })
      expect(terminal.state).toMatchObject({ pendingReversal: { attempts: 0, busyAnswers: 8 }, cases: [] })
      expect(await terminal.resolveReversal()).toMatchObject({ kind: 'reversed' })
      expect(host.seen.filter(({ kind }) => kind === 'reversal')).toHaveLength(9)
    }))

  it('becomes a case when a host is busy for ever', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      for (let time = 1; time <= 30; time++) host.next({ kind: 'busy' }, '0400')
      await terminal.purchase(buying)
      await terminal.whenIdle()
      for (let time = 2; time < 30; time++) expect(await terminal.resolveReversal()).toMatchObject({ kind: 'pending' })
      expect(await terminal.resolveReversal()).toMatchObject({ kind: 'unresolved' })
      expect(terminal.state.cases).toMatchObject([{ problem: 'reversalUnanswered', responseCode: '96' }])
    }))

  it('stays a case when a host says on a later day that there is nothing to reverse', async () => {
    let nowMs = Date.parse('2026-06-01T15:00:00Z')
    await withTerminal(
      async ({ terminal, host }) => {
        host.next({ kind: 'swallowAnswer' }, '0200')
        host.next({ kind: 'loseRequest' }, '0400')
        await terminal.purchase(buying)
        await terminal.whenIdle()
        // Past midnight of the place.
        nowMs += 2 * 3_600_000
        host.next({ kind: 'decline', responseCode: '25' }, '0400')
        expect(await terminal.resolveReversal()).toMatchObject({ kind: 'unresolved' })
        expect(terminal.state.cases).toMatchObject([{ problem: 'reversalUnanswered', responseCode: '25' }])
      },
      { now: () => new Date(nowMs) },
    )
  })

  it('ends on 25 of the same day: it had been reversed before', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      host.next({ kind: 'swallowAnswer' }, '0400')
      await terminal.purchase(buying)
      await terminal.whenIdle()
      expect(await terminal.resolveReversal()).toMatchObject({ kind: 'reversed', responseCode: '25' })
      expect(terminal.state.cases).toEqual([])
    }))

  it('treats a 0410 with a wrong MAC as no answer', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      host.next({ kind: 'wrongMac' }, '0400')
      await terminal.purchase(buying)
      await terminal.whenIdle()
      expect(terminal.state.pendingReversal?.attempts).toBe(1)
    }))

  it('signs on again by itself when the keys are a day old', async () => {
    let nowMs = Date.parse('2026-06-01T02:00:00Z')
    await withTerminal(
      async ({ terminal, host }) => {
        nowMs += 86_400_000
        expect(await terminal.purchase(buying)).toMatchObject({ kind: 'approved' })
        expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn', 'signOn', 'purchase'])
      },
      { now: () => new Date(nowMs) },
    )
  })
})
