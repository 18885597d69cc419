// One payment from the edge to the lane: read its card, give it an id and a reference number, wait for its batch, and turn the
// outcome into an answer.

import type { TerminalSession } from '../store/terminal-store.ts'
import {
  localTime,
  paymentIdAt,
  shardOf,
  transactionTypes,
  type PaymentMessage,
  type TerminalProfile,
  type TransactionKind,
  type TransactionType,
} from '@shua/scheme'
import type { Sensitive } from '@shua/card-data'
import { refusal, type Verdict, type Visit } from '../edge/visit.ts'
import { readCard } from '../edge/read-card.ts'
import type { AcceptedPayment } from './accept-payments.ts'
import type { PaymentOutcome } from './payment-outcome.ts'

/** The context a sealed PAN is bound to, so that a sealed value copied to another row does not open. */
export function sealContext(paymentId: string): string {
  return `acquirer.payment/${paymentId}`
}

export async function acceptOne(
  payment: PaymentMessage,
  context: { visit: Visit; terminal: TerminalSession; profile: TerminalProfile; signing: Verdict['signing'] },
): Promise<Verdict | 'sessionChanged' | undefined> {
  const { visit, terminal, profile } = context
  const { options, at, observer } = visit
  if (payment.pin !== undefined && payment.pin.format !== profile.pinFormat)
    return refusal('formatError', { edge: true })
  const card = readCard(payment, terminal, options.securityModule)
  if (observer.recording) {
    observer.event({
      lane: 'acquirer',
      kind: 'check',
      name: 'card data',
      outcome: card ? 'ok' : 'refused',
      detail: card ? { card: card.pan.toString(), entry: payment.entryMode.method } : { reason: 'trackUnreadable' },
    })
  }
  // With the wrong track key every track is unreadable.
  if (card === undefined) return refusal('trackUnreadable', { edge: true })
  const local = localTime(at)
  const paymentId = paymentIdAt(at, options.random(10))
  const panHash = options.securityModule.hashPan({ key: options.keys.panHash, pan: card.pan })
  const item: AcceptedPayment = {
    payment,
    card,
    panHash,
    shard: shardOf(panHash),
    sealedPan: options.securityModule.seal({
      key: options.keys.panSeal,
      value: card.pan,
      context: sealContext(paymentId),
    }),
    terminal,
    paymentId,
    rrn: await visit.rrns.next(local.date),
    at,
    businessDate: local.isoDate,
    observer,
  }
  const submitted = visit.lane.submit(item)
  if (submitted === undefined) return refusal('systemBusy')
  return verdictOf(await submitted, item, card.pan, context.signing)
}

function verdictOf(
  outcome: PaymentOutcome,
  item: AcceptedPayment,
  pan: Sensitive<string>,
  signing: Verdict['signing'],
): Verdict | 'sessionChanged' | undefined {
  const settlementDate = item.businessDate.slice(5, 7) + item.businessDate.slice(8, 10)
  switch (outcome.kind) {
    case 'unknown':
      return undefined
    case 'sessionChanged':
      return 'sessionChanged'
    case 'declined':
      return refusal(outcome.reason, {
        ...(outcome.reason === 'duplicate' ? {} : { paymentId: item.paymentId }),
        answer: { responseCode: '', rrn: outcome.rrn, settlementDate, organisation: 'CUP' },
      })
    case 'approved':
      return {
        outcome: 'approved',
        paymentId: item.paymentId,
        signing,
        answer: {
          responseCode: '00',
          rrn: outcome.rrn,
          approvalCode: outcome.approvalCode,
          pan,
          expiry: item.card.expiry,
          issuerId: outcome.issuerId,
          organisation: 'CUP',
          settlementDate,
          balanceMinor: tellsBalance(item.payment.kind) ? outcome.balance?.available.minorUnits : undefined,
        },
      }
  }
}

function tellsBalance(kind: TransactionKind): boolean {
  const type: TransactionType = transactionTypes[kind]
  return type.tellsBalance ?? false
}
