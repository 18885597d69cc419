// Purchases over a real socket to the test host: what the terminal does on approval, decline and every kind of doubt.

import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sensitive } from '@shua/card-data'
import { formatTerminalParameters, terminalProfiles, type TerminalProfileName } from '@shua/scheme'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withTerminal } from '../testing/with-terminal.ts'
import { TestHost, type HostFault } from '../testing/test-host.ts'
import {
  openTestTerminal,
  quickProfile,
  swipe,
  testMasterKey,
  testPan,
  testTrack,
  type TestTerminal,
} from '../testing/test-terminal.ts'

const amount = { minorUnits: 10_000n, currency: 'CNY' } as const
const pin = new Sensitive('123456')

describe('purchase', () => {
  let directory: string
  let host: TestHost
  let opened: TestTerminal

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shua-terminal-'))
    host = await new TestHost({ profile: quickProfile(), masterKey: testMasterKey, random: randomBytes }).start()
    opened = await openTestTerminal({ directory, port: host.port })
    await opened.terminal.start()
    await opened.terminal.signOn('01')
  })

  afterEach(async () => {
    await opened.terminal.close()
    await host.stop()
    await rm(directory, { recursive: true })
  })

  const buy = () => opened.terminal.purchase({ operator: '01', amount, card: swipe(), pin })

  it('is approved, stored, and printed twice, and leaves no reversal', async () => {
    const outcome = await buy()
    expect(outcome).toMatchObject({
      kind: 'approved',
      responseCode: '00',
      stan: '000002',
      rrn: '000007000002',
      printed: true,
    })
    const { state } = opened.terminal
    expect(state.pendingReversal).toBeUndefined()
    expect(state.records).toHaveLength(1)
    expect(state.records[0]).toMatchObject({ kind: 'purchase', batchNumber: '000007', operator: '01', printed: true })
    expect(opened.printer.slips.map(({ copy }) => copy)).toEqual(['cardholder', 'merchant'])
  })

  it('keeps card number, track, PIN and keys out of the journal file', async () => {
    await buy()
    const text = await readFile(join(directory, 'journal.log'), 'latin1')
    for (const secret of [testPan, testTrack, '123456"', testMasterKey, '1234567890123'])
      expect(text).not.toContain(secret)
    expect(text).toContain('622588******0001')
  })

  it('writes the reversal record before the request leaves', async () => {
    let atHost = ''
    host.next({
      kind: 'call',
      work: async () => {
        atHost = await readFile(join(directory, 'journal.log'), 'utf8')
      },
    })
    await buy()
    expect(atHost).toContain('"type":"paymentStarted"')
    expect(atHost).toContain('"reason":"98"')
    expect(atHost).not.toContain('paymentApproved')
  })

  it('does not reverse a declined purchase', async () => {
    host.next({ kind: 'decline', responseCode: '51' })
    expect(await buy()).toMatchObject({ kind: 'declined', responseCode: '51' })
    await opened.terminal.whenIdle()
    expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn', 'purchase'])
    expect(opened.terminal.state.last).toMatchObject({ outcome: 'declined', responseCode: '51' })
  })

  it.each<[string, HostFault, string]>([
    ['the answer is lost', { kind: 'swallowAnswer' }, '98'],
    ['the request is lost', { kind: 'loseRequest' }, '98'],
    ['the MAC of the approval is wrong', { kind: 'wrongMac' }, 'A0'],
    ['the approval has no MAC', { kind: 'noMac' }, 'A0'],
    ['the answer is for another trace', { kind: 'wrongStan' }, '98'],
    ['the answer is no message', { kind: 'garbage' }, '98'],
    ['the issuer did not answer the host', { kind: 'decline', responseCode: '98' }, '98'],
    ['the host was busy', { kind: 'busy' }, '06'],
    ['the host was busy with one copy and approved another', { kind: 'answerRolledBackCopy' }, '06'],
  ])('is unknown and then reversed when %s', async (_name, fault, reason) => {
    host.next(fault, '0200')
    expect(await buy()).toMatchObject({ kind: 'unknown', next: 'reversal', stan: '000002' })
    await opened.terminal.whenIdle()
    const reversal = host.seen.find(({ mti }) => mti === '0400')
    expect(reversal?.message.text('11')).toBe('000002')
    expect(reversal?.message.text('39')).toBe(reason)
    expect(reversal?.message.fields()).toEqual([3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 64])
    expect(opened.terminal.state.pendingReversal).toBeUndefined()
    expect(opened.terminal.state.last?.outcome).toBe('reversed')
    expect(opened.terminal.state.records).toHaveLength(0)
    expect(host.standing()).toHaveLength(0)
  })

  it('says that nothing was sent when the host cannot be reached', async () => {
    await host.stop()
    expect(await buy()).toEqual({ kind: 'refused', reason: 'hostUnreachable' })
    expect(opened.terminal.state.pendingReversal).toBeUndefined()
    expect(opened.terminal.state.last?.outcome).toBe('notSent')
  })

  it('takes the granted amount of a partial approval', async () => {
    host.next({ kind: 'approve', responseCode: '10', amountMinor: 6000n })
    expect(await buy()).toMatchObject({ kind: 'approved', responseCode: '10', amountMinor: 6000n })
    expect(opened.terminal.state.records[0]?.amountMinor).toBe(6000n)
  })

  it('signs on again after 77 and then pays', async () => {
    host.keys = undefined
    expect(await buy()).toMatchObject({ kind: 'declined', responseCode: '77' })
    expect(await buy()).toMatchObject({ kind: 'approved', stan: '000004' })
    expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn', 'purchase', 'signOn', 'purchase'])
  })

  it.each([
    ['1', ['parameterDownload']],
    ['2', ['statusReport']],
    ['3', ['signOn']],
    ['7', ['stopListDownload', 'stopListDownloadEnd']],
  ])('does what header digit %s asks for after the transaction', async (digit, kinds) => {
    host.next({ kind: 'requirement', digit }, '0200')
    expect(await buy()).toMatchObject({ kind: 'approved' })
    await opened.terminal.whenIdle()
    expect(host.seen.slice(2).map(({ kind }) => kind)).toEqual(kinds)
    expect(opened.terminal.state.requirements).toEqual([])
  })

  it('refuses a card on the stop list without asking the host', async () => {
    host.stopList = ['6225880002', '6225880001', '6225880003']
    expect(await opened.terminal.downloadStopList()).toEqual({ kind: 'done' })
    expect(opened.terminal.state.stopList).toHaveLength(3)
    const before = host.seen.length
    expect(await buy()).toEqual({ kind: 'refused', reason: 'cardStopListed' })
    expect(host.seen).toHaveLength(before)
  })

  it('refuses to trade when not signed on', async () => {
    await opened.terminal.signOff('01')
    expect(await buy()).toEqual({ kind: 'refused', reason: 'notSignedOn' })
  })

  it('gives the reversal up after the last attempt, prints a slip, and keeps a case', async () => {
    host.next({ kind: 'swallowAnswer' }, '0200')
    for (let attempt = 0; attempt < 3; attempt++) host.next({ kind: 'loseRequest' }, '0400')
    await buy()
    await opened.terminal.whenIdle()
    expect(opened.terminal.state.pendingReversal?.attempts).toBe(1)
    // While the reversal is unanswered no other payment starts.
    expect(await buy()).toEqual({ kind: 'refused', reason: 'reversalPending' })
    expect(await opened.terminal.resolveReversal()).toMatchObject({ kind: 'unresolved', stan: '000002' })
    expect(opened.printer.slips[0]?.kind).toBe('reversalFailed')
    expect(opened.terminal.state.cases).toMatchObject([{ problem: 'reversalUnanswered', stan: '000002' }])
    expect(await opened.terminal.retryCase('000007-000002')).toMatchObject({ kind: 'reversed', responseCode: '00' })
    expect(opened.terminal.state.cases).toEqual([])
    expect(host.standing()).toEqual([])
  })

  it('keeps a purchase without paper and prints it when there is some', async () => {
    opened.printer.setPaper('out')
    expect(await buy()).toMatchObject({ kind: 'approved', printed: false })
    opened.printer.setPaper('ok')
    await opened.terminal.printUnprinted()
    expect(opened.printer.slips).toHaveLength(2)
    expect(opened.terminal.state.records[0]?.printed).toBe(true)
  })

  it('tells the trace of the exchange, masked', async () => {
    const traces: string[] = []
    await opened.terminal.close()
    opened = await openTestTerminal({
      directory,
      port: host.port,
      onTrace: (trace) => traces.push(JSON.stringify(trace)),
    })
    await opened.terminal.start()
    await buy()
    const text = traces.join('\n')
    for (const name of [
      'stripeRead',
      'pinEncrypted',
      'reversalStored',
      'macComputed',
      'answerMatches',
      'answerMac',
      'approved',
    ]) {
      expect(text).toContain(`"name":"${name}"`)
    }
    expect(text).not.toContain(testPan)
    expect(text).toContain('000007000002')
  })
})

describe.each(Object.keys(terminalProfiles) as TerminalProfileName[])('profile %s', (name) => {
  it('signs on, buys with PIN and stripe, and voids', async () => {
    const profile = quickProfile(terminalProfiles[name])
    const directory = await mkdtemp(join(tmpdir(), 'shua-terminal-'))
    const host = await new TestHost({ profile, masterKey: testMasterKey, random: randomBytes }).start()
    const { terminal } = await openTestTerminal({ directory, port: host.port, profile })
    await terminal.start()
    expect(await terminal.signOn('01')).toEqual({ kind: 'done' })
    const bought = await terminal.purchase({ operator: '01', amount, card: swipe(), pin })
    expect(bought).toMatchObject({ kind: 'approved' })
    const supervisor = new Sensitive('123456')
    expect(await terminal.void({ operator: '01', stan: '000002', card: swipe(), supervisor })).toMatchObject({
      kind: 'approved',
    })
    await terminal.close()
    await host.stop()
    await rm(directory, { recursive: true })
  })
})

describe('a keyed card', () => {
  const pan = new Sensitive(testPan)

  it('goes with its expiry date, and is refused without it', () =>
    withTerminal(async ({ terminal, host }) => {
      const keyed = { method: 'manual', pan, expiry: '3012' } as const
      expect(await terminal.purchase({ operator: '01', amount, card: keyed })).toMatchObject({ kind: 'approved' })
      const sent = host.seen.at(-1)!.message
      expect([sent.text('22'), sent.text('2'), sent.text('14')]).toEqual(['012', testPan, '3012'])
      const without = { ...keyed, expiry: undefined }
      expect(await terminal.purchase({ operator: '01', amount, card: without })).toEqual({
        kind: 'refused',
        reason: 'expiryNeeded',
      })
    }))

  it('is refused when the parameters forbid it', () =>
    withTerminal(async ({ terminal, host }) => {
      host.parameters = formatTerminalParameters({
        answerTimeoutSeconds: 30,
        connectAttempts: 1,
        manualEntry: false,
        autoSignOff: false,
        merchantName: Buffer.from('cbb4cbb4', 'hex'),
        reversalAttempts: 5,
      })
      expect(await terminal.downloadParameters()).toEqual({ kind: 'done' })
      expect(terminal.state.parameters).toMatchObject({
        merchantName: '舜舜',
        reversalAttempts: 5,
        answerTimeoutSeconds: 30,
      })
      expect(
        await terminal.purchase({ operator: '01', amount, card: { method: 'manual', pan, expiry: '3012' } }),
      ).toEqual({ kind: 'refused', reason: 'manualEntryOff' })
    }))
})

describe('a keyed or swiped amount', () => {
  it.each([0n, -1n, 1_000_000_000_000n])('of %s is refused', (minorUnits) =>
    withTerminal(async ({ terminal, host }) => {
      const wrong = { minorUnits, currency: 'CNY' } as const
      expect(await terminal.purchase({ operator: '01', amount: wrong, card: swipe() })).toEqual({
        kind: 'refused',
        reason: 'amountInvalid',
      })
      expect(host.seen).toHaveLength(1)
    }),
  )
})
