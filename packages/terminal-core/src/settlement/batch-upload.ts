// 批上送: every settling record, eight a packet. A record is marked once its packet is answered, so after an interruption only
// the rest is sent (terminal-protocol §4.3).

import { batchDetailRecordsMax, formatBatchDetail, transactionTypes } from '@shua/scheme'
import type { Exchange } from '../engine/exchange.ts'
import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import type { BatchRecord } from '../state/batch-record.ts'
import { cardTypeOf } from '../state/batch-totals.ts'

/** Holds of authorizations move no money and are not uploaded. */
function settles(record: BatchRecord): boolean {
  return transactionTypes[record.kind].settles !== undefined
}

export function countOfUpload(records: readonly BatchRecord[]): number {
  return records.filter(settles).length
}

/** The number of records sent now, or the exchange that stopped it. */
export async function uploadBatch(context: TerminalContext): Promise<number | Exchange> {
  let sent = 0
  for (;;) {
    const packet = context.state.records
      .filter((record) => settles(record) && !record.uploaded)
      .slice(0, batchDetailRecordsMax)
    if (packet.length === 0) return sent
    const result = await managementExchange(context, {
      kind: 'batchUpload',
      networkCode: '201',
      withStan: true,
      operator: undefined,
      digits: formatBatchDetail(
        packet.map((record) => ({
          cardType: cardTypeOf(record),
          stan: record.stan,
          pan: context.openPan(record.panSealed, record.stan),
          amountMinor: record.amountMinor,
        })),
      ),
    })
    if (managementOutcome(result).kind !== 'done') return result
    await context.append({ type: 'recordsUploaded', stans: packet.map(({ stan }) => stan) })
    sent += packet.length
  }
}
