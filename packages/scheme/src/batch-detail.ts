// DE 48 of a batch upload: count, then up to eight records of card type, trace, PAN and amount (terminal-protocol §2.6).

import { assert } from '@shua/assert'
import { parsePan, type Sensitive } from '@shua/card-data'

export interface BatchDetailRecord {
  readonly cardType: '00' | '01'
  readonly stan: string
  readonly pan: Sensitive<string>
  readonly amountMinor: bigint
}

export const batchDetailRecordsMax = 8

export function formatBatchDetail(records: readonly BatchDetailRecord[]): string {
  assert(records.length > 0 && records.length <= batchDetailRecordsMax, 'a batch detail message holds 1 to 8 records')
  const lines = records.map(
    ({ cardType, stan, pan, amountMinor }) =>
      cardType + stan + pan.reveal().padStart(20, '0') + amountMinor.toString().padStart(12, '0'),
  )
  return String(records.length).padStart(2, '0') + lines.join('')
}

/** Reads DE 48; undefined when count and length disagree or a record is malformed. */
export function parseBatchDetail(text: string): BatchDetailRecord[] | undefined {
  const count = Number(text.slice(0, 2))
  if (!/^\d+$/.test(text) || count < 1 || count > batchDetailRecordsMax || text.length !== 2 + count * 40)
    return undefined
  const records: BatchDetailRecord[] = []
  for (let start = 2; start < text.length; start += 40) {
    const match = /^(00|01)(\d{6})(\d{20})(\d{12})$/.exec(text.slice(start, start + 40))
    // The PAN is right-aligned with zeros; no issuer's number starts with a zero.
    const pan = match ? parsePan(match[3]!.replace(/^0+/, '')) : undefined
    if (!match || !pan) return undefined
    records.push({ cardType: match[1] as '00' | '01', stan: match[2]!, pan, amountMinor: BigInt(match[4]!) })
  }
  return records
}
