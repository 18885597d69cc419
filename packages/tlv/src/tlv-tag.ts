// Tags travel as numbers inside the scanner and as upper-case hex (`9F26`) everywhere else.

import { Fault } from '@shua/assert'

const hexByte = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0').toUpperCase())
/** The texts of one- and two-byte tags as they are first seen, so that reading a field 55 builds no strings. */
const shortTagText: (string | undefined)[] = Array.from({ length: 0x10000 })

export function tagText(tag: number): string {
  if (tag > 0xffff) return tag.toString(16).toUpperCase()
  return (shortTagText[tag] ??= tag > 0xff ? hexByte[tag >> 8]! + hexByte[tag & 0xff]! : hexByte[tag]!)
}

const tagNumbers = new Map<string, number>()
/** Programs use a handful of tags; a caller that invents them without end must not grow the cache without end. */
const tagNumbersMax = 4096

/** The number of a well-formed tag of one to four bytes in upper-case hex; throws TLV_TAG. */
export function tagNumber(text: string): number {
  const known = tagNumbers.get(text)
  if (known !== undefined) return known
  if (!wellFormed(text)) {
    throw new Fault('TLV_TAG', 'not a BER tag of one to four bytes in upper-case hex', {
      details: { expected: 'a tag such as 9F26', actual: `${text.length} characters` },
    })
  }
  const tag = Number.parseInt(text, 16)
  if (tagNumbers.size < tagNumbersMax) tagNumbers.set(text, tag)
  return tag
}

function wellFormed(text: string): boolean {
  if (!/^(?:[0-9A-F]{2}){1,4}$/.test(text) || text.startsWith('00')) return false
  const bytes = text.match(/../g)!.map((pair) => Number.parseInt(pair, 16))
  const long = (bytes[0]! & 0x1f) === 0x1f
  if (!long) return bytes.length === 1
  return bytes.length > 1 && bytes.slice(1).every((byte, i) => byte >= 0x80 === i < bytes.length - 2)
}

export function tagSize(tag: number): number {
  if (tag > 0xffffff) return 4
  if (tag > 0xffff) return 3
  return tag > 0xff ? 2 : 1
}

/** A template: its value is itself a list of data objects (bit 6 of the first byte). */
export function isConstructed(tag: number): boolean {
  return (Math.floor(tag / 256 ** (tagSize(tag) - 1)) & 0x20) !== 0
}
