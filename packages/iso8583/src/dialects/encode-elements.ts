// The standard writes a data element as `n..19`, `ans...999` (one dot a digit of the length) or `ans15` and leaves the encoding to the network. This turns a table
// in the standard's notation and a network's encodings into the field data of a dialect.

import { assert } from '@shua/assert'
import type { BytesEncoding, Content, FieldSpec, Mask, PrefixSpec, TextEncoding } from '../dialect.ts'

/** Notation, English name, Chinese name, and how far it may be shown. */
type Element = readonly [notation: string, en: string, zh: string, mask?: Mask]

export type Elements = Readonly<Record<number, Element>>

export interface ElementEncodings {
  /** For n and z. */
  readonly digits: Extract<TextEncoding, 'ascii' | 'ebcdic037' | 'bcd'>
  /** For a, an, ans, x+n, and t when there is no `chinese`. */
  readonly text: Extract<TextEncoding, 'ascii' | 'ebcdic037'>
  readonly bytes: BytesEncoding
  readonly prefix: PrefixSpec['encoding']
  /** For t: text that may be Chinese. */
  readonly chinese?: 'gbk'
  /** What every BCD field of variable length has, e.g. its alignment. */
  readonly variableDigits?: Pick<FieldSpec, 'align' | 'filler' | 'fillerRead'>
}

/**
 * a: letters; an: letters, digits, spaces; ans, ns: printable; b: bytes; n: digits; amount: digits as a bigint;
 * x+n: C or D and digits; z: track data; h: hex digits, for tracks that may be encrypted; t: text.
 */
const contents: Readonly<Record<string, Content>> = {
  a: 'alphabetic',
  an: 'alphanumeric',
  ans: 'printable',
  ns: 'printable',
  b: 'bytes',
  n: 'digits',
  amount: 'amount',
  'x+n': 'signedAmount',
  z: 'track',
  h: 'hexDigits',
  t: 'text',
}

export function encodeElements(elements: Elements, encodings: ElementEncodings): Record<string, FieldSpec> {
  return Object.fromEntries(
    Object.entries(elements).map(([field, element]) => [field, encodeElement(element, encodings)]),
  )
}

function encodeElement(element: Element, encodings: ElementEncodings): FieldSpec {
  const [notation, en, zh, mask] = element
  const match = /^(?<kind>[a-z+]+)(?<dots>\.{2,6})?(?<count>\d+)$/.exec(notation)
  const content = contents[match?.groups?.['kind'] ?? '']
  assert(match && content, `${notation} is in the notation of the standard`)
  const count = Number(match.groups!['count'])
  const dots = match.groups!['dots']?.length ?? 0
  const variable = dots > 0
  const encoding = encodingOf(content, encodings)
  return {
    title: { en, zh },
    content,
    encoding,
    length: content === 'signedAmount' ? count + 1 : count,
    ...(variable ? { prefix: { digits: dots, encoding: encodings.prefix } } : {}),
    ...(variable && encoding === 'bcd' ? encodings.variableDigits : {}),
    ...(!variable && isText(content) ? { pad: { side: 'right', character: ' ' } } : {}),
    ...(mask === undefined ? {} : { mask }),
  }
}

function isText(content: Content): boolean {
  return content === 'alphabetic' || content === 'alphanumeric' || content === 'printable' || content === 'text'
}

function encodingOf(content: Content, encodings: ElementEncodings): TextEncoding | BytesEncoding {
  if (content === 'bytes') return encodings.bytes
  if (content === 'text') return encodings.chinese ?? encodings.text
  return isText(content) || (content === 'signedAmount' && encodings.digits !== 'bcd')
    ? encodings.text
    : encodings.digits
}
