// One record of the journal file: `checksum SP json LF`. The checksum is the first 16 hex digits of SHA-256 over the previous
// checksum and the text, so a torn, changed or missing record breaks the chain and is seen when the file is read.

import { createHash } from 'node:crypto'
import { Fault } from '@shua/assert'
import type { JournalEvent } from '../state/journal-event.ts'

export const chainStart = '0000000000000000'

function checksum(previous: string, text: string): string {
  return createHash('sha256').update(previous).update(text).digest('hex').slice(0, 16)
}

/** JSON has no bigint: amounts are written as `{"$minor":"10000"}`. */
function toText(event: JournalEvent): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    typeof value === 'bigint' ? { $minor: String(value) } : value,
  )
}

function fromText(text: string): JournalEvent {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$minor' in value)) return value
    return BigInt((value as { $minor: string }).$minor)
  }) as JournalEvent
}

export function formatLine(previous: string, event: JournalEvent): { line: Buffer; checksum: string } {
  const text = toText(event)
  const sum = checksum(previous, text)
  return { line: Buffer.from(`${sum} ${text}\n`, 'utf8'), checksum: sum }
}

export interface ReadLines {
  readonly events: readonly JournalEvent[]
  readonly checksum: string
  /** Bytes up to the end of the last whole record; what follows is a torn write and is cut off. */
  readonly wholeBytes: number
}

/**
 * Reads a journal from its bytes. A broken last record is what a power cut leaves and is dropped: it was never acknowledged.
 * A broken record with whole ones behind it is damage, and throws `JOURNAL_DAMAGED`.
 */
export function readLines(bytes: Buffer): ReadLines {
  const events: JournalEvent[] = []
  let previous = chainStart
  let start = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0) break
    const line = bytes.toString('utf8', start, end)
    const text = line.slice(17)
    if (line[16] !== ' ' || line.slice(0, 16) !== checksum(previous, text)) {
      if (bytes.indexOf(0x0a, end + 1) >= 0) {
        throw new Fault('JOURNAL_DAMAGED', `record ${events.length + 1} of the journal does not match its checksum`, {
          details: { offset: start },
        })
      }
      break
    }
    events.push(fromText(text))
    previous = line.slice(0, 16)
    start = end + 1
  }
  return { events, checksum: previous, wholeBytes: start }
}
