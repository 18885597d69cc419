// Turns the data of a field into its codec, once per dialect, and refuses combinations that mean nothing.

import { inClass } from './character-class.ts'
import type { BytesEncoding, CompositeSpec, FieldSpec, Mask, PrefixSpec, TaggedSpec, ValueSpec } from './dialect.ts'
import { fromEbcdic037, fromEbcdic1047 } from './ebcdic.ts'
import { AmountBody } from './field/amount-body.ts'
import { BcdBody } from './field/bcd-body.ts'
import { BitmappedBody } from './field/bitmapped-body.ts'
import type { Body, BodyContext } from './field/body.ts'
import { BytesBody } from './field/bytes-body.ts'
import { type CountRatio, type FieldCodec, type FieldFacts, FixedField, VariableField } from './field/field-codec.ts'
import { FixedTextField } from './field/fixed-text-field.ts'
import { GbkBody } from './field/gbk-body.ts'
import { PositionalBody } from './field/positional-body.ts'
import { SequenceBody } from './field/sequence-body.ts'
import { SignedAmountBody } from './field/signed-amount-body.ts'
import { TaggedBody, unknownTagTitle } from './field/tagged-body.ts'
import { TextBody } from './field/text-body.ts'
import { TlvBody } from './field/tlv-body.ts'
import { isoFault, type IsoFaultCode } from './iso-fault.ts'
import { compilePrefix } from './length-prefix.ts'

/** Composites inside composites; a dialect nests two deep at most in practice. */
const depthMax = 6

export interface FieldPlace {
  /** Where in a message, e.g. `60` or `127.25`. */
  readonly path: string
  /** Set for the fields of the message itself. */
  readonly field: number | undefined
  readonly depth: number
}

export function compileField(spec: FieldSpec, place: FieldPlace): FieldCodec {
  const { path } = place
  demand(place.depth <= depthMax, 'ISO_DIALECT_COMPOSITE', path, `at most ${depthMax} levels of parts`)
  const { prefix, pad } = spec
  const fixed = prefix === undefined
  demand(!fixed || spec.lengthMin === undefined, 'ISO_DIALECT_LENGTH', path, 'lengthMin only beside a prefix')
  demand(fixed || pad === undefined, 'ISO_DIALECT_ENCODING', path, 'padding only for a fixed length')
  checkPad(spec, path)
  const maskable = spec.composite === undefined || spec.mask === undefined
  demand(maskable, 'ISO_DIALECT_COMPOSITE', path, 'masks on the parts of a composite, not on itself')
  const body = compileBody(spec, place, { pad, countsBytes: prefix?.counts === 'bytes' })
  const facts = factsOf(spec, path, fixed)
  if (prefix === undefined) {
    return body instanceof TextBody && body.plain ? new FixedTextField(facts, body) : new FixedField(facts, body)
  }
  const ratio = ratioOf(spec, prefix)
  checkPrefix(spec, prefix, { path, ratio })
  return new VariableField(facts, body, { prefix, ratio })
}

function factsOf(spec: ValueSpec, path: string, fixed: boolean): FieldFacts {
  return {
    path,
    title: spec.title,
    mask: spec.mask ?? 'auto',
    unit: spec.content === 'bytes' ? 'byte' : spec.encoding === 'bcd' ? 'digit' : 'character',
    min: fixed ? spec.length : (spec.lengthMin ?? 0),
    max: spec.length,
  }
}

function ratioOf(spec: ValueSpec, prefix: PrefixSpec): CountRatio {
  if (spec.content === 'bytes') return prefix.counts === 'digits' ? 'halfUnit' : 'unit'
  return spec.encoding === 'bcd' && prefix.counts === 'bytes' ? 'twoUnits' : 'unit'
}

function checkPrefix(spec: ValueSpec, prefix: PrefixSpec, place: { path: string; ratio: CountRatio }): void {
  const { path, ratio } = place
  const countMax = ratio === 'unit' ? spec.length : ratio === 'twoUnits' ? Math.ceil(spec.length / 2) : spec.length * 2
  demand(countMax <= compilePrefix(prefix).max, 'ISO_DIALECT_LENGTH', path, 'a length that fits its prefix')
  demand((spec.lengthMin ?? 0) <= spec.length, 'ISO_DIALECT_LENGTH', path, 'lengthMin up to length')
  const numeric = spec.content === 'amount' || spec.content === 'signedAmount'
  demand(!numeric, 'ISO_DIALECT_ENCODING', path, 'amounts of a fixed length')
}

function checkPad(spec: FieldSpec, path: string): void {
  const { pad, content } = spec
  if (pad === undefined) return
  const padless = content === 'bytes' || content === 'amount' || content === 'signedAmount' || spec.composite
  demand(!padless, 'ISO_DIALECT_ENCODING', path, 'padding only for strings')
  const fits =
    content !== 'bytes' && inClass(content, pad.character) && (spec.encoding !== 'bcd' || pad.character !== '=')
  demand(fits, 'ISO_DIALECT_ENCODING', path, 'a padding character of the content’s class')
}

interface BodyOptions {
  readonly pad: FieldSpec['pad']
  readonly countsBytes: boolean
}

function compileBody(spec: ValueSpec, place: FieldPlace, options: BodyOptions): Body {
  const { path, field } = place
  const context: BodyContext = { path, field, min: spec.lengthMin ?? 0, max: spec.length }
  const plainBcd = spec.encoding === 'bcd' && spec.content !== 'amount' && spec.content !== 'signedAmount'
  const packed = spec.align ?? spec.filler ?? spec.fillerRead
  demand(packed === undefined || plainBcd, 'ISO_DIALECT_ENCODING', path, 'align and filler only for BCD digits')
  if (spec.composite === undefined) return compileLeaf(spec, context, options)
  if (spec.composite.kind !== 'positional') return compileContainer(spec, spec.composite, { place, context })
  demand(spec.content !== 'bytes' && spec.content !== 'amount', 'ISO_DIALECT_COMPOSITE', path, 'a string to cut')
  const { subfields } = spec.composite
  checkIds(subfields, path)
  const total = subfields.reduce((sum, part) => sum + part.length, 0)
  demand(total === spec.length, 'ISO_DIALECT_LENGTH', path, `a length of ${total}, the sum of its parts`)
  return new PositionalBody(context, compileLeaf(spec, context, options), subfields)
}

function compileLeaf(spec: ValueSpec, context: BodyContext, options: BodyOptions): Body {
  const { content, encoding } = spec
  const { path } = context
  if (content === 'bytes') return new BytesBody(context, bytesEncoding(spec, path))
  if (encoding === 'bcd') return compilePacked(spec, context, options)
  if (encoding === 'gbk') {
    demand(content === 'text', 'ISO_DIALECT_ENCODING', path, 'text as the content of GBK')
    return new GbkBody(context, options.pad)
  }
  const pages = { ascii: undefined, ebcdic037: fromEbcdic037, ebcdic1047: fromEbcdic1047 }
  const known = encoding === 'ascii' || encoding === 'ebcdic037' || encoding === 'ebcdic1047'
  if (!known) throw encodingFault(path, 'a character encoding for a string')
  if (content === 'amount') return new AmountBody(context, encoding === 'ascii' ? 'ascii' : 'ebcdic')
  demand(content !== 'signedAmount' || spec.length > 1, 'ISO_DIALECT_LENGTH', path, 'a sign and digits')
  return new TextBody(context, { content, page: pages[encoding], pad: options.pad })
}

function compilePacked(spec: ValueSpec, context: BodyContext, options: BodyOptions): Body {
  const { content, filler = '0', align = 'right', fillerRead = 'exact' } = spec
  const { path } = context
  if (content === 'amount') return new AmountBody(context, 'bcd')
  if (content === 'signedAmount') {
    demand(spec.length > 1, 'ISO_DIALECT_LENGTH', path, 'a sign and digits')
    return new SignedAmountBody(context)
  }
  if (content !== 'digits' && content !== 'track' && content !== 'hexDigits') {
    throw encodingFault(path, 'digits, track, hexDigits or an amount as the content of BCD')
  }
  const any = fillerRead === 'any'
  demand(!any || context.field !== undefined, 'ISO_DIALECT_ENCODING', path, 'an exact filler inside a composite')
  // Counting bytes, an odd number of digits can only be told from a filler that is no digit.
  const fillerEndsValue = options.countsBytes && align === 'left' && !inClass(content, filler)
  demand(!(fillerEndsValue && any), 'ISO_DIALECT_ENCODING', path, 'an exact filler where it ends the value')
  const evenOnly = options.countsBytes && !fillerEndsValue
  demand(!evenOnly || spec.length % 2 === 0, 'ISO_DIALECT_LENGTH', path, 'an even length, as its prefix counts bytes')
  return new BcdBody(context, {
    content,
    left: align === 'left',
    filler: Number.parseInt(filler, 16),
    anyFiller: any,
    fillerEndsValue,
    evenOnly,
    pad: options.pad,
  })
}

interface ContainerPlace {
  readonly place: FieldPlace
  readonly context: BodyContext
}

function compileContainer(
  spec: ValueSpec,
  composite: Exclude<CompositeSpec, { kind: 'positional' }>,
  { place, context }: ContainerPlace,
): Body {
  const { path } = place
  demand(spec.content === 'bytes', 'ISO_DIALECT_COMPOSITE', path, 'bytes as the content of a composite')
  const encoding = bytesEncoding(spec, path)
  const inner = (id: string): FieldPlace => ({ path: `${path}.${id}`, field: undefined, depth: place.depth + 1 })
  switch (composite.kind) {
    case 'berTlv':
      return new TlvBody(context, encoding, composite)
    case 'sequence': {
      checkIds(composite.subfields, path)
      const fields = composite.subfields.map(({ id, ...part }) => ({ id, codec: compileField(part, inner(id)) }))
      return new SequenceBody(context, encoding, fields)
    }
    case 'bitmap': {
      const { bitmap, subfields } = composite
      const bits = Object.keys(subfields).every((id) => Number(id) <= bitmap.bytes * 8)
      demand(bits, 'ISO_DIALECT_BITMAP', path, 'parts within the bitmap')
      const fields = new Map(Object.entries(subfields).map(([id, part]) => [Number(id), compileField(part, inner(id))]))
      const options = { bitmapEncoding: bitmap.encoding, bitmapBytes: bitmap.bytes, fields }
      return new BitmappedBody(context, encoding, options)
    }
    case 'tagged':
      return compileTagged(composite, { encoding, context, inner })
  }
}

function compileTagged(
  composite: TaggedSpec,
  { encoding, context, inner }: { encoding: BytesEncoding; context: BodyContext; inner: (id: string) => FieldPlace },
): Body {
  const { tag, prefix, subfields } = composite
  const { path } = context
  const packed = tag.encoding === 'bcd' || tag.encoding === 'binary'
  demand(!packed || tag.length % 2 === 0, 'ISO_DIALECT_COMPOSITE', path, 'an even number of tag digits')
  const right = Object.keys(subfields).every((id) => id.length === tag.length)
  demand(right, 'ISO_DIALECT_COMPOSITE', path, `tags of ${tag.length} characters`)
  const compile = (id: string, part: ValueSpec) => compileField({ ...part, prefix }, inner(id))
  const fields = new Map(Object.entries(subfields).map(([id, part]) => [id, compile(id, part)]))
  const unknownLength = prefix.counts === 'digits' ? compilePrefix(prefix).max >> 1 : compilePrefix(prefix).max
  const unknownPart: ValueSpec = {
    title: unknownTagTitle,
    content: 'bytes',
    encoding: 'binary',
    length: Math.min(unknownLength, context.max),
    mask: 'long' satisfies Mask,
  }
  const unknown = composite.unknown === 'refuse' ? undefined : (id: string) => compile(id, unknownPart)
  return new TaggedBody(context, encoding, { tag, fields, unknown })
}

function bytesEncoding(spec: ValueSpec, path: string): BytesEncoding {
  const { encoding } = spec
  if (encoding === 'binary' || encoding === 'hex' || encoding === 'hexLower' || encoding === 'hexEbcdic')
    return encoding
  throw encodingFault(path, 'binary or hex as the encoding of bytes')
}

function checkIds(parts: readonly { readonly id: string }[], path: string): void {
  const right = parts.length > 0 && new Set(parts.map(({ id }) => id)).size === parts.length
  demand(right, 'ISO_DIALECT_COMPOSITE', path, 'parts with different ids')
}

function encodingFault(path: string, expected: string): Error {
  return isoFault('ISO_DIALECT_ENCODING', { path, expected, actual: 'something else' })
}

function demand(condition: boolean, code: IsoFaultCode, path: string, expected: string): void {
  if (!condition) throw isoFault(code, { path, expected, actual: 'something else' })
}
