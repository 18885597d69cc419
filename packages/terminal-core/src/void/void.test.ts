// Voids and refunds against the test host: what refers to an earlier transaction, and who must agree.

import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import type { Terminal } from '../engine/terminal.ts'
import { quickProfile, swipe } from '../testing/test-terminal.ts'
import { withTerminal } from '../testing/with-terminal.ts'

const amount = { minorUnits: 10_000n, currency: 'CNY' } as const
const supervisor = new Sensitive('123456')

const buy = (terminal: Terminal) => terminal.purchase({ operator: '01', amount, card: swipe() })

describe('void', () => {
  it('takes a purchase back once, in full, naming batch, trace, reference and approval', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal)
      const options = { operator: '02', stan: '2', card: swipe(), supervisor }
      expect(await terminal.void(options)).toMatchObject({ kind: 'approved', amountMinor: 10_000n })
      const sent = host.seen.at(-1)!.message
      expect([sent.text('61.1'), sent.text('61.2'), sent.text('37'), sent.text('38')]).toEqual([
        '000007',
        '000002',
        '000007000002',
        '000002',
      ])
      expect(printer.slips[1]?.markup).toContain('000007000002')
      expect(terminal.state.records.map(({ kind, status }) => [kind, status])).toEqual([
        ['purchase', 'voided'],
        ['void', 'approved'],
      ])
      expect(await terminal.void(options)).toEqual({ kind: 'refused', reason: 'originalVoided' })
    }))

  it.each([
    ['an unknown voucher', { stan: '000099' }, 'originalNotInBatch'],
    ['a void', { stan: '000003' }, 'originalNotVoidable'],
    ['no supervisor', { stan: '000004', supervisor: undefined }, 'needsSupervisor'],
    ['a wrong supervisor', { stan: '000004', supervisor: new Sensitive('999999') }, 'supervisorWrong'],
    ['no card', { stan: '000004', card: undefined }, 'cardNeeded'],
    ['another card', { stan: '000004', card: swipe('6225880000000002D30122011234567890123') }, 'cardDiffers'],
    ['an unreadable card', { stan: '000004', card: swipe('62258800') }, 'cardUnreadable'],
  ])('refuses %s without asking the host', (_name, changes, reason) =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal)
      await terminal.void({ operator: '01', stan: '000002', card: swipe(), supervisor })
      await buy(terminal)
      const before = host.seen.length
      const options = { operator: '01', card: swipe(), supervisor, ...changes }
      expect(await terminal.void(options)).toEqual({ kind: 'refused', reason })
      expect(host.seen).toHaveLength(before)
    }),
  )

  it('reverses a void whose answer is lost, and the purchase can be voided again', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal)
      host.next({ kind: 'swallowAnswer' }, '0200')
      const options = { operator: '01', stan: '000002', card: swipe(), supervisor }
      expect(await terminal.void(options)).toMatchObject({ kind: 'unknown', next: 'reversal' })
      await terminal.whenIdle()
      const reversal = host.seen.at(-1)!.message
      expect([reversal.text('61.1'), reversal.text('61.2')]).toEqual(['000007', '000002'])
      expect(reversal.has(2) || reversal.has(37) || reversal.has(38)).toBe(false)
      expect(terminal.state.records[0]?.status).toBe('approved')
      expect(await terminal.void(options)).toMatchObject({ kind: 'approved' })
    }))

  it('needs no card when the profile says so', async () => {
    await withTerminal(
      async ({ terminal, host }) => {
        await buy(terminal)
        const options = { operator: '01', stan: '000002', card: undefined, supervisor }
        expect(await terminal.void(options)).toMatchObject({ kind: 'approved' })
        expect(host.seen.at(-1)!.message.text('22')).toBe('002')
        expect(host.seen.at(-1)!.message.text('2')).toBe('6225880000000001')
      },
      { profile: { ...quickProfile(), voidNeedsCard: false } },
    )
  })
})

describe('refund', () => {
  const refund = (terminal: Terminal, minorUnits = 3000n) =>
    terminal.refund({
      operator: '01',
      amount: { minorUnits, currency: 'CNY' },
      card: swipe(),
      rrn: '000007000002',
      date: '0601',
      supervisor,
    })

  it('gives a part back and prints the original reference', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal)
      expect(await refund(terminal)).toMatchObject({ kind: 'approved', amountMinor: 3000n })
      const sent = host.seen.at(-1)!.message
      expect([sent.mti, sent.text('37'), sent.text('61.3'), sent.text('63')]).toEqual([
        '0220',
        '000007000002',
        '0601',
        '000',
      ])
      expect(printer.slips[1]?.markup).toContain('原参考号')
    }))

  it('is repeated with its own trace, never reversed, when the answer is lost', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      expect(await refund(terminal)).toMatchObject({ kind: 'unknown', next: 'repeat', stan: '000003' })
      await terminal.whenIdle()
      const refunds = host.seen.filter(({ mti }) => mti === '0220')
      expect(refunds.map(({ stan }) => stan)).toEqual(['000003'])
      expect(host.seen.some(({ mti }) => mti === '0400')).toBe(false)
      expect(terminal.state.advices).toEqual([])
      expect(terminal.state.records.at(-1)).toMatchObject({ kind: 'refund', amountMinor: 3000n })
      expect(printer.slips[0]?.kind).toBe('refund')
    }))

  it('becomes a case when the host had the first one and only says that it was a repeat', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal)
      host.next({ kind: 'swallowAnswer' }, '0220')
      expect(await refund(terminal)).toMatchObject({ kind: 'unknown', next: 'repeat' })
      await terminal.whenIdle()
      expect(terminal.state.cases).toMatchObject([{ problem: 'adviceUnknown', kind: 'refund', responseCode: '94' }])
      expect(printer.slips[0]?.kind).toBe('adviceFailed')
    }))

  it('becomes a case when the host has closed its batch: no fresh keys help', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await buy(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.batch.batchNumber = 9
      expect(await refund(terminal)).toMatchObject({ kind: 'unknown', next: 'repeat', stan: '000003' })
      await terminal.whenIdle()
      expect(terminal.state.cases).toMatchObject([
        { problem: 'adviceUnknown', kind: 'refund', stan: '000003', amountMinor: 3000n, responseCode: '77' },
      ])
      expect(terminal.state).toMatchObject({ advices: [], mustSettle: true, signedOn: true })
      expect(printer.slips[0]?.kind).toBe('adviceFailed')
    }))

  it.each(['03', '58', '90', '97'])('becomes a case when the host turns its second copy away with %s', (responseCode) =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal)
      host.next({ kind: 'swallowAnswer' }, '0220')
      host.next({ kind: 'turnAway', responseCode }, '0220')
      expect(await refund(terminal)).toMatchObject({ kind: 'unknown', next: 'repeat' })
      await terminal.whenIdle()
      expect(terminal.state.cases).toMatchObject([{ problem: 'adviceUnknown', kind: 'refund', responseCode }])
    }),
  )

  it('waits when keys are refused twice: a copy of the sign-on may have fetched others meanwhile', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'turnAway', responseCode: 'A0' }, '0220')
      host.next({ kind: 'turnAway', responseCode: 'A0' }, '0220')
      expect(await refund(terminal)).toMatchObject({ kind: 'unknown', next: 'repeat' })
      await terminal.whenIdle()
      expect(terminal.state.cases).toEqual([])
      expect(terminal.state.advices).toMatchObject([{ stan: '000003' }])
    }))

  it('keeps nothing when it could not be sent', () =>
    withTerminal(async ({ terminal, host }) => {
      await buy(terminal)
      await host.stop()
      expect(await refund(terminal)).toEqual({ kind: 'refused', reason: 'hostUnreachable' })
      expect(terminal.state.advices).toEqual([])
    }))
})
