// Every payment, approved; its fields are judged by the observations. What follows an approval is judged here: the PIN that was asked
// for, the amount, the original (terminal-protocol §2.1, §2.4, §2.9).

import { cardOf, type FlowName } from '../../profile/certification-profile.ts'
import { paymentShapes, type PaymentKind } from '../../protocol/catalogue.ts'
import { needs, type TerminalCase } from '../terminal-case.ts'

interface Asked {
  readonly kind: PaymentKind
  readonly flows: readonly FlowName[]
  readonly zh: string
  readonly en: string
}

export const asked: readonly Asked[] = [
  {
    kind: 'purchase',
    flows: [],
    zh: '刷正常卡消费 1.00 元，输入密码',
    en: 'Sell for 1.00 with the good card and its PIN',
  },
  {
    kind: 'balanceInquiry',
    flows: ['balanceInquiry'],
    zh: '查询正常卡余额',
    en: 'Ask for the balance of the good card',
  },
  { kind: 'void', flows: ['void'], zh: '消费一笔后撤销', en: 'Sell something, then void it' },
  { kind: 'refund', flows: ['refund'], zh: '消费一笔后退货', en: 'Sell something, then refund it' },
  { kind: 'preAuthorization', flows: ['preAuthorization'], zh: '预授权 1.00 元', en: 'Pre-authorize 1.00' },
  {
    kind: 'preAuthorizationVoid',
    flows: ['preAuthorization', 'preAuthorizationVoid'],
    zh: '预授权一笔后撤销',
    en: 'Pre-authorize something, then void it',
  },
  {
    kind: 'completion',
    flows: ['preAuthorization', 'completion'],
    zh: '预授权一笔后做完成（请求）',
    en: 'Pre-authorize something, then complete it by request',
  },
  {
    kind: 'completionAdvice',
    flows: ['preAuthorization', 'completionAdvice'],
    zh: '预授权一笔后做完成（通知）',
    en: 'Pre-authorize something, then complete it by advice',
  },
  {
    kind: 'completionVoid',
    flows: ['preAuthorization', 'completion', 'completionVoid'],
    zh: '预授权并完成后，撤销该完成',
    en: 'Pre-authorize and complete something, then void the completion',
  },
]

export const paymentCases: readonly TerminalCase[] = asked.map(({ kind, flows, zh, en }) => ({
  id: `${kind}.approved`,
  title: { zh: `${paymentShapes[kind].title.zh}，批准`, en: `${kind}, approved` },
  section: '§2.1, §2.4, §2.9',
  trigger: kind,
  ask: { zh, en },
  notApplicable: needs(...flows),
  run: async (desk) => {
    const { first, profile } = desk
    const facts = desk.answer(first)
    desk.record.check('the request deserves an approval', '00', facts.code)
    const good = cardOf(profile, 'good')
    if (
      kind === 'purchase' &&
      good?.pin !== undefined &&
      first.message.has(52) &&
      first.pan?.reveal() === good.pan.reveal()
    ) {
      const right = desk.pinIsOf(good, first)
      desk.record.check('the PIN in F52', 'the PIN of the card', right ? 'the PIN of the card' : 'another', right)
    }
  },
}))

/** 96 decides nothing: the payment is no sale; whether the terminal reverses it or takes it for declined is up to it. */
export const busyCase: TerminalCase = {
  id: 'busy.code96',
  title: {
    zh: '应答 96（系统异常）后不得视为成功，可以冲正',
    en: 'Response 96 (system malfunction): no sale; it may be reversed',
  },
  section: '§4.1, §5',
  trigger: 'purchase',
  ask: { zh: '消费 1.00 元（主机繁忙），随后再消费一笔', en: 'Sell for 1.00 (the host is busy), then sell again' },
  run: async (desk) => {
    desk.answerWith(desk.first, '96')
    desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
    const next = await desk.expect(['reversal', 'purchase'], 'the next request')
    desk.answer(next)
    if (next.kind === 'reversal') desk.answer(await desk.expect(['purchase'], 'the next payment'))
  },
}

/** Declined: no reversal may follow, and the next transaction goes on (§4.1). The observations see what comes. */
export const declineCases: readonly TerminalCase[] = (
  [
    ['51', '余额不足', 'insufficient funds'],
    ['55', '密码错', 'wrong PIN'],
    ['41', '挂失卡', 'lost card'],
    ['Z9', '未知应答码', 'a code nobody knows'],
  ] as const
).map(([code, zh, en]) => ({
  id: `decline.code${code}`,
  title: { zh: `应答 ${code}（${zh}）后不得冲正`, en: `Response ${code} (${en}): declined, and never reversed` },
  section: '§4.1, §5',
  trigger: 'purchase',
  ask: { zh: '消费 1.00 元（将被拒绝），随后再消费一笔', en: 'Sell for 1.00 (it is declined), then sell again' },
  run: async (desk) => {
    desk.answerWith(desk.first, code)
    desk.prompt({ zh: '请再消费一笔', en: 'Sell once more' }, 'purchase')
    desk.answer(await desk.expect(['purchase'], 'the next request'))
  },
}))
