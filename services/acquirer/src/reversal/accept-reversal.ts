// A reversal from the edge to its database transaction, and its outcome as an answer.

import { localTime, paymentIdAt, type ReversalMessage } from '@shua/scheme'
import { refusal, type Verdict, type Visit } from '../edge/visit.ts'
import { sealContext } from '../payment/accept-one.ts'
import type { TerminalSession } from '../store/terminal-store.ts'
import { reverse } from './reversal.ts'

export async function acceptReversal(
  reversal: ReversalMessage,
  context: { visit: Visit; terminal: TerminalSession; signing: Verdict['signing'] },
): Promise<Verdict | undefined> {
  const { visit, terminal, signing } = context
  const { options, at, observer } = visit
  const local = localTime(at)
  const rrn = await visit.rrns.next(local.date)
  const outcome = await options.database.inTransaction((tx) =>
    reverse(
      {
        reversal,
        terminal,
        paymentId: paymentIdAt(at, options.random(10)),
        rrn,
        at,
        businessDate: local.isoDate,
        observer,
        openPan: (payment) =>
          options.securityModule.open({
            key: options.keys.panSeal,
            sealed: payment.sealedPan,
            context: sealContext(payment.paymentId),
          }),
      },
      options.network,
      tx,
    ),
  )
  const settlementDate = local.date
  switch (outcome.kind) {
    case 'unknown':
      return undefined
    case 'refused':
      return refusal(outcome.reason, { answer: { responseCode: '', rrn: outcome.rrn, settlementDate } })
    case 'reversed':
      return {
        outcome: 'approved',
        ...(outcome.original ? { paymentId: outcome.original.paymentId } : {}),
        ...(signing ? { signing } : {}),
        answer: { responseCode: '00', rrn: outcome.rrn, settlementDate, organisation: 'CUP' },
      }
  }
}
