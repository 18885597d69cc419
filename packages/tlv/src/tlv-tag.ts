// Tags travel as numbers inside the scanner and as upper-case hex (`9F26`) everywhere else.

import { Fault } from '@shua/assert'

const hexByte = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0').toUpperCase())
/** The texts of one- and two-byte tags as they are first seen, so that reading a field 55 builds no strings. */
const shortTagText: (string | undefined)[] = Array.from({ length: 0x10000 })

export function tagText(tag: number): string {
  if (tag > 0xffff) return tag.toString(16).toUpperCase()
  return (shortTagText[tag] ??= tag > 0xff ? hexByte[tag >> 8]! + hexByte[tag & 0xff]! : hexByte[tag]!)
}

/** What stands for a character that is no hex digit: larger than any tag of two bytes. */
const noDigit = 0x10000
/** The value of an upper-case hex digit by character code. */
const digitValue: Int32Array = hexDigits()

function hexDigits(): Int32Array {
  const table = new Int32Array(256).fill(noDigit)
  for (let value = 0; value < 16; value++) table[value.toString(16).toUpperCase().charCodeAt(0)] = value
  return table
}

function digitAt(text: string, index: number): number {
  return digitValue[text.charCodeAt(index) & 0xff]! | (text.charCodeAt(index) >> 8 === 0 ? 0 : noDigit)
}

/** The number of a well-formed tag of one to four bytes in upper-case hex; throws TLV_TAG. */
export function tagNumber(text: string): number {
  // One and two bytes, which is nearly every tag, without building anything.
  if (text.length === 4) {
    const first = (digitAt(text, 0) << 4) | digitAt(text, 1)
    const second = (digitAt(text, 2) << 4) | digitAt(text, 3)
    if (first < 0x100 && second < 0x80 && (first & 0x1f) === 0x1f) return (first << 8) | second
  } else if (text.length === 2) {
    const tag = (digitAt(text, 0) << 4) | digitAt(text, 1)
    if (tag < 0x100 && tag !== 0 && (tag & 0x1f) !== 0x1f) return tag
  }
  if (wellFormed(text)) return Number.parseInt(text, 16)
  throw new Fault('TLV_TAG', 'not a BER tag of one to four bytes in upper-case hex', {
    details: { expected: 'a tag such as 9F26', actual: `${text.length} characters` },
  })
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
