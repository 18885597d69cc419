// What is true of every request, whichever case it comes in: it can be read, has the fields of its kind, goes on with the trace, names the
// open batch, and carries the right MAC and PIN block. Each topic is a result of its own at the end; what is wrong also fails
// the case that was under way.

import type { Codec, Title } from '@shua/iso8583'
import { CaseRecord } from '../course/case-record.ts'
import type { CaseResult } from '../course/certification-case.ts'
import type { Finding } from './request-rules.ts'

interface Topic {
  readonly title: Title
  readonly section: string
}

const topics = {
  'message.format': { title: { zh: '报文可解析', en: 'Every request can be read' }, section: '§1.1, §1.3' },
  'message.kind': { title: { zh: '交易在目录之内', en: 'Every request is of the catalogue' }, section: '§2.1' },
  'message.envelope': { title: { zh: 'TPDU 与报文头', en: 'TPDU and header' }, section: '§1.1, §1.2' },
  'message.fields': {
    title: { zh: '各类报文的必备域与条件域', en: 'Mandatory and conditional fields' },
    section: '§2.9',
  },
  'message.trace': {
    title: { zh: '流水号递增且批内不重复', en: 'Traces go up and are never used twice' },
    section: '§4.3',
  },
  'message.batch': { title: { zh: '批次号与主机一致', en: 'Requests name the open batch' }, section: '§2.3, §4.3' },
  'message.mac': { title: { zh: '请求的 MAC 正确', en: 'The MAC of every request is right' }, section: '§3.7' },
  'message.pin': {
    title: { zh: 'PIN 块格式与密钥正确', en: 'PIN blocks open under the PIN key' },
    section: '§3.4, §3.5',
  },
  'message.track': {
    title: { zh: '磁道数据（及其加密）正确', en: 'Tracks, encrypted where the profile says so' },
    section: '§3.6',
  },
  'message.original': { title: { zh: '原交易引用正确', en: 'References name the original rightly' }, section: '§2.4' },
  'message.order': {
    title: { zh: '有待冲正交易时不得发起新交易', en: 'No new payment while a reversal is due' },
    section: '§4.1',
  },
  'message.reversalDue': {
    title: { zh: '只冲正结果不明的交易', en: 'Only payments whose outcome is in doubt are reversed' },
    section: '§4.1',
  },
  'message.reversalContent': {
    title: { zh: '冲正报文重复原交易各域', en: 'A reversal repeats the fields of its original' },
    section: '§4.1',
  },
} as const satisfies Record<string, Topic>

export type TopicName = keyof typeof topics

export const topicNames = Object.keys(topics) as TopicName[]

export class Observations {
  readonly #codec: Codec
  readonly #records = new Map<TopicName, { record: CaseRecord; seen: number }>()

  constructor(codec: Codec) {
    this.#codec = codec
  }

  /** Notes one look at a request, with whatever it gets wrong; the case under way hears of it too. */
  note(topic: TopicName, payload: Buffer, o: { findings: readonly Finding[]; current: CaseRecord }): void {
    const entry = this.#records.get(topic) ?? { record: new CaseRecord(this.#codec), seen: 0 }
    this.#records.set(topic, entry)
    entry.seen += 1
    if (o.findings.length === 0) return
    entry.record.message('in', payload)
    const mti = entry.record.messages.at(-1)?.mti ?? ''
    for (const { what, expected, got } of o.findings) {
      entry.record.check(`${mti} ${what}`, expected, got, false)
      o.current.check(`${topic}: ${what}`, expected, got, false)
    }
  }

  results(): CaseResult[] {
    return topicNames.map((id) => {
      const { title, section } = topics[id]
      const entry = this.#records.get(id)
      if (entry === undefined) {
        const reason = 'the terminal sent no message of this kind'
        return { id, title, section, status: 'notApplicable', reason, checks: [], messages: [], durationMs: 0 }
      }
      const { record, seen } = entry
      if (!record.failed) record.check('requests that were looked at', 'all right', `${seen} all right`, true)
      const status = record.failed ? 'failed' : 'passed'
      const { checks, messages } = record
      return { id, title, section, status, reason: undefined, checks, messages, durationMs: 0 }
    })
  }
}
