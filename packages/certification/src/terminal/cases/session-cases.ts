// Sign-on, wrong keys, echo, and what the host may ask for in the header (terminal-protocol §1.2, §2.1, §3.2, §5).

import { needs, actsOnHeader, type TerminalCase } from '../terminal-case.ts'
import type { RequestKind } from '../../protocol/catalogue.ts'

const signOn = { zh: '签到', en: 'Sign on' }
const sell = { zh: '刷正常卡消费 1.00 元，输入密码', en: 'Sell for 1.00 with the good card and its PIN' }

/** The host approves and asks for something in header digit 6; the terminal does it before its next transaction. */
function headerCase(digit: '1' | '2' | '3' | '7', kind: RequestKind, words: { zh: string; en: string }): TerminalCase {
  return {
    id: `header.digit${digit}`,
    title: { zh: `报文头第六位为 ${digit}：${words.zh}`, en: `Header digit ${digit}: ${words.en}` },
    section: '§1.2',
    trigger: 'purchase',
    ask: sell,
    notApplicable: actsOnHeader(digit),
    run: async (desk) => {
      desk.answer(desk.first, { headerDigit: digit })
      const due = await desk.next()
      desk.record.check('the next request', kind, due?.kind ?? 'nothing within the waiting time')
      if (due === undefined) return
      desk.answer(due)
      const end = ends[kind]
      if (end !== undefined && due.kind === kind) desk.answer(await desk.expect([end], 'the end of the download'))
    },
  }
}

const ends: Partial<Record<RequestKind, RequestKind>> = {
  parameterDownload: 'parameterDownloadEnd',
  stopListDownload: 'stopListDownloadEnd',
}

export const firstCases: readonly TerminalCase[] = [
  {
    id: 'signOn.adoptsKeys',
    title: { zh: '签到并采用工作密钥与批次号', en: 'Signs on and adopts keys and batch number' },
    section: '§2.1, §2.3, §3.2',
    trigger: 'signOn',
    ask: signOn,
    run: async (desk) => {
      const { profile, first } = desk
      const sm4 = profile.crypto.keySet.algorithm === 'sm4'
      const codes = sm4 ? ['005', '006'] : ['003', '004']
      const wanted = profile.crypto.trackEncrypted ? [codes[1]] : codes
      const code = first.message.text('60.3') ?? 'absent'
      desk.record.check('F60.3', wanted.join(' or '), code, wanted.includes(code))
      desk.answer(first)
    },
  },
  {
    id: 'signOn.wrongCheckValue',
    title: { zh: '密钥校验值错误时拒绝密钥', en: 'Refuses keys whose check value is wrong' },
    section: '§3.2, §3.3',
    trigger: 'signOn',
    ask: { zh: '再次签到；失败后再签到一次', en: 'Sign on again; when it fails, sign on once more' },
    run: async (desk) => {
      const { first } = desk
      const former = desk.keys
      const facts = desk.decide(first)
      const block = Buffer.from(facts.data ?? [])
      block[16] = (block[16] ?? 0) ^ 0xff
      desk.send(first, desk.bytes(first, { ...facts, data: block }))
      desk.keepKeys(former)
      desk.prompt({ zh: '请再签到一次', en: 'Sign on once more' }, 'signOn')
      const next = await desk.next()
      // Under keys it could not check it must not pay; whatever else it does first is its own business.
      desk.record.check('the next request', 'signOn', next?.kind ?? 'nothing within the waiting time')
      if (next !== undefined) desk.answer(next)
    },
  },
  {
    id: 'echo.sent',
    title: { zh: '回响测试', en: 'Echo test' },
    section: '§2.1, §2.9',
    trigger: 'echo',
    ask: { zh: '做一次回响测试', en: 'Do an echo test' },
    notApplicable: needs('echo'),
    run: async (desk) => {
      desk.answer(desk.first)
    },
  },
  {
    id: 'signOn.wanted',
    title: { zh: '应答 77 后重新签到', en: 'Signs on again after response 77' },
    section: '§4.2, §5',
    trigger: 'purchase',
    ask: { zh: '消费 1.00 元；被拒绝后再消费一次', en: 'Sell for 1.00; when it is refused, sell again' },
    run: async (desk) => {
      desk.answerWith(desk.first, '77')
      desk.prompt({ zh: '请再消费一次', en: 'Sell once more' }, 'purchase')
      const next = await desk.next()
      desk.record.check('the next request', 'signOn', next?.kind ?? 'nothing within the waiting time')
      if (next !== undefined) desk.answer(next)
    },
  },
  headerCase('3', 'signOn', { zh: '重新签到', en: 'sign on again' }),
]

/** These change what the terminal is set to, so they come late. */
export const lastCases: readonly TerminalCase[] = [
  headerCase('2', 'statusReport', { zh: '状态上送', en: 'report the status' }),
  headerCase('7', 'stopListDownload', { zh: '下载卡 BIN 黑名单', en: 'download the stop list' }),
  headerCase('1', 'parameterDownload', { zh: '下载参数', en: 'download the parameters' }),
  {
    id: 'signOff.sent',
    title: { zh: '签退', en: 'Sign-off' },
    section: '§2.1',
    trigger: 'signOff',
    ask: { zh: '签退', en: 'Sign off' },
    notApplicable: needs('signOff'),
    run: async (desk) => {
      desk.answer(desk.first)
    },
  },
]
