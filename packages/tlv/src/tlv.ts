// BER-TLV lists and trees: what a chip card says and field 55 carries. Order, repeated tags and unknown tags are kept,
// and a length that takes more bytes than it needs is remembered, so encodeTlv(parseTlv(x)) is x byte for byte.

import { Fault } from '@shua/assert'
import { isConstructed, tagNumber, tagSize, tagText } from './tlv-tag.ts'
import { type LengthForm, lengthSizeOf, TlvScanner } from './tlv-scanner.ts'

export interface TlvElement {
  /** Upper-case hex, e.g. `9F26`. */
  readonly tag: string
  /** A view into the parsed bytes, also for templates. */
  readonly value: Uint8Array
  /** Byte offsets of the whole data object in the parsed bytes. */
  readonly start: number
  readonly end: number
  /** Bytes of the length field when it takes more than it must. */
  readonly lengthSize?: number
  /** The data objects inside a template, when `nested` was asked for. */
  readonly children?: readonly TlvElement[]
}

export interface TlvOptions {
  /** Read templates (constructed tags) as lists too. Off by default: private templates may hold plain text. */
  readonly nested?: boolean
  /** Lists inside lists, the outermost counted. */
  readonly depthMax?: number
  readonly elementsMax?: number
  /** `oneByte` reads a length byte of 80–FF as that length, as one known test card needs; not BER. */
  readonly lengthForm?: LengthForm
}

interface Budget {
  elements: number
}

/** Reads a list of data objects that fills `bytes` exactly. Throws TLV_TAG, TLV_LENGTH, TLV_VALUE, TLV_DEPTH, TLV_COUNT. */
export function parseTlv(bytes: Uint8Array, options: TlvOptions = {}): TlvElement[] {
  const scanner = new TlvScanner(bytes, 0, bytes.length, options.lengthForm)
  return readList(scanner, options, { budget: { elements: options.elementsMax ?? 1024 }, depth: 1 })
}

function readList(scanner: TlvScanner, options: TlvOptions, state: { budget: Budget; depth: number }): TlvElement[] {
  const { bytes } = scanner
  const elements: TlvElement[] = []
  while (scanner.next()) {
    const { start, tag, valueStart, valueEnd, lengthSize } = scanner
    if (--state.budget.elements < 0) throw limitFault('TLV_COUNT', start, 'data objects')
    const element = { tag: tagText(tag), value: bytes.subarray(valueStart, valueEnd), start, end: valueEnd }
    const odd = lengthSize > lengthSizeOf(valueEnd - valueStart) ? { lengthSize } : {}
    if (options.nested === true && isConstructed(tag)) {
      if (state.depth >= (options.depthMax ?? 8)) throw limitFault('TLV_DEPTH', start, 'levels of templates')
      const inside = new TlvScanner(bytes, valueStart, valueEnd, scanner.lengthForm)
      const children = readList(inside, options, { budget: state.budget, depth: state.depth + 1 })
      elements.push({ ...element, ...odd, children })
    } else elements.push({ ...element, ...odd })
  }
  return elements
}

function limitFault(code: string, offset: number, what: string): Fault {
  return new Fault(code, `BER-TLV at byte ${offset}: more ${what} than allowed`, { details: { offset } })
}

/** What encodeTlv takes: a value, or the children of a template. */
export interface TlvInput {
  readonly tag: string
  readonly value?: Uint8Array
  readonly children?: readonly TlvInput[]
  readonly lengthSize?: number
}

/** The bytes of a list of data objects. Throws TLV_TAG, TLV_LENGTH for a length field too small, TLV_DEPTH. */
export function encodeTlv(elements: readonly TlvInput[], depth = 1): Buffer {
  if (depth > 32) throw limitFault('TLV_DEPTH', 0, 'levels of templates')
  return Buffer.concat(elements.flatMap((element) => encodeElement(element, depth)))
}

function encodeElement(element: TlvInput, depth: number): Uint8Array[] {
  const value = element.children ? encodeTlv(element.children, depth + 1) : (element.value ?? new Uint8Array(0))
  const tag = tagNumber(element.tag)
  const head = Buffer.allocUnsafe(tagSize(tag) + 5)
  const end = writeTlvHeader(head, 0, { tag, length: value.length, lengthSize: element.lengthSize })
  return [head.subarray(0, end), value]
}

/** Writes tag and length at `position` and returns the position behind them. */
export function writeTlvHeader(
  target: Uint8Array,
  position: number,
  header: { readonly tag: number; readonly length: number; readonly lengthSize: number | undefined },
): number {
  const { tag, length } = header
  if (tag <= 0xffff && length < 0x80 && header.lengthSize === undefined) {
    // Nearly every data object of a payment: one or two bytes of tag, one of length.
    let next = position
    if (tag > 0xff) target[next++] = tag >> 8
    target[next] = tag & 0xff
    target[next + 1] = length
    return next + 2
  }
  let at = writeUint(target, position, { value: tag, size: tagSize(tag) })
  const least = lengthSizeOf(length)
  const size = header.lengthSize ?? least
  if (size < least || size > 5) {
    throw new Fault('TLV_LENGTH', 'the length does not fit its length field', {
      path: tagText(tag),
      details: { expected: `${least} to 5 bytes`, actual: `${size} bytes` },
    })
  }
  if (size === 1) {
    target[at] = length
    return at + 1
  }
  target[at++] = 0x80 + size - 1
  return writeUint(target, at, { value: length, size: size - 1 })
}

function writeUint(target: Uint8Array, position: number, number: { value: number; size: number }): number {
  let rest = number.value
  for (let i = number.size - 1; i >= 0; i--) {
    target[position + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return position + number.size
}

/** The first data object with this tag, searching templates that were read. */
export function findTlv(elements: readonly TlvElement[], tag: string): TlvElement | undefined {
  for (const element of elements) {
    if (element.tag === tag) return element
    const inside = element.children && findTlv(element.children, tag)
    if (inside) return inside
  }
  return undefined
}
