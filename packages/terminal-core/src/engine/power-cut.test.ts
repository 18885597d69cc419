// The power goes at every single moment of a working day (before and after each journal record, before and after each message),
// and each time the next start must bring terminal and host to the same books with a slip for every payment.

import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sensitive } from '@shua/card-data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryPrinter } from '../driver/memory-printer.ts'
import { PowerCut } from '../testing/power-cut.ts'
import { TestHost } from '../testing/test-host.ts'
import { openTestTerminal, quickProfile, swipe, testMasterKey } from '../testing/test-terminal.ts'
import type { Terminal } from './terminal.ts'

const amount = { minorUnits: 1000n, currency: 'CNY' } as const
const supervisor = new Sensitive('123456')
const profile = { ...quickProfile(), answerTimeoutMs: 150 }

type Day = (terminal: Terminal, host: TestHost) => Promise<void>

/** Approved, declined, lost, voided; then a settlement that balances. */
const busyDay: Day = async (terminal, host) => {
  await terminal.signOn('01')
  await terminal.purchase({ operator: '01', amount, card: swipe() })
  host.next({ kind: 'decline', responseCode: '51' }, '0200')
  await terminal.purchase({ operator: '01', amount, card: swipe() })
  host.next({ kind: 'swallowAnswer' }, '0200')
  await terminal.purchase({ operator: '01', amount, card: swipe() })
  await terminal.void({ operator: '01', stan: '000002', card: swipe(), supervisor })
  await terminal.settle('01')
}

/** A hold, its completion told by a stored advice, and a refund. */
const authorizationDay: Day = async (terminal, host) => {
  await terminal.signOn('01')
  await terminal.purchase({ operator: '01', amount, card: swipe() })
  await terminal.preAuthorization({ operator: '01', amount, card: swipe() })
  host.next({ kind: 'loseRequest' }, '0220')
  const reference = { operator: '01', amount, card: swipe(), approvalCode: '000003', date: '0601' }
  await terminal.completionAdvice(reference)
  await terminal.refund({ operator: '01', amount, card: swipe(), rrn: '000007000002', date: '0601', supervisor })
  await terminal.whenIdle()
}

/** Totals that differ, so that the batch is uploaded. */
const uploadDay: Day = async (terminal, host) => {
  await terminal.signOn('01')
  for (let index = 0; index < 2; index++) await terminal.purchase({ operator: '01', amount, card: swipe() })
  host.batch.miscount = 7n
  await terminal.settle('01')
}

describe('power cut', () => {
  let prepared: string

  beforeAll(async () => {
    prepared = await mkdtemp(join(tmpdir(), 'shua-prepared-'))
    const { terminal } = await openTestTerminal({ directory: prepared, port: 1, profile })
    await terminal.start()
    await terminal.close()
  })

  afterAll(() => rm(prepared, { recursive: true }))

  /** Runs the day with the power going at the moment; answers how many moments there were and what was found wrong. */
  async function live(day: Day, moment: number): Promise<{ moments: number; wrong: string[] }> {
    const directory = await mkdtemp(join(tmpdir(), 'shua-power-'))
    await cp(prepared, directory, { recursive: true })
    const host = await new TestHost({ profile, masterKey: testMasterKey, random: randomBytes }).start()
    const printer = new MemoryPrinter(1000)
    const common = { directory, port: host.port, profile, printer }
    const cut = new PowerCut(moment)
    const before = await openTestTerminal({
      ...common,
      wrapLink: (link) => cut.link(link),
      wrapJournal: (journal) => cut.journal(journal),
    })
    await Promise.race([day(before.terminal, host).then(() => before.terminal.whenIdle()), cut.happened])
    await before.journal.close()
    host.faults.length = 0
    const { terminal } = await openTestTerminal(common)
    await terminal.start()
    // A start while the host still owes an answer may leave work; settling ends all of it.
    if (!terminal.state.signedOn) await terminal.signOn('01')
    if (terminal.state.records.length > 0 || host.batch.closed.length === 0) await terminal.settle('01')
    const wrong = differences(terminal, host, printer)
    await terminal.close()
    await host.stop()
    await rm(directory, { recursive: true })
    return { moments: cut.count, wrong: wrong.map((problem) => `moment ${moment}: ${problem}`) }
  }

  function differences(terminal: Terminal, host: TestHost, printer: MemoryPrinter): string[] {
    const { state } = terminal
    const wrong: string[] = []
    const expectThat = (holds: boolean, problem: string): void => {
      if (!holds) wrong.push(problem)
    }
    expectThat(state.pendingReversal === undefined, 'a reversal is pending')
    expectThat(state.settlement === undefined, 'a settlement is open')
    expectThat(state.advices.length === 0 && state.records.length === 0, 'the batch is not empty')
    expectThat(Number(state.batchNumber) === host.batch.batchNumber, 'the batch numbers differ')
    // The host had answered a refund that the terminal asked for again: that one is a case, everything else is in the books.
    const unknown = new Set(state.cases.map(({ problem, stan }) => (problem === 'adviceUnknown' ? stan : '')))
    const standing = host.standing().filter(({ stan }) => !unknown.has(stan))
    const book = (lines: readonly { stan: string; amountMinor: bigint }[]): string =>
      lines
        .map(({ stan, amountMinor }) => `${stan} ${amountMinor}`)
        .toSorted()
        .join(', ')
    const known = book(state.closedBatch?.records ?? [])
    expectThat(known === book(standing), `terminal ${known}; host ${book(standing)}`)
    for (const { stan, kind } of standing) {
      const slips = printer.slips.filter((slip) => slip.kind === kind && slip.markup.includes(`| ${stan}`))
      const copies = new Set(slips.map(({ copy }) => copy))
      expectThat(copies.has('merchant') && copies.has('cardholder'), `no slips of ${stan}`)
    }
    const once = host.seen.filter(({ mti }) => mti === '0200' || mti === '0100').map(({ stan }) => stan)
    expectThat(new Set(once).size === once.length, 'a trace number was used twice')
    expectThat(
      printer.slips.some(({ kind }) => kind === 'settlement'),
      'no settlement slip',
    )
    return wrong
  }

  it.each([
    ['a busy day', busyDay],
    ['a day with authorizations', authorizationDay],
    ['a day with an upload', uploadDay],
  ])(
    'leaves no difference at any moment of %s',
    async (_name, day) => {
      const undisturbed = await live(day, -1)
      expect(undisturbed.moments).toBeGreaterThan(25)
      const wrong = [...undisturbed.wrong]
      for (let moment = 0; moment < undisturbed.moments; moment++) wrong.push(...(await live(day, moment)).wrong)
      expect(wrong).toEqual([])
    },
    240_000,
  )
})
