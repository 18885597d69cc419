// A reversal from the edge to its lane, the run of a batch of them, and the outcome as an answer.

import { localTime, paymentIdAt, type ReversalMessage } from '@shua/scheme'
import { refusal, type AcquirerOptions, type Verdict, type Visit } from '../edge/visit.ts'
import { sealContext } from '../payment/accept-one.ts'
import { runBatch } from '../payment/run-batch.ts'
import type { TerminalSession } from '../store/terminal-store.ts'
import { reverseBatch, type ReversalItem, type ReversalOutcome } from './reversal.ts'

export async function acceptReversal(
  reversal: ReversalMessage,
  context: { visit: Visit; terminal: TerminalSession; signing: Verdict['signing'] },
): Promise<Verdict | undefined> {
  const { visit, terminal, signing } = context
  const { options, at, observer } = visit
  const local = localTime(at)
  const item: ReversalItem = {
    reversal,
    terminal,
    paymentId: paymentIdAt(at, options.random(10)),
    rrn: await visit.rrns.next(local.date),
    at,
    businessDate: local.isoDate,
    observer,
    openPan: (payment) =>
      options.securityModule.open({
        key: options.keys.panSeal,
        sealed: payment.sealedPan,
        context: sealContext(payment.paymentId),
      }),
  }
  const submitted = visit.reversals.submit(item)
  if (submitted === undefined) return refusal('systemBusy')
  return verdictOf(await submitted, local.date, signing)
}

function verdictOf(outcome: ReversalOutcome, settlementDate: string, signing: Verdict['signing']): Verdict | undefined {
  switch (outcome.kind) {
    case 'unknown':
      return undefined
    case 'refused':
      return refusal(outcome.reason, { answer: { responseCode: '', rrn: outcome.rrn, settlementDate } })
    case 'reversed':
      return {
        outcome: 'approved',
        ...(outcome.original ? { paymentId: outcome.original.paymentId } : {}),
        signing,
        answer: { responseCode: '00', rrn: outcome.rrn, settlementDate, organisation: 'CUP' },
      }
  }
}

export function runReversals(
  items: readonly ReversalItem[],
  { database, network, onFault }: Pick<AcquirerOptions, 'database' | 'network' | 'onFault'>,
): Promise<ReversalOutcome[]> {
  return runBatch<ReversalItem, ReversalOutcome>(items, {
    database,
    work: (batch, tx) => reverseBatch(batch, network, tx),
    failed: ({ rrn }, end) =>
      end === 'nothingDone' ? { kind: 'refused', rrn, reason: 'systemBusy' } : { kind: 'unknown' },
    onFault,
  })
}
