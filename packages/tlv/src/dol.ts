// Data object lists: the card names tags and lengths (PDOL, CDOL1, CDOL2, DDOL), the terminal answers with the bare
// values in that order. EMV Book 3 §5.4 gives the cutting and filling rules.

import { Fault } from '@shua/assert'
import { emvTags } from './emv-tags.ts'
import { isConstructed, tagText } from './tlv-tag.ts'
import { tagBytesMax } from './tlv-scanner.ts'

export interface DolEntry {
  readonly tag: string
  /** Bytes the card wants, 0 to 255. */
  readonly length: number
}

/** Reads a list that fills `bytes` exactly. Throws TLV_TAG or TLV_LENGTH when it is cut. */
export function parseDol(bytes: Uint8Array): DolEntry[] {
  const entries: DolEntry[] = []
  let at = 0
  while (at < bytes.length) {
    const start = at
    let tag = bytes[at++]!
    if (tag === 0) throw dolFault('TLV_TAG', start, 'a tag', 'a zero byte')
    if ((tag & 0x1f) === 0x1f) {
      do {
        if (at >= bytes.length) throw dolFault('TLV_TAG', at, 'the rest of a tag', 'the end of the list')
        if (at - start >= tagBytesMax) throw dolFault('TLV_TAG', start, 'at most 4 tag bytes', 'a longer tag')
        tag = tag * 256 + bytes[at++]!
      } while (bytes[at - 1]! >= 0x80)
    }
    if (at >= bytes.length) throw dolFault('TLV_LENGTH', at, 'a length', 'the end of the list')
    entries.push({ tag: tagText(tag), length: bytes[at++]! })
  }
  return entries
}

function dolFault(code: string, offset: number, expected: string, actual: string): Fault {
  return new Fault(code, `data object list at byte ${offset}: expected ${expected}, found ${actual}`, {
    details: { offset, expected, actual },
  })
}

/** The number of bytes the card will get. */
export function dolDataLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0)
}

/**
 * The values in the order of the list. A tag that is missing or a template becomes zeros. Numeric values keep their
 * right end and are filled with zeros on the left; compressed numeric values are filled with F on the right; all
 * others keep their left end and are filled with zeros on the right.
 */
export function buildDolData(entries: readonly DolEntry[], values: ReadonlyMap<string, Uint8Array>): Buffer {
  const data = Buffer.alloc(dolDataLength(entries))
  let at = 0
  for (const { tag, length } of entries) {
    const value = isConstructed(Number.parseInt(tag, 16)) ? undefined : values.get(tag)
    if (value) placeValue(data.subarray(at, at + length), value, emvTags[tag]?.format)
    at += length
  }
  return data
}

function placeValue(target: Buffer, value: Uint8Array, format: string | undefined): void {
  if (format === 'n') {
    const kept = value.subarray(Math.max(value.length - target.length, 0))
    target.set(kept, target.length - kept.length)
    return
  }
  if (format === 'cn') target.fill(0xff)
  target.set(value.subarray(0, target.length))
}
