// BER-TLV, field 55 above all. Reading walks the data from end to end, so nothing malformed gets past it; the list of
// data objects is made when somebody asks for it.

import { Fault } from '@shua/assert'
import { emvTags, isConstructed, tagNumber, tagText, TlvScanner, writeTlvHeader } from '@shua/tlv'
import type { BerTlvSpec, BytesEncoding, Mask, Title } from '../dialect.ts'
import { type FieldValue, isComposite } from '../field-value.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import type { BodyContext, ReadValue } from './body.ts'
import { copyBytes, shortBytes } from './bytes-body.ts'
import { ContainerBody } from './container-body.ts'
import { LazyTlv } from './lazy-tlv.ts'
import { unknownTagTitle } from './tagged-body.ts'

/**
 * A data object whose length byte was damaged can swallow the card number behind it, tag and all, and still be harmless by its
 * own tag. The shortest such value is ten bytes long and holds thirteen digits; an AID or an amount, which begin with zeros
 * after their letters, have fewer.
 */
function maySwallowPan(text: string): boolean {
  return text.length >= 20 && /[1-9][0-9]{12}/.test(text)
}

/** Tag and length of one data object at most. */
const headerBytesMax = 9

export class TlvBody extends ContainerBody {
  readonly #named: NonNullable<BerTlvSpec['subfields']>

  constructor(context: BodyContext, encoding: BytesEncoding, spec: BerTlvSpec) {
    super(context, encoding)
    this.#named = spec.subfields ?? {}
  }

  protected override readParts(reader: Reader): ReadValue {
    const start = reader.position
    const scanner = new TlvScanner(reader.bytes, start, reader.end)
    try {
      while (scanner.next()) if (reader.tracer !== undefined) this.#trace(reader, scanner)
    } catch (cause) {
      throw this.#tlvFault(cause, (facts) => reader.fault('ISO_TLV', facts))
    }
    reader.position = reader.end
    const found = new LazyTlv(reader.own(), start, reader.end)
    return this.context.field === undefined ? found.subfields() : found
  }

  #tlvFault(cause: unknown, make: (facts: TlvFacts) => Error): Error {
    if (!(cause instanceof Fault) || !cause.code.startsWith('TLV_')) throw cause
    const { offset = 0, expected, actual } = cause.details as { offset?: number; expected: string; actual: string }
    const path = cause.path === undefined ? this.context.path : `${this.context.path}.${cause.path}`
    return make({ path, at: offset, expected, actual, cause })
  }

  #trace(reader: Reader, scanner: TlvScanner): void {
    const id = tagText(scanner.tag)
    const { title, mask: usual } = this.#shown(id, scanner.tag)
    const text = reader.bytes.toString('hex', scanner.valueStart, scanner.valueEnd).toUpperCase()
    const mask = usual === 'none' && maySwallowPan(text) ? 'secret' : usual
    reader.tracer!.leaf({
      path: `${this.context.path}.${id}`,
      title,
      mask,
      start: reader.nibbleAt(scanner.start),
      end: reader.nibbleAt(scanner.valueEnd),
      bodyStart: reader.nibbleAt(scanner.valueStart),
      bodyEnd: reader.nibbleAt(scanner.valueEnd),
      width: reader.nibblesPerByte / 2,
      placed: true,
      text,
    })
  }

  /** Templates and tags nobody listed may hold anything, so they are shown only when they are short. */
  #shown(id: string, tag: number): { title: Title; mask: Mask } {
    const own = this.#named[id]
    const known = emvTags[id]
    const mask = own?.mask ?? known?.mask ?? (known === undefined || isConstructed(tag) ? 'long' : 'none')
    const title = own?.title ?? (known === undefined ? unknownTagTitle : { en: known.en, zh: known.zh })
    return { title, mask }
  }

  /** Takes what reading gave, a list of data objects, or the bytes of one, which are checked as if they were read. */
  protected override writeParts(writer: Writer, value: ReadValue): void {
    try {
      if (value instanceof LazyTlv) this.#writeScanned(writer, value.scanner())
      else if (value instanceof Uint8Array) this.#writeScanned(writer, new TlvScanner(value))
      else this.#writeList(writer, value)
    } catch (cause) {
      throw this.#tlvFault(cause, ({ path, expected, actual }) => packFault('ISO_TLV', path, expected, actual))
    }
  }

  #writeList(writer: Writer, list: FieldValue): void {
    if (!isComposite(list)) throw typeFault(this.context.path, 'a list of data objects', list)
    let room = 0
    for (const { id, value } of list) {
      if (!(value instanceof Uint8Array)) throw typeFault(`${this.context.path}.${id}`, 'bytes', value)
      room += headerBytesMax + value.length
    }
    writer.reserve(room)
    const { bytes } = writer
    let at = writer.position
    for (const { id, value, lengthSize } of list as readonly { id: string; value: Uint8Array; lengthSize?: number }[]) {
      const { length } = value
      at = writeTlvHeader(bytes, at, { tag: tagNumber(id), length, lengthSize })
      if (length > shortBytes) bytes.set(value, at)
      else for (let i = 0; i < length; i++) bytes[at + i] = value[i]!
      at += length
    }
    writer.position = at
  }

  #writeScanned(writer: Writer, scanner: TlvScanner): void {
    while (scanner.next()) {
      const { tag, lengthSize, valueStart, valueEnd } = scanner
      this.#writeObject(writer, { tag, lengthSize, value: scanner.bytes.subarray(valueStart, valueEnd) })
    }
  }

  #writeObject(writer: Writer, part: { tag: number; value: Uint8Array; lengthSize: number | undefined }): void {
    const { tag, value, lengthSize } = part
    writer.reserve(headerBytesMax + value.length)
    writer.position = writeTlvHeader(writer.bytes, writer.position, { tag, length: value.length, lengthSize })
    copyBytes(writer, value)
  }
}

interface TlvFacts {
  readonly path: string
  readonly at: number
  readonly expected: string
  readonly actual: string
  readonly cause: unknown
}
