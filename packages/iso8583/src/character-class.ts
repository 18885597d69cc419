// Which characters a content class allows, as tables over one byte, so that checking a value costs one look-up a byte.

import type { Content } from './dialect.ts'

const printable = (code: number) => code >= 0x20 && code <= 0x7e
const digit = (code: number) => code >= 0x30 && code <= 0x39
const letter = (code: number) => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)

/** By character code of ISO 8859-1; ASCII is its first half. */
const predicates: Readonly<Record<Exclude<Content, 'bytes'>, (code: number) => boolean>> = {
  digits: digit,
  amount: digit,
  signedAmount: (code) => digit(code) || code === 0x43 || code === 0x44,
  track: (code) => digit(code) || code === 0x44 || code === 0x3d,
  hexDigits: (code) => digit(code) || (code >= 0x41 && code <= 0x46),
  alphabetic: (code) => letter(code) || code === 0x20,
  alphanumeric: (code) => letter(code) || digit(code) || code === 0x20,
  printable,
  text: (code) => printable(code) || code >= 0xa0,
}

/** What faults say was expected. */
export const classNames: Readonly<Record<Exclude<Content, 'bytes'>, string>> = {
  digits: 'a digit',
  amount: 'a digit',
  signedAmount: 'C or D and digits',
  track: 'a digit or the track separator',
  hexDigits: 'a hex digit in upper case',
  alphabetic: 'a letter or a space',
  alphanumeric: 'a letter, a digit or a space',
  printable: 'a printable character',
  text: 'a printable character',
}

export interface CharacterTables {
  /** By byte on the wire: 1 when the character is allowed. */
  readonly allowed: Uint8Array
  /** By character code: the byte on the wire, or -1 when the character is not allowed. */
  readonly toWire: Int16Array
}

/** `page` maps wire bytes to characters; without it the encoding is ASCII, where `text` stays within it. */
export function characterTables(content: Exclude<Content, 'bytes'>, page: Uint8Array | undefined): CharacterTables {
  const allowed = new Uint8Array(256)
  const toWire = new Int16Array(256).fill(-1)
  const predicate = content === 'text' && page === undefined ? printable : predicates[content]
  for (let byte = 0; byte < 256; byte++) {
    const character = page === undefined ? byte : page[byte]!
    if (!predicate(character)) continue
    allowed[byte] = 1
    toWire[character] = byte
  }
  return { allowed, toWire }
}

/** Where the first byte stands that the table does not allow, or -1. Looking at four at a time takes half as long. */
export function firstOutside(allowed: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (const last = end - 3; at < last; at += 4) {
    const four = allowed[bytes[at]!]! & allowed[bytes[at + 1]!]! & allowed[bytes[at + 2]!]! & allowed[bytes[at + 3]!]!
    if (four === 0) break
  }
  for (; at < end; at++) if (allowed[bytes[at]!] === 0) return at
  return -1
}

/** Whether one character (as a string) belongs to the class. */
export function inClass(content: Exclude<Content, 'bytes'>, character: string): boolean {
  return character.length === 1 && predicates[content](character.charCodeAt(0))
}

/** How a fault shows one byte that is out of place. */
export function byteText(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`
}
