// The acquirer answers terminals. This is the edge: bytes in, bytes out, one message at a time. It reads the message, asks
// edge/admit.ts who is calling, hands the content to the flow of its kind, and packs the answer. It never throws for bad
// input: every message gets an answer with a code, or, when its outcome is unknown, none at all.

import { assert, Fault } from '@shua/assert'
import type { Sensitive } from '@shua/card-data'
import type { Message } from '@shua/iso8583'
import {
  localTime,
  managementTypes,
  readManagementMessage,
  readPaymentMessage,
  readRequestHead,
  readReversalMessage,
  terminalProfiles,
  type HostAnswer,
  type RequestHead,
  type TerminalProfile,
  type TerminalProfileName,
} from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'
import { Trace } from '@shua/telemetry'
import { admitBatch, admitMac, admitMerchant, admitSession, admitTerminal } from './edge/admit.ts'
import { answerFrame } from './edge/answer-frame.ts'
import { manage } from './management/manage.ts'
import { acceptBatch } from './payment/accept-batch.ts'
import type { AcceptedPayment } from './payment/accept-payments.ts'
import { acceptOne } from './payment/accept-one.ts'
import { acquirerRules } from './payment/payment-flow.ts'
import { createLane, createLanes, type Lane } from './payment/payment-lane.ts'
import type { PaymentOutcome } from './payment/payment-outcome.ts'
import { nothingDone } from './payment/run-batch.ts'
import { acceptReversal, runReversals } from './reversal/accept-reversal.ts'
import type { ReversalItem, ReversalOutcome } from './reversal/reversal.ts'
import { refusal, type AcquirerOptions, type Verdict, type Visit } from './edge/visit.ts'
import { createRrnSource, type RrnSource } from './rrn-source.ts'
import { createTerminalLookup, type TerminalLookup } from './edge/terminal-lookup.ts'
import type { TerminalSession } from './store/terminal-store.ts'

export interface Acquirer {
  /** Answers one payload (TPDU, header, message); undefined means: no answer. */
  handle(payload: Buffer): Promise<Buffer | undefined>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
  hashPan(pan: Sensitive<string>): Buffer
}

/** What may be decided with a remembered session. */
const paymentTypes = new Set(['0100', '0200', '0220'])
const managementMtis: ReadonlySet<string> = new Set(Object.values(managementTypes).map(({ mti }) => mti))
/** A session that changes at every look belongs to a terminal that somebody else uses too. */
const sessionReadsMax = 3

/** What all messages share. */
interface Shared {
  readonly options: AcquirerOptions
  readonly rrns: RrnSource
  readonly lane: Lane<AcceptedPayment, PaymentOutcome>
  readonly reversals: Lane<ReversalItem, ReversalOutcome>
  readonly findTerminal: TerminalLookup
}

export function createAcquirer(options: AcquirerOptions): Acquirer {
  const rrns = createRrnSource(options.database)
  const findTerminal = createTerminalLookup(options.database)
  const laneCount = options.laneCount ?? 2
  const newLane = (): Lane<AcceptedPayment, PaymentOutcome> =>
    createLane({
      work: (items) => acceptBatch(items, { ...options, rules: acquirerRules }),
      keysOf: (item) => [item.terminal.terminalId, item.panHash.toString('latin1')],
      batchMax: options.batchMax ?? 128,
      waitingMax: Math.ceil((options.waitingMax ?? 2_000) / laneCount),
    })
  // By shard, so that a card is in one batch at a time; a terminal that pays with two cards at once waits for its lock.
  const lane = createLanes(Array.from({ length: laneCount }, newLane), (item) => item.shard)
  // One lane of their own: which card a reversal is about shows only when its original is found.
  const reversals = createLane<ReversalItem, ReversalOutcome>({
    work: (items) => runReversals(items, options),
    keysOf: (item) => [item.terminal.terminalId],
    batchMax: options.batchMax ?? 128,
    waitingMax: options.waitingMax ?? 2_000,
  })
  const shared: Shared = { options, rrns, lane, reversals, findTerminal }
  return {
    handle: (payload) => handle(payload, shared),
    idle: async () => {
      await Promise.all([lane.idle(), reversals.idle()])
    },
    hashPan: (pan) => options.securityModule.hashPan({ key: options.keys.panHash, pan }),
  }
}

async function handle(payload: Buffer, shared: Shared): Promise<Buffer | undefined> {
  const { options, rrns, lane, reversals, findTerminal } = shared
  const at = options.now()
  const startedAtUs = options.nanoseconds() / 1000n
  const trace = new Trace(options.nanoseconds, { recording: options.traceWanted?.(startedAtUs) ?? true })
  const unpacked = options.codec.unpackPartly(payload)
  const { message } = unpacked
  const { head, fault: headFault } = headOf(message)
  const fault = unpacked.fault ?? headFault
  // Without an envelope, a request MTI and the number of the sender there is nobody to answer.
  if (head === undefined || !isRequest(message)) return undefined
  const visit: Visit = { payload, at, observer: trace, options, message, head, trace, rrns, lane, reversals }
  let verdict: Verdict | undefined
  try {
    verdict = fault ? malformed(visit, fault) : await decide(visit, findTerminal)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    verdict = error.code === 'SCHEME_FIELD' ? malformed(visit, error) : failed(visit, error)
  }
  const answer = verdict === undefined ? undefined : await pack(visit, verdict)
  options.onEvent({
    mti: message.mti,
    terminalId: head.terminalId,
    batchNumber: Number(head.batchNumber),
    stan: head.stan === undefined ? undefined : Number(head.stan),
    paymentId: verdict?.paymentId,
    outcome: verdict?.outcome ?? 'unknown',
    reason: verdict?.reason,
    responseCode: verdict?.answer.responseCode,
    at,
    startedAtUs,
    durationUs: Number(options.nanoseconds() / 1000n - startedAtUs),
    trace,
    request: payload,
    answer,
  })
  return answer
}

/** The head as far as it can be read: a sender that tells its number at least hears that the rest is malformed. */
function headOf(message: Message): { head: RequestHead | undefined; fault: Fault | undefined } {
  try {
    return { head: readRequestHead(message), fault: undefined }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    const terminalId = message.text('41')
    if (terminalId === undefined) return { head: undefined, fault }
    const head = {
      terminalId,
      merchantId: message.text('42') ?? '',
      stan: message.text('11'),
      typeCode: '00',
      batchNumber: '000000',
      networkCode: '000',
      readCapability: undefined,
      chipCondition: undefined,
    }
    return { head, fault }
  }
}

function isRequest(message: Message): boolean {
  return (
    /^0\d[024]0$/.test(message.mti) &&
    message.envelope['tpdu'] !== undefined &&
    message.envelope['header'] !== undefined
  )
}

function malformed(visit: Visit, fault: Fault): Verdict {
  visit.observer.event({
    lane: 'acquirer',
    kind: 'check',
    name: 'message format',
    outcome: 'refused',
    detail: { code: fault.code, path: fault.path ?? '' },
  })
  return refusal('formatError')
}

/** Nothing was done: 96. Whatever may have been done and is not known is not answered. */
function failed(visit: Visit, fault: Fault): Verdict | undefined {
  visit.options.onFault(fault)
  visit.observer.event({
    lane: 'acquirer',
    kind: 'step',
    name: 'failed',
    outcome: 'refused',
    detail: { code: fault.code },
  })
  return nothingDone(fault) ? refusal('systemBusy') : undefined
}

/**
 * A payment is decided with the session as it is remembered; when that has changed, or would refuse the payment, everything
 * begins again with the session as it is now.
 */
async function decide(visit: Visit, terminals: TerminalLookup): Promise<Verdict | undefined> {
  const { message, head, trace } = visit
  const remembered = paymentTypes.has(message.mti) ? terminals.recall(head.terminalId) : undefined
  if (remembered !== undefined) {
    const verdict = await decideWith(visit, remembered)
    if (verdict !== 'sessionChanged' && verdict?.edge !== true) return verdict
    trace.restart()
  }
  for (let attempt = 1; attempt <= sessionReadsMax; attempt++) {
    const verdict = await decideWith(visit, await terminals.find(head.terminalId))
    if (verdict !== 'sessionChanged') return verdict
    trace.restart()
  }
  return refusal('systemBusy')
}

async function decideWith(
  visit: Visit,
  terminal: TerminalSession | undefined,
): Promise<Verdict | 'sessionChanged' | undefined> {
  const { message, head, observer } = visit
  const refused = admitTerminal(head, terminal, { observer, undoes: message.mti === '0400' })
  if (refused !== undefined) return refusal(refused, { edge: true })
  assert(terminal, 'an admitted terminal exists')
  const profile: TerminalProfile | undefined = terminalProfiles[terminal.profile as TerminalProfileName]
  assert(profile, 'a terminal has a shipped profile')
  if (managementMtis.has(message.mti)) {
    const request = readManagementMessage(message)
    return request === undefined ? refusal('functionNotSupported') : manage(request, { visit, terminal, profile })
  }
  return decidePayment(visit, terminal, profile)
}

async function decidePayment(
  visit: Visit,
  terminal: TerminalSession,
  profile: TerminalProfile,
): Promise<Verdict | 'sessionChanged' | undefined> {
  const { message, head, observer } = visit
  // Reading comes first, so that a malformed message is a format error whoever sent it.
  const reversal = message.mti === '0400' ? readReversalMessage(message) : undefined
  const payment = message.mti === '0400' ? undefined : readPaymentMessage(message, head)
  const refused =
    (reversal ?? payment) === undefined
      ? 'functionNotSupported'
      : ((reversal ? undefined : admitMerchant(terminal, observer)) ??
        admitSession(terminal, visit) ??
        admitMac(terminal, profile, visit))
  if (refused !== undefined) return refusal(refused, { edge: true })
  const signing = { key: terminal.macKey as KeyBlock, variant: profile.macVariant }
  if (reversal) return acceptReversal(reversal, { visit, terminal, signing })
  assert(payment, 'what is no reversal is a payment')
  const batch = admitBatch(head, terminal, observer)
  if (batch !== undefined) return refusal(batch, { edge: true })
  return acceptOne(payment, { visit, terminal, profile, signing })
}

async function pack(visit: Visit, verdict: Verdict): Promise<Buffer> {
  const { message, options } = visit
  const local = localTime(visit.at)
  const known = verdict.answer
  // Named one by one: objects that were put together by spreading are slow to make and slow to read, and this is every answer.
  const answer: HostAnswer = {
    responseCode: known.responseCode,
    at: known.at ?? local,
    settlementDate: known.settlementDate,
    rrn: known.rrn ?? (await nextRrn(visit)),
    approvalCode: known.approvalCode,
    pan: known.pan,
    expiry: known.expiry,
    issuerId: known.issuerId,
    acquirerId: known.acquirerId ?? options.acquirerId,
    organisation: known.organisation,
    balanceMinor: known.balanceMinor,
    batchNumber: known.batchNumber,
    data: known.data,
    digits: known.digits,
  }
  return answerFrame(message, answer, {
    codec: options.codec,
    securityModule: options.securityModule,
    // Only approvals are signed, as terminals of this dialect expect (terminal-protocol §3.7).
    signing: answer.responseCode === '00' ? verdict.signing : undefined,
    processingRequirement: verdict.processingRequirement ?? '0',
  })
}

/** A refusal must be answered even when the database that gives out reference numbers is away. */
async function nextRrn(visit: Visit): Promise<string | undefined> {
  try {
    return await visit.rrns.next(localTime(visit.at).date)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
