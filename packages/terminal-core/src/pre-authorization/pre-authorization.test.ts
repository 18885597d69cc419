// The pre-authorization family: hold, void, completion by request and by advice, void of a completion (requirement A4).

import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import type { Terminal } from '../engine/terminal.ts'
import { swipe } from '../testing/test-terminal.ts'
import { withTerminal } from '../testing/with-terminal.ts'

const amount = { minorUnits: 50_000n, currency: 'CNY' } as const
const supervisor = new Sensitive('123456')
const reference = { operator: '01', amount, card: swipe(), approvalCode: '000002', date: '0601' } as const

const hold = (terminal: Terminal) => terminal.preAuthorization({ operator: '01', amount, card: swipe() })

describe('pre-authorization', () => {
  it('holds, and does not count in the totals', () =>
    withTerminal(async ({ terminal, host }) => {
      expect(await hold(terminal)).toMatchObject({ kind: 'approved', approvalCode: '000002' })
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
      expect(host.batch.closed).toMatchObject([{ totals: { debitCount: 0, creditCount: 0 } }])
    }))

  it('is voided with the supervisor, by approval code and date', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      expect(await terminal.preAuthorizationVoid({ ...reference, supervisor: undefined })).toMatchObject({
        reason: 'needsSupervisor',
      })
      expect(await terminal.preAuthorizationVoid({ ...reference, supervisor })).toMatchObject({ kind: 'approved' })
      const sent = host.seen.at(-1)!.message
      expect([sent.mti, sent.text('38'), sent.text('61.1'), sent.text('61.3')]).toEqual([
        '0100',
        '000002',
        '000000',
        '0601',
      ])
    }))

  it('reverses a void whose answer is lost, with card number, approval code and date', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      host.next({ kind: 'swallowAnswer' }, '0100')
      await terminal.preAuthorizationVoid({ ...reference, supervisor })
      await terminal.whenIdle()
      const reversal = host.seen.at(-1)!.message
      expect([reversal.text('2'), reversal.text('38'), reversal.text('61.3')]).toEqual([
        '6225880000000001',
        '000002',
        '0601',
      ])
      expect(host.standing().map(({ kind, state }) => [kind, state])).toEqual([['preAuthorization', 'approved']])
    }))

  it('is completed by request, and the completion is voided', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      expect(await terminal.completion(reference)).toMatchObject({ kind: 'approved', stan: '000003' })
      const options = { operator: '01', stan: '000003', card: swipe(), supervisor }
      expect(await terminal.void(options)).toEqual({ kind: 'refused', reason: 'originalNotVoidable' })
      expect(await terminal.completionVoid(options)).toMatchObject({ kind: 'approved' })
      expect(host.seen.at(-1)!.message.text('60.1')).toBe('21')
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
      expect(host.batch.closed[0]?.totals).toMatchObject({ debitCount: 1, creditCount: 1 })
    }))

  it('is completed by advice while the host is away, and sent before settlement', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      const { port } = host
      await host.stop()
      expect(await terminal.completionAdvice(reference)).toEqual({ kind: 'stored', stan: '000003' })
      await terminal.whenIdle()
      expect(terminal.state.advices).toHaveLength(1)
      expect(await terminal.settle('01')).toEqual({ kind: 'refused', reason: 'advicesPending' })
      await host.start(port)
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
      expect(host.batch.closed[0]?.totals).toMatchObject({ debitMinor: 50_000n, debitCount: 1 })
    }))

  it('sends one stored advice after an online transaction, with its own trace', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'loseRequest' }, '0220')
      expect(await terminal.completionAdvice(reference)).toEqual({ kind: 'stored', stan: '000003' })
      await terminal.whenIdle()
      expect(terminal.state.advices).toMatchObject([{ stan: '000003', attempts: 2 }])
      await terminal.purchase({ operator: '01', amount, card: swipe() })
      await terminal.whenIdle()
      expect(terminal.state.advices).toEqual([])
      expect(terminal.state.records.map(({ kind, stan }) => [kind, stan])).toEqual([
        ['preAuthorization', '000002'],
        ['purchase', '000004'],
        ['completionAdvice', '000003'],
      ])
      expect(host.seen.at(-1)!.message.has(35)).toBe(false)
    }))

  it('keeps an advice that a busy host could not work on, whether it was sent for the first time or again', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      host.next({ kind: 'busy' }, '0220')
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'busy' }, '0220')
      expect(await terminal.completionAdvice(reference)).toEqual({ kind: 'stored', stan: '000003' })
      await terminal.whenIdle()
      await terminal.retryWaiting()
      expect(terminal.state).toMatchObject({ advices: [{ stan: '000003', attempts: 3 }], cases: [], requirements: [] })
      expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
      expect(host.batch.closed[0]?.totals).toMatchObject({ debitMinor: 50_000n, debitCount: 1 })
    }))

  it.each(['77', 'A0'])('signs on by itself and sends an advice again when a host answers it with %s', (code) =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'loseRequest' }, '0220')
      await terminal.completionAdvice(reference)
      await terminal.whenIdle()
      host.next({ kind: 'turnAway', responseCode: code }, '0220')
      const before = host.seen.length
      await terminal.retryWaiting()
      expect(host.seen.slice(before).map(({ kind }) => kind)).toEqual([
        'completionAdvice',
        'signOn',
        'completionAdvice',
      ])
      expect(terminal.state).toMatchObject({ advices: [], cases: [], requirements: [] })
      expect(host.standing()).toHaveLength(2)
    }),
  )

  it('signs on once only for an advice that a host goes on refusing for want of keys', () =>
    withTerminal(async ({ terminal, host }) => {
      await hold(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'loseRequest' }, '0220')
      await terminal.completionAdvice(reference)
      await terminal.whenIdle()
      for (let time = 1; time <= 4; time++) host.next({ kind: 'turnAway', responseCode: '77' }, '0220')
      const before = host.seen.length
      await terminal.retryWaiting()
      expect(host.seen.slice(before).filter(({ kind }) => kind === 'signOn')).toHaveLength(1)
      expect(host.seen.slice(before).filter(({ kind }) => kind === 'completionAdvice')).toHaveLength(2)
      expect(terminal.state).toMatchObject({ advices: [{ stan: '000003' }], cases: [] })
    }))

  it('puts a declined advice on the list of cases', () =>
    withTerminal(async ({ terminal, host, printer }) => {
      await hold(terminal)
      host.next({ kind: 'loseRequest' }, '0220')
      host.next({ kind: 'decline', responseCode: '64' }, '0220')
      await terminal.completionAdvice(reference)
      await terminal.whenIdle()
      expect(terminal.state.cases).toMatchObject([{ problem: 'adviceDeclined', responseCode: '64' }])
      expect(printer.slips[0]?.markup).toContain('64 与原交易金额不符')
    }))
})

describe('balance inquiry', () => {
  it('tells the balance and enters no batch', () =>
    withTerminal(async ({ terminal, printer }) => {
      const options = { operator: '01', card: swipe(), pin: new Sensitive('123456'), print: true }
      expect(await terminal.balanceInquiry(options)).toMatchObject({ kind: 'approved', balanceMinor: 123_456n })
      expect(terminal.state.records).toEqual([])
      expect(printer.slips[0]?.markup).toContain('1,234.56')
    }))

  it('is not reversed when the answer is lost', () =>
    withTerminal(async ({ terminal, host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      expect(await terminal.balanceInquiry({ operator: '01', card: swipe() })).toMatchObject({
        kind: 'unknown',
        next: 'none',
      })
      await terminal.whenIdle()
      expect(host.seen.some(({ mti }) => mti === '0400')).toBe(false)
    }))
})
