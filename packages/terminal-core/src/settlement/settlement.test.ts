// Settlement: balanced, not balanced with upload, and interrupted at every message (requirement A11).

import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import type { Terminal } from '../engine/terminal.ts'
import { swipe } from '../testing/test-terminal.ts'
import { withTerminal } from '../testing/with-terminal.ts'

const amount = { minorUnits: 1000n, currency: 'CNY' } as const
const supervisor = new Sensitive('123456')

async function buy(terminal: Terminal, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await terminal.purchase({ operator: '01', amount, card: swipe() })
}

describe('settlement', () => {
  it('balances, closes the batch, and goes on with the trace and the next batch', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal, 2)
      await terminal.void({ operator: '01', stan: '000002', card: swipe(), supervisor })
      expect(await terminal.settle('01')).toMatchObject({
        kind: 'settled',
        balanced: true,
        closedBatch: '000007',
        nextBatch: '000008',
        uploaded: 0,
        printed: true,
      })
      expect(host.batch.closed).toMatchObject([
        { batch: 7, balanced: true, totals: { debitMinor: 2000n, debitCount: 2, creditMinor: 1000n, creditCount: 1 } },
      ])
      expect(printer.slips[0]).toMatchObject({ kind: 'settlement', copy: 'report' })
      expect(printer.slips[0]?.markup).toContain('对账平')
      expect(terminal.state).toMatchObject({ batchNumber: '000008', records: [], nextStan: 7 })
      await buy(terminal, 1)
      expect(terminal.state.records[0]).toMatchObject({ batchNumber: '000008', stan: '000007' })
    }))

  it('uploads eight records a packet when the totals differ, and says so on the slip', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal, 9)
      host.batch.miscount = 5n
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: false, uploaded: 9 })
      const uploads = host.seen.filter(({ kind }) => kind === 'batchUpload')
      expect(uploads.map(({ message }) => message.text('48')?.slice(0, 2))).toEqual(['08', '01'])
      expect(host.seen.at(-1)?.message.text('60.3')).toBe('202')
      expect(host.seen.at(-1)?.message.text('48')).toBe('0009')
      expect(printer.slips[0]?.markup).toContain('对账不平')
    }))

  it.each(['0500', '0320'])('goes on where a lost %s answer stopped it, also after a restart', (mti) =>
    withTerminal(async (bench) => {
      await buy(bench.terminal, 9)
      bench.host.batch.miscount = 5n
      bench.host.next({ kind: 'swallowAnswer' }, mti)
      expect(await bench.terminal.settle('01')).toMatchObject({ kind: 'interrupted' })
      expect(await bench.terminal.purchase({ operator: '01', amount, card: swipe() })).toEqual({
        kind: 'refused',
        reason: 'settling',
      })
      const { terminal, printer } = await bench.restart()
      await terminal.start()
      expect(terminal.state).toMatchObject({ batchNumber: '000008', records: [], settlement: undefined })
      expect(bench.host.batch.closed).toMatchObject([{ uploaded: 9, balanced: false }])
      expect(printer.slips.map(({ kind }) => kind)).toEqual(['settlement'])
    }),
  )

  it('sends only the packets that were not answered', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal, 9)
      host.batch.miscount = 5n
      const lostSecond = { kind: 'call', work: () => host.next({ kind: 'loseRequest' }, '0320') } as const
      host.next(lostSecond, '0320')
      expect(await terminal.settle('01')).toEqual({ kind: 'interrupted', phase: 'uploading' })
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', uploaded: 1 })
      const uploads = host.seen.filter(({ kind }) => kind === 'batchUpload')
      expect(uploads.map(({ message }) => message.text('48')?.slice(0, 2))).toEqual(['08', '01'])
    }))

  it('sees that the host closed the batch when the end was answered in vain', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal, 1)
      host.next({ kind: 'swallowAnswer' }, '0320')
      expect(await terminal.settle('01')).toEqual({ kind: 'interrupted', phase: 'balanced' })
      // The host has forgotten our keys too: sign-on tells the new batch number.
      host.keys = undefined
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true, nextBatch: '000008' })
      expect(terminal.state).toMatchObject({ batchNumber: '000008', records: [], mustSettle: false, signedOn: true })
    }))

  it('goes on after 96 to an end message: the one before, whose answer was lost, may have closed the batch', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal, 1)
      host.next({ kind: 'swallowAnswer' }, '0320')
      expect(await terminal.settle('01')).toEqual({ kind: 'interrupted', phase: 'balanced' })
      host.next({ kind: 'decline', responseCode: '96' }, '0320')
      expect(await terminal.settle('01')).toEqual({ kind: 'interrupted', phase: 'balanced' })
      host.keys = undefined
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true, nextBatch: '000008' })
    }))

  it('resolves the pending reversal first and refuses while it is unanswered', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal, 1)
      host.next({ kind: 'swallowAnswer' }, '0200')
      host.next({ kind: 'loseRequest' }, '0400')
      host.next({ kind: 'loseRequest' }, '0400')
      await buy(terminal, 1)
      expect(await terminal.settle('01')).toEqual({ kind: 'refused', reason: 'reversalPending' })
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
      expect(host.batch.closed[0]?.totals).toMatchObject({ debitMinor: 1000n, debitCount: 1 })
    }))

  it('adopts another batch of the host only when its own is empty', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal, 1)
      host.batch.batchNumber = 9
      await terminal.signOn('01')
      expect(terminal.state).toMatchObject({ batchNumber: '000007', mustSettle: true })
      expect(await terminal.purchase({ operator: '01', amount, card: swipe() })).toEqual({
        kind: 'refused',
        reason: 'mustSettle',
      })
      expect(await terminal.abandonBatch(supervisor)).toEqual({ kind: 'done' })
      expect(terminal.state.cases).toMatchObject([{ problem: 'batchAbandoned', amountMinor: 1000n }])
      await terminal.signOn('01')
      expect(terminal.state).toMatchObject({ batchNumber: '000009', mustSettle: false })
      expect(await terminal.purchase({ operator: '01', amount, card: swipe() })).toMatchObject({ kind: 'approved' })
    }))

  it('says what the host said when it refuses', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'decline', responseCode: '96' }, '0500')
      expect(await terminal.settle('01')).toMatchObject({ kind: 'declined', responseCode: '96' })
      expect(terminal.state.settlement).toBeUndefined()
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
    }))

  it('refuses a payment when the batch is full', () =>
    withTerminal(
      async ({ terminal }) => {
        await buy(terminal, 2)
        expect(await terminal.purchase({ operator: '01', amount, card: swipe() })).toEqual({
          kind: 'refused',
          reason: 'batchFull',
        })
      },
      { configuration: { batchRecordsMax: 2 } },
    ))
})
