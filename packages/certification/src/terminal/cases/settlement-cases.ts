// Settlement of the terminal: totals to the fen, upload when the host wants it, the end message, and an end that gets no answer
// (terminal-protocol §2.6, §4.3).

import { noTotals, parseDetails, parseTotals, totalsOf, totalsText, yuan } from '../../protocol/batch-fields.ts'
import { formatTotals } from '../../protocol/batch-fields.ts'
import type { Incoming, TerminalDesk } from '../terminal-desk.ts'
import { needs, type TerminalCase } from '../terminal-case.ts'

function judgeTotals(desk: TerminalDesk): void {
  const own = totalsOf(desk.book.entries(desk.batchNumber))
  const told = parseTotals(desk.first.message.text('48'))
  const got = told === undefined ? 'no 62 digits' : totalsText(told.domestic)
  desk.record.check('domestic totals of F48', totalsText(own), got)
  desk.record.check('foreign totals of F48', totalsText(noTotals), told === undefined ? got : totalsText(told.foreign))
  desk.record.check('flags of F48', '00', told?.flags ?? 'absent')
}

async function endWith(desk: TerminalDesk, networkCode: string): Promise<Incoming> {
  const end = await desk.expect(['batchUploadEnd'], 'the end message')
  desk.record.check('F60.3 of the end', networkCode, end.message.text('60.3') ?? 'absent')
  return end
}

interface Uploaded {
  readonly stan: string
  readonly pan: string
  readonly amountMinor: bigint
}

/** Packets of 201, or single refunds and advices with their own 60.1; then the end. */
async function takeUpload(desk: TerminalDesk): Promise<Uploaded[]> {
  const uploaded: Uploaded[] = []
  for (;;) {
    const packet = await desk.expect(['batchUpload', 'batchUploadEnd'], 'the upload')
    if (packet.kind === 'batchUploadEnd') {
      desk.putBack(packet)
      return uploaded
    }
    const records = recordsOf(packet)
    desk.record.check(
      'F48 of the upload',
      'a count of 1 to 8 and as many records',
      records === undefined ? 'broken' : 'right',
      records !== undefined,
    )
    uploaded.push(...(records ?? []))
    desk.answer(packet)
  }
}

function recordsOf({ message }: Incoming): Uploaded[] | undefined {
  if (message.text('60.1') === '00') return parseDetails(message.text('48'))
  const [stan, pan, amountMinor] = [message.text('11'), message.text('2'), message.amount('4')]
  return stan === undefined || pan === undefined || amountMinor === undefined ? undefined : [{ stan, pan, amountMinor }]
}

function judgeUpload(desk: TerminalDesk, uploaded: readonly Uploaded[]): void {
  const shown = (records: readonly Uploaded[]): string[] =>
    records.map(({ stan, amountMinor }) => `${stan} ${yuan(amountMinor)}`).toSorted()
  const entries = desk.book.entries(desk.batchNumber)
  desk.record.check('records of the upload', shown(entries).join(', '), shown(uploaded).join(', '))
  const wrong = uploaded.filter(({ stan, pan }) => entries.find((entry) => entry.stan === stan)?.pan !== pan)
  desk.record.check(
    'card numbers of the upload',
    'all right',
    wrong.length === 0 ? 'all right' : `${wrong.length} wrong`,
  )
}

/** Whatever the totals say, the host answers that they differ. */
function differ(desk: TerminalDesk): void {
  const { first } = desk
  const own = totalsOf(desk.book.entries(desk.batchNumber))
  desk.send(first, desk.bytes(first, { code: '00', digits: formatTotals(own, '21') }))
}

const settle = { zh: '消费几笔后结算', en: 'Sell something, then settle' }

export const settlementCases: readonly TerminalCase[] = [
  {
    id: 'settlement.balanced',
    title: { zh: '结算总计分毫不差，对账平后结束', en: 'Totals to the fen; balanced, then the end' },
    section: '§2.6, §4.3',
    trigger: 'settlement',
    ask: settle,
    notApplicable: needs('settlement'),
    run: async (desk) => {
      judgeTotals(desk)
      const facts = desk.answer(desk.first)
      const balanced = parseTotals(facts.digits)?.flags.startsWith('1') === true
      if (!balanced) await takeUpload(desk)
      desk.answer(await endWith(desk, balanced ? '207' : '202'))
    },
  },
  {
    id: 'settlement.uploadWanted',
    title: { zh: '对账不平：上送全部明细后结束', en: 'The host wants the upload: every record, then the end' },
    section: '§2.6, §4.3',
    trigger: 'settlement',
    ask: { zh: '消费一笔、撤销一笔后结算', en: 'Sell, void one, then settle' },
    notApplicable: needs('settlement'),
    run: async (desk) => {
      judgeTotals(desk)
      differ(desk)
      const uploaded = await takeUpload(desk)
      judgeUpload(desk, uploaded)
      const end = await endWith(desk, '202')
      desk.record.check('F48 of the end', String(uploaded.length).padStart(4, '0'), end.message.text('48') ?? 'absent')
      desk.answer(end)
    },
  },
  {
    id: 'settlement.endUnanswered',
    title: {
      zh: '批上送结束无应答须重发，之后才清批次',
      en: 'An end without an answer comes again; only then is the batch cleared',
    },
    section: '§4.3',
    trigger: 'settlement',
    ask: { zh: '结算；中断后再次结算', en: 'Settle; when it is interrupted, settle again' },
    notApplicable: needs('settlement'),
    run: async (desk) => {
      judgeTotals(desk)
      desk.answer(desk.first)
      await endWith(desk, '207')
      desk.prompt({ zh: '请再次结算', en: 'Settle again' }, 'settlement')
      const again = await desk.expect(['batchUploadEnd', 'settlement'], 'the settlement goes on')
      if (again.kind === 'settlement') desk.answer(again)
      desk.answer(again.kind === 'batchUploadEnd' ? again : await endWith(desk, '207'))
    },
  },
]
