// Everything that can go wrong on the way back: silence, late and wrong answers, cut connections, answers in pieces or twice, and what
// the terminal must make of it (terminal-protocol §4.1). No answer is unknown, never declined: it must be reversed or repeated.

import type { Message } from '@shua/iso8583'
import { framed } from '../../wire/frame-splitter.ts'
import { paymentShapes, type PaymentKind } from '../../protocol/catalogue.ts'
import type { Incoming, TerminalDesk } from '../terminal-desk.ts'
import { needs, type TerminalCase } from '../terminal-case.ts'
import { asked } from './payment-cases.ts'

const sell = { zh: '消费 1.00 元，等待其结束', en: 'Sell for 1.00 and let it end' }

interface Doubt {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly reasons: readonly string[]
  /** Sends, or does not send, what leaves the terminal in doubt. */
  readonly deliver: (desk: TerminalDesk, first: Incoming) => void | Promise<void>
}

function approveWith(change: (message: Message) => void) {
  return (desk: TerminalDesk, first: Incoming): void => {
    desk.send(first, desk.bytes(first, desk.approveInVain(first), { change }))
  }
}

const doubts: readonly Doubt[] = [
  {
    id: 'noAnswer',
    zh: '主机不应答',
    en: 'The host does not answer',
    reasons: ['98'],
    deliver: (desk, first) => void desk.approveInVain(first),
  },
  {
    id: 'cutBefore',
    zh: '应答前连接断开',
    en: 'The connection ends before the answer',
    reasons: ['98', '06'],
    deliver: (desk, first) => {
      desk.approveInVain(first)
      first.connection.cut()
    },
  },
  {
    id: 'cutInside',
    zh: '应答中途连接断开',
    en: 'The connection ends within the answer',
    reasons: ['98', '06'],
    deliver: (desk, first) => {
      const frame = framed(desk.bytes(first, desk.approveInVain(first)))
      first.connection.write(frame.subarray(0, Math.floor(frame.length / 2)))
      first.connection.cut()
    },
  },
  {
    id: 'wrongMac',
    zh: '应答 MAC 错误',
    en: 'The MAC of the approval is wrong',
    reasons: ['A0'],
    deliver: (desk, first) => desk.send(first, desk.bytes(first, desk.approveInVain(first), { mac: 'wrong' })),
  },
  {
    id: 'noMac',
    zh: '批准应答没有 MAC',
    en: 'The approval has no MAC',
    reasons: ['A0', '98', '06'],
    deliver: (desk, first) => desk.send(first, desk.bytes(first, desk.approveInVain(first), { mac: 'none' })),
  },
  {
    id: 'wrongTrace',
    zh: '应答的流水号不符',
    en: 'The answer echoes another trace',
    reasons: ['98', '06'],
    deliver: approveWith((message) => message.set(11, '999998')),
  },
  {
    id: 'wrongAmount',
    zh: '批准的金额不符',
    en: 'The approval names another amount',
    reasons: ['98', '06'],
    deliver: approveWith((message) => message.set(4, 1_000_00n)),
  },
  {
    id: 'wrongTerminal',
    zh: '应答的终端号不符',
    en: 'The answer is for another terminal',
    reasons: ['98', '06'],
    deliver: approveWith((message) => message.set(41, '99999999')),
  },
  {
    id: 'wrongType',
    zh: '应答的消息类型不符',
    en: 'The answer has the wrong MTI',
    reasons: ['98', '06'],
    deliver: approveWith((message) => {
      message.mti = '0110'
    }),
  },
  {
    id: 'unreadable',
    zh: '应答无法解析',
    en: 'The answer cannot be read',
    reasons: ['98', '06'],
    deliver: (desk, first) => desk.send(first, desk.bytes(first, desk.approveInVain(first)).subarray(0, -20)),
  },
]

const afterDoubts: TerminalCase[] = doubts.map(({ id, zh, en, reasons, deliver }) => ({
  id: `doubt.${id}`,
  title: { zh: `${zh}：须冲正`, en: `${en}: it must be reversed` },
  section: '§4.1',
  trigger: 'purchase',
  ask: sell,
  run: async (desk) => {
    const { first } = desk
    await deliver(desk, first)
    desk.answer(await desk.expectReversal(first, reasons))
  },
}))

/** Every other flow without an answer: reversed when it is reversible, repeated with its trace when it is a 0220. */
const otherFlows: TerminalCase[] = asked
  .filter(({ kind }) => kind !== 'purchase')
  .map(({ kind, flows, zh, en }) => ({
    id: `${kind}.noAnswer`,
    title: {
      zh: `${paymentShapes[kind].title.zh}无应答：${followUp(kind).zh}`,
      en: `${kind} without an answer: ${followUp(kind).en}`,
    },
    section: '§4.1, §4.3',
    trigger: kind,
    ask: { zh: `${zh}（主机不应答）`, en: `${en} (the host does not answer)` },
    notApplicable: needs(...flows),
    run: async (desk) => {
      const { first } = desk
      desk.approveInVain(first)
      if (paymentShapes[kind].reversible) desk.answer(await desk.expectReversal(first, ['98', '06']))
      else if (paymentShapes[kind].mti === '0220') await expectRepeat(desk, first)
      else await expectNothingDue(desk)
    },
  }))

function followUp(kind: PaymentKind): { zh: string; en: string } {
  if (paymentShapes[kind].reversible) return { zh: '须冲正', en: 'reversed' }
  if (paymentShapes[kind].mti === '0220') return { zh: '以原流水号重发', en: 'repeated with its trace' }
  return { zh: '不冲正', en: 'not reversed' }
}

async function expectRepeat(desk: TerminalDesk, first: Incoming): Promise<void> {
  const repeat = await desk.expect([first.kind], 'the 0220 comes again')
  desk.record.check('F11', first.message.text('11') ?? '', repeat.message.text('11') ?? 'absent')
  const amounts = [first, repeat].map(({ message }) => message.amount(4)?.toString() ?? 'absent')
  desk.record.check('F4', amounts[0] ?? '', amounts[1] ?? '')
  desk.answer(repeat)
}

/** An inquiry moves nothing: the next request is whatever comes next, but no reversal. */
async function expectNothingDue(desk: TerminalDesk): Promise<void> {
  desk.prompt({ zh: '请消费一笔', en: 'Sell something' }, 'purchase')
  desk.answer(await desk.expect(['purchase'], 'the next request'))
}

const special: readonly TerminalCase[] = [
  {
    id: 'doubt.lateAnswer',
    title: {
      zh: '超时后才到的应答不作数：须冲正',
      en: 'An answer that comes too late does not count: it must be reversed',
    },
    section: '§4.1',
    trigger: 'purchase',
    ask: sell,
    run: async (desk) => {
      const { first } = desk
      const late = desk.bytes(first, desk.approveInVain(first))
      const reversal = await desk.expectReversal(first, ['98', '06'])
      // On the old connection, or, when the terminal has hung up, in front of the answer to the reversal.
      desk.send(first.connection.open ? first : reversal, late)
      desk.answer(reversal)
    },
  },
  {
    id: 'doubt.issuerSilent',
    title: {
      zh: '应答 98（发卡方超时）：结果不明',
      en: 'Response 98 (no answer from the issuer): the outcome is unknown',
    },
    section: '§4.1, §4.2, §5',
    trigger: 'purchase',
    ask: sell,
    run: async (desk) => {
      const { first } = desk
      const facts = desk.approveInVain(first)
      desk.send(first, desk.bytes(first, { ...facts, code: '98' }))
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      const next = await desk.expect(['reversal', 'purchase'], 'the next request')
      // §4.2 lets a terminal reverse a 98; one that takes it for a decline goes on. Either way it must not count.
      if (next.kind !== 'reversal' && facts.payment !== undefined) facts.payment.state = 'declined'
      desk.answer(next)
    },
  },
  {
    id: 'doubt.answeredTwice',
    title: { zh: '应答重复到达只算一次', en: 'An answer that is delivered twice counts once' },
    section: '§4.1',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元，随后再消费一笔', en: 'Sell for 1.00, then sell again' },
    run: async (desk) => {
      const { first } = desk
      const bytes = desk.bytes(first, desk.decide(first))
      desk.record.message('out', bytes)
      desk.record.message('out', bytes)
      first.connection.write(Buffer.concat([framed(bytes), framed(bytes)]))
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      desk.answer(await desk.expect(['purchase'], 'the next request'))
    },
  },
  {
    id: 'doubt.fragmented',
    title: { zh: '应答逐字节到达', en: 'An answer that arrives byte by byte' },
    section: '§1.1',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元，随后再消费一笔', en: 'Sell for 1.00, then sell again' },
    run: async (desk) => {
      const { first } = desk
      const bytes = desk.bytes(first, desk.decide(first))
      desk.record.message('out', bytes)
      await first.connection.sendByteByByte(bytes)
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      desk.answer(await desk.expect(['purchase'], 'the next request'))
    },
  },
  {
    id: 'doubt.partialApproval',
    title: { zh: '部分承兑按实际金额入账', en: 'A partial approval counts with the amount that was granted' },
    section: '§4.1, §5',
    trigger: 'purchase',
    ask: { zh: '消费 2.00 元，主机只批准一半', en: 'Sell for 2.00; the host grants half' },
    notApplicable: ({ device }) =>
      device.partialApproval ? undefined : 'the profile says that the terminal takes no partial approval',
    run: async (desk) => {
      const { first } = desk
      const facts = desk.decide(first)
      desk.record.require('the request deserves an approval', '00', facts.code)
      const granted = (first.message.amount(4) ?? 0n) / 2n
      if (facts.payment !== undefined) facts.payment.amountMinor = granted
      desk.send(first, desk.bytes(first, { ...facts, code: '10' }, { change: (message) => message.set(4, granted) }))
    },
  },
]

const ofReversals: readonly TerminalCase[] = [
  {
    id: 'reversal.unanswered',
    title: { zh: '冲正无应答须重发', en: 'A reversal without an answer comes again' },
    section: '§4.1',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元，待其结束后再消费一笔', en: 'Sell for 1.00, and when it has ended sell again' },
    run: async (desk) => {
      const { first } = desk
      desk.approveInVain(first)
      const reversal = await desk.expectReversal(first, ['98', '06'])
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      const again = await desk.expectReversal(first, ['98', '06'])
      for (const field of ['3', '4', '22', '25', '39']) {
        const [one, two] = [reversal, again].map(
          ({ message }) => message.amount(field)?.toString() ?? message.text(field),
        )
        desk.record.check(`F${field} of the second one`, one ?? 'absent', two ?? 'absent')
      }
      desk.answer(again)
    },
  },
  {
    id: 'reversal.wrongMac',
    title: { zh: '冲正应答 MAC 错误不算结束', en: 'An answer to a reversal with a wrong MAC does not end it' },
    section: '§3.7, §4.1',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元，待其结束后再消费一笔', en: 'Sell for 1.00, and when it has ended sell again' },
    run: async (desk) => {
      const { first } = desk
      desk.approveInVain(first)
      const reversal = await desk.expectReversal(first, ['98', '06'])
      desk.send(reversal, desk.bytes(reversal, { code: '00' }, { mac: 'wrong' }))
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      desk.answer(await desk.expectReversal(first, ['98', '06', 'A0']))
    },
  },
  ...(['25', '12'] as const).map((code): TerminalCase => ({
    id: `reversal.answered${code}`,
    title: { zh: `冲正应答 ${code} 即结束`, en: `Response ${code} ends a reversal` },
    section: '§4.1, §5',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元，待其结束后再消费一笔', en: 'Sell for 1.00, and when it has ended sell again' },
    run: async (desk) => {
      const { first } = desk
      desk.approveInVain(first)
      const reversal = await desk.expectReversal(first, ['98', '06'])
      desk.decide(reversal)
      desk.send(reversal, desk.bytes(reversal, { code }))
      desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
      desk.answer(await desk.expect(['purchase'], 'the next request'))
    },
  })),
]

export const doubtCases: readonly TerminalCase[] = [...afterDoubts, ...special, ...ofReversals, ...otherFlows]
