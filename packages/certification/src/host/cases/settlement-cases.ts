// Settlement with balanced and with wrong totals, upload, end, and what must not happen in between (terminal-protocol §2.6, §4.3).

import {
  formatDetails,
  formatTotals,
  noTotals,
  parseTotals,
  totalsOf,
  totalsText,
  type Totals,
} from '../../protocol/batch-fields.ts'
import { originalOf, type HostKit } from '../host-kit.ts'
import type { Exchange } from '../judge-answer.ts'
import { needing, type HostCase } from '../host-case.ts'

async function askTotals(kit: HostKit, totals: Totals): Promise<{ exchange: Exchange; flags: string }> {
  const exchange = await kit.manage('settlement', { digits: formatTotals(totals, '00') })
  return { exchange, flags: parseTotals(exchange.answer.text('48'))?.flags ?? 'absent' }
}

async function upload(kit: HostKit): Promise<void> {
  for (const digits of formatDetails(kit.journal)) {
    const exchange = await kit.manage('batchUpload', { digits })
    kit.judge(exchange, 'batch')
    kit.expectCode(exchange, ['00'], 'F39 of the upload')
  }
}

async function end(kit: HostKit, networkCode: '202' | '207'): Promise<void> {
  const digits = String(kit.journal.length).padStart(4, '0')
  const exchange = await kit.manage('batchUploadEnd', { networkCode, digits })
  kit.judge(exchange, 'batch')
  kit.record.require('F39 of the end', '00', exchange.answer.text('39') ?? 'absent')
  const closed = kit.batchNumber
  kit.journal = []
  // The host's number of the new batch comes with a sign-on.
  const signOn = await kit.signOn()
  kit.record.require('sign-on', '00', signOn.answer.text('39') ?? 'absent')
  kit.record.check('batch after settlement', 'another one', kit.batchNumber === closed ? 'the same' : 'another one')
}

/** A batch that holds nothing but what the case puts into it, whatever was in the open one. */
async function freshBatch(kit: HostKit): Promise<void> {
  await kit.signOn()
  const { flags } = await askTotals(kit, totalsOf(kit.journal))
  if (flags.charAt(0) === '1') {
    await end(kit, '207')
    return
  }
  await upload(kit)
  await end(kit, '202')
}

async function someOfEach(kit: HostKit): Promise<void> {
  const first = await kit.approved({ kind: 'purchase', amountMinor: 10_01n })
  await kit.approved({ kind: 'purchase', amountMinor: 5_00n })
  if (kit.profile.flows.void) {
    await kit.approved({ kind: 'void', amountMinor: 10_01n, original: originalOf(first) })
  }
  if (kit.profile.flows.refund) {
    const second = await kit.approved({ kind: 'purchase', amountMinor: 3_00n })
    await kit.approved({ kind: 'refund', amountMinor: 3_00n, original: originalOf(second), pin: undefined })
  }
  if (kit.profile.flows.preAuthorization && kit.profile.flows.completion) {
    const held = originalOf(await kit.approved({ kind: 'preAuthorization', amountMinor: 2_00n }))
    await kit.approved({ kind: 'completion', amountMinor: 1_50n, original: held })
  }
}

const applicable = needing(['settlement'])

export const settlementCases: readonly HostCase[] = [
  {
    id: 'settlement.empty',
    title: { zh: '空批次结算', en: 'Settlement of an empty batch' },
    section: '§2.6, §4.3',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      const { exchange, flags } = await askTotals(kit, noTotals)
      kit.judge(exchange, 'settlement')
      kit.record.check('flags of F48', '1 (an empty block may stay 0)', flags, /^[01]{2}$/.test(flags))
      await end(kit, '207')
    },
  },
  {
    id: 'settlement.balanced',
    title: { zh: '结算对账平，结束后换批次', en: 'Settlement that balances; the end opens the next batch' },
    section: '§2.6, §4.3',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      await someOfEach(kit)
      const totals = totalsOf(kit.journal)
      const { exchange, flags } = await askTotals(kit, totals)
      kit.judge(exchange, 'settlement')
      kit.record.check('domestic flag of F48', '1', flags.charAt(0))
      const told = parseTotals(exchange.answer.text('48'))
      kit.record.check(
        'totals of the answer',
        totalsText(totals),
        told === undefined ? 'absent' : totalsText(told.domestic),
      )
      await end(kit, '207')
    },
  },
  {
    id: 'settlement.reversedDoNotCount',
    title: { zh: '被冲正与被拒绝的交易不计入总计', en: 'What was reversed or declined does not count' },
    section: '§2.6',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      await kit.approved({ kind: 'purchase', amountMinor: 1_00n })
      const { request } = await kit.approved({ kind: 'purchase', amountMinor: 9_00n })
      kit.expectCode(await kit.reverse(request), ['00'], 'F39 of the reversal')
      await kit.pay({ kind: 'purchase', amountMinor: 0n, pin: kit.card('good').pin })
      const { flags } = await askTotals(kit, totalsOf(kit.journal))
      kit.record.check('domestic flag of F48', '1', flags.charAt(0))
      await finishAs(kit, flags)
    },
  },
  {
    id: 'settlement.notBalanced',
    title: {
      zh: '对账不平：批上送（每包八笔）后结束',
      en: 'Totals that differ: upload in packets of eight, then the end',
    },
    section: '§2.6, §4.3',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      for (let count = 0; count < 9; count += 1) {
        await kit.approved({ kind: 'purchase', amountMinor: BigInt(1 + count) })
      }
      const totals = totalsOf(kit.journal)
      const { exchange, flags } = await askTotals(kit, { ...totals, debitMinor: totals.debitMinor + 1n })
      kit.judge(exchange, 'settlement')
      kit.record.check('domestic flag of F48', '2', flags.charAt(0))
      await finishAs(kit, flags)
    },
  },
  {
    id: 'settlement.wrongCount',
    title: { zh: '金额相符而笔数不符', en: 'The amounts agree but the count does not' },
    section: '§2.6, §4.3',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      await kit.approved({ kind: 'purchase', amountMinor: 2n })
      const { flags } = await askTotals(kit, { ...totalsOf(kit.journal), debitCount: 2 })
      kit.record.check('domestic flag of F48', '2', flags.charAt(0))
      await finishAs(kit, flags)
    },
  },
  {
    id: 'settlement.inProgress',
    title: { zh: '结算进行中的消费', en: 'A purchase while the settlement is under way' },
    section: '§4.3, §5',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      await kit.approved({ kind: 'purchase', amountMinor: 2n })
      const { flags } = await askTotals(kit, totalsOf(kit.journal))
      const request = kit.payment({ kind: 'purchase', amountMinor: 1_00n, pin: kit.card('good').pin })
      kit.refused(await kit.exchange(request, 'sealed'), ['90', '95', '77', '12'])
      await finishAs(kit, flags)
    },
  },
  {
    id: 'settlement.endRepeated',
    title: { zh: '批上送结束重发', en: 'The end message that comes twice' },
    section: '§4.3',
    notApplicable: applicable,
    run: async (kit) => {
      await freshBatch(kit)
      const batchNumber = kit.batchNumber
      await askTotals(kit, noTotals)
      await kit.manage('batchUploadEnd', { networkCode: '207', digits: '0000' })
      const again = await kit.manage('batchUploadEnd', { networkCode: '207', digits: '0000', batchNumber })
      // Retry up to N (§4.3): a terminal whose answer was lost must be able to finish.
      kit.expectCode(again, ['00'])
      await kit.signOn()
      kit.record.check('batch', 'another one', kit.batchNumber === batchNumber ? 'the same' : 'another one')
      kit.journal = []
    },
  },
  {
    id: 'settlement.closedBatch',
    title: { zh: '结算后撤销上一批次的交易', en: 'A void of a payment of the settled batch' },
    section: '§4.2, §4.4',
    notApplicable: needing(['settlement', 'void']),
    run: async (kit) => {
      await freshBatch(kit)
      const original = originalOf(await kit.approved({ kind: 'purchase', amountMinor: 1_00n }))
      await finishAs(kit, (await askTotals(kit, totalsOf(kit.journal))).flags)
      await kit.moves(0n, async () => {
        const exchange = await kit.pay({ kind: 'void', amountMinor: 1_00n, original, pin: kit.card('good').pin })
        kit.refused(exchange, ['25', '12'])
      })
    },
  },
]

/** Ends the batch in the way the host asked for. */
async function finishAs(kit: HostKit, flags: string): Promise<void> {
  if (flags.charAt(0) === '1') return end(kit, '207')
  await upload(kit)
  return end(kit, '202')
}
