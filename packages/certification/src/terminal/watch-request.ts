// The observations about one request: calls the pure rules and adds what needs keys (MAC, PIN, track) or history (trace, batch,
// originals, reversals).

import type { Message } from '@shua/iso8583'
import type { Sensitive } from '@shua/card-data'
import type { CaseRecord } from '../course/case-record.ts'
import type { WorkingKeys } from '../keys/working-keys.ts'
import type { CertificationProfile, TestCard } from '../profile/certification-profile.ts'
import { paymentKindOf, paymentShapes, type PaymentKind, type RequestKind } from '../protocol/catalogue.ts'
import type { BookPayment, DeviceBook } from './device-book.ts'
import type { Observations, TopicName } from './observations.ts'
import { envelopeFindings, fieldFindings, type Finding } from './request-rules.ts'

export interface WatchContext {
  readonly profile: CertificationProfile
  readonly observations: Observations
  readonly book: DeviceBook
  readonly keys: WorkingKeys | undefined
  readonly batchNumber: string
  readonly traces: TraceWatch
  readonly current: CaseRecord
  readonly macInput: (payload: Buffer) => { data: Buffer; mac: Buffer }
}

export interface Request {
  readonly payload: Buffer
  readonly message: Message
  readonly kind: RequestKind
  /** The PAN as far as it can be known. */
  readonly pan: Sensitive<string> | undefined
  readonly macRight: boolean
}

/** Traces of one terminal: going up, wrapping behind 999999, never twice within a batch. */
export class TraceWatch {
  #last = 0
  readonly #used = new Map<string, Set<string>>()

  findings(batchNumber: string, stan: string): Finding[] {
    const used = this.#used.get(batchNumber) ?? new Set<string>()
    this.#used.set(batchNumber, used)
    const number = Number(stan)
    const last = this.#last
    const findings: Finding[] = []
    if (used.has(stan)) findings.push({ what: 'F11', expected: 'a trace not used before', got: `${stan} again` })
    else if (!(number > last || last > 999_000)) {
      findings.push({ what: 'F11', expected: `a trace above ${String(last).padStart(6, '0')}`, got: stan })
    }
    if (number === 0) findings.push({ what: 'F11', expected: '000001 to 999999', got: stan })
    used.add(stan)
    this.#last = number
    return findings
  }
}

export function watchRequest(payload: Buffer, message: Message, kind: RequestKind, context: WatchContext): Request {
  const { profile, observations, current } = context
  const note = (topic: TopicName, findings: readonly Finding[]): void =>
    observations.note(topic, payload, { findings, current })
  note('message.envelope', envelopeFindings(message))
  // §2.1: refunds and advices may be uploaded singly, as a 0320 with their own 60.1 and fields.
  const isSingle = kind === 'batchUpload' && message.text('60.1') !== '00'
  if (!isSingle) note('message.fields', fieldFindings(kind, message, profile))
  if (!isSingle) watchTrace(message, kind, context, note)
  if (kind !== 'signOn' && (kind in paymentShapes || ['settlement', 'batchUpload', 'batchUploadEnd'].includes(kind))) {
    const got = message.text('60.2') ?? 'absent'
    const findings = got === context.batchNumber ? [] : [{ what: 'F60.2', expected: context.batchNumber, got }]
    note('message.batch', findings)
  }
  const needsMac = kind in paymentShapes || kind === 'reversal'
  const macRight = !needsMac || isMacRight(payload, message, context)
  if (needsMac && context.keys !== undefined) {
    note(
      'message.mac',
      macRight ? [] : [{ what: 'F64', expected: 'the right MAC', got: message.has(64) ? 'a wrong MAC' : 'absent' }],
    )
  }
  const pan = panOf(message, context)
  if (message.has(35) && context.keys !== undefined) {
    note(
      'message.track',
      pan === undefined ? [{ what: 'F35', expected: 'track 2', got: 'something that is none' }] : [],
    )
  }
  if (message.has(52) && context.keys !== undefined && pan !== undefined)
    note('message.pin', pinFindings(message, pan, context))
  if (kind in paymentShapes) watchOriginal(kind as PaymentKind, message, context, note)
  if (kind === 'reversal') watchReversal(message, context, note)
  return { payload, message, kind, pan, macRight }
}

type Note = (topic: TopicName, findings: readonly Finding[]) => void

function watchTrace(message: Message, kind: RequestKind, { traces, book }: WatchContext, note: Note): void {
  const stan = message.text('11')
  if (stan === undefined || kind === 'reversal') return
  const batchNumber = message.text('60.2') ?? ''
  // A 0220 without an answer keeps its trace when it comes again.
  const repeats = message.mti === '0220' && book.find(batchNumber, stan)?.state === 'doubtful'
  if (!repeats) note('message.trace', traces.findings(batchNumber, stan))
}

function isMacRight(payload: Buffer, message: Message, { keys, macInput }: WatchContext): boolean {
  if (keys === undefined || !message.has(64)) return false
  const { data, mac } = macInput(payload)
  return keys.macIsRight(data, mac)
}

function panOf(message: Message, { keys, profile, book }: WatchContext): Sensitive<string> | undefined {
  const track = message.text('35')
  const known = (pan: string | undefined): Sensitive<string> | undefined =>
    profile.cards.find((card) => card.pan.reveal() === pan)?.pan
  if (track === undefined) {
    const pan = message.text('2') ?? book.find(message.text('60.2'), message.text('11'))?.pan
    return known(pan)
  }
  const encrypted = message.text('53')?.[2] === '1'
  const clear = encrypted ? keys?.decryptTrack(track)?.reveal() : track
  const match = /^(\d{12,19})[D=]\d{4}/.exec(clear ?? '')
  return match === null ? undefined : known(match[1])
}

function pinFindings(message: Message, pan: Sensitive<string>, { keys, profile }: WatchContext): Finding[] {
  const block = profile.crypto.pinFormat === 'sm4' ? message.bytes('59.A1') : message.bytes('52')
  if (keys === undefined || block === undefined || !keys.pinBlockOpens(block, pan)) {
    return [{ what: 'F52', expected: 'a PIN block of the profile’s form', got: 'one that does not open' }]
  }
  return []
}

/** Whether a PIN block holds the card's PIN, which the case may have asked for. */
export function pinIsOf(card: TestCard, message: Message, context: Pick<WatchContext, 'keys' | 'profile'>): boolean {
  const block = context.profile.crypto.pinFormat === 'sm4' ? message.bytes('59.A1') : message.bytes('52')
  if (card.pin === undefined || context.keys === undefined || block === undefined) return false
  return context.keys.pinBlock(card.pin, card.pan).equals(block)
}

function watchOriginal(kind: PaymentKind, message: Message, { book, batchNumber }: WatchContext, note: Note): void {
  const due = book.payments.find(
    ({ state, kind: doubted, batchNumber: batch }) =>
      state === 'doubtful' && batch === batchNumber && paymentShapes[doubted].reversible,
  )
  const own = due?.stan === message.text('11')
  note(
    'message.order',
    due === undefined || own ? [] : [{ what: 'MTI', expected: `0400 of trace ${due.stan} first`, got: message.mti }],
  )
  if (paymentShapes[kind].original !== 'trace') return
  const original = book.find(message.text('61.1'), message.text('61.2'))
  if (original === undefined) return
  const got = message.text('37') ?? 'absent'
  note('message.original', got === original.rrn ? [] : [{ what: 'F37', expected: original.rrn, got }])
}

const repeated = [3, 4, 11, 22, 25, 41, 42, 49] as const

function watchReversal(message: Message, { book }: WatchContext, note: Note): void {
  const stan = message.text('11') ?? 'absent'
  const original = book.find(message.text('60.2'), stan)
  note('message.reversalDue', dueFindings(original, stan))
  if (original === undefined) return
  const shown = (from: Message, field: number): string => from.amount(field)?.toString() ?? from.text(field) ?? 'absent'
  const findings: Finding[] = []
  for (const field of repeated) {
    const [expected, got] = [shown(original.request, field), shown(message, field)]
    if (expected !== got) findings.push({ what: `F${field}`, expected, got })
  }
  const [expected, got] = [original.request.text('60.1') ?? '', message.text('60.1') ?? 'absent']
  if (expected !== got) findings.push({ what: 'F60.1', expected, got })
  if (paymentKindOf(message) !== original.kind) {
    findings.push({ what: 'transaction', expected: original.kind, got: paymentKindOf(message) ?? 'unknown' })
  }
  note('message.reversalContent', findings)
}

function dueFindings(original: BookPayment | undefined, stan: string): Finding[] {
  if (original === undefined) return [{ what: 'F11', expected: 'the trace of a payment', got: `${stan}, never seen` }]
  // A reversal that was answered badly comes again; what was reversed may be named once more.
  if (original.state === 'doubtful' || original.state === 'reversed' || original.mayReverse) return []
  const what = `trace ${stan}`
  if (original.state === 'declined') return [{ what, expected: 'no reversal: it was declined', got: 'a reversal' }]
  return [{ what, expected: 'no reversal: its approval was answered', got: 'a reversal' }]
}
