// What a dialect is: a description of one acquirer's or network's ISO 8583 in plain data. It survives JSON.stringify,
// so a dialect can live in a file or a database row and needs no code. compile-dialect.ts turns it into a codec.

export interface Title {
  readonly en: string
  readonly zh?: string
}

export interface Dialect {
  readonly name: string
  readonly title: Title
  /** Fixed parts in front of the MTI, kept on the message as hex digits. */
  readonly envelope?: readonly EnvelopePart[]
  readonly mti: MtiSpec
  readonly bitmap: BitmapSpec
  /** The field that carries the MAC; it protects the bytes from the MTI up to itself. */
  readonly mac?: { readonly field: number }
  /** By field number, `2` to `192`. */
  readonly fields: Readonly<Record<string, FieldSpec>>
}

export interface EnvelopePart {
  readonly id: string
  readonly title: Title
  readonly bytes: number
  /** Hex digits to send when the message brings none; without it a missing part is refused. */
  readonly default?: string
}

export interface MtiSpec {
  readonly encoding: 'ascii' | 'ebcdic' | 'bcd'
  /** The first digits this dialect speaks, e.g. `01`; all of them when absent. */
  readonly versions?: string
  /** Names of message types that differ from what their digits say. */
  readonly titles?: Readonly<Record<string, Title>>
}

export interface BitmapSpec {
  readonly encoding: BytesEncoding
  /** `extensible` grows with the fields; 8 and 16 are fixed numbers of bytes. */
  readonly size: 'extensible' | 8 | 16
  /** Only for `extensible`: 64, 128 (default) or 192; with 192 bit 65 announces the tertiary bitmap. */
  readonly fieldsMax?: 64 | 128 | 192
  /** Only for size 16: whether bit 1 is always set (default) or always clear. */
  readonly firstBit?: 'set' | 'clear'
}

/** How bytes travel. The hex forms take two characters a byte. */
export type BytesEncoding = 'binary' | 'hex' | 'hexLower' | 'hexEbcdic'

/** How characters travel. `bcd` takes digit-like content only, `gbk` only `text`. */
export type TextEncoding = 'ascii' | 'ebcdic037' | 'ebcdic1047' | 'bcd' | 'gbk'

/**
 * What a value may be. Strings: `digits`, `track` (digits with `D` or `=`), `hexDigits`, `signedAmount` (C or D and
 * digits), `alphabetic`, `alphanumeric` (both with spaces), `printable`, `text` (printable in the encoding).
 * `amount` is a bigint, `bytes` a Uint8Array.
 */
export type Content =
  | 'digits'
  | 'amount'
  | 'signedAmount'
  | 'track'
  | 'hexDigits'
  | 'alphabetic'
  | 'alphanumeric'
  | 'printable'
  | 'text'
  | 'bytes'

/**
 * How a description shows a value. `none`: as it is; `pan`: first six and last four digits; `track`: the PAN in it
 * likewise and nothing else; `secret`: nothing; `long`: nothing when it takes more than six bytes; `auto`: nothing
 * when it holds thirteen digits in a row.
 */
export type Mask = 'none' | 'pan' | 'track' | 'secret' | 'long' | 'auto'

export interface PrefixSpec {
  /** 1 to 6 decimal digits; `binary` takes the bytes that hold them: 1, 1, 2, 2, 3, 3. */
  readonly digits: number
  readonly encoding: 'ascii' | 'ebcdic' | 'bcd' | 'binary'
  /** `digits` (default): digits or characters of the value. `bytes`: two digits of BCD or hex count as one. */
  readonly counts?: 'digits' | 'bytes'
}

export interface PadSpec {
  readonly side: 'left' | 'right'
  /** One character of the content's class. */
  readonly character: string
  /** Cut the padding off when reading. Without it a value is exactly what was on the wire. */
  readonly trim?: boolean
}

export interface ValueSpec {
  readonly title: Title
  readonly content: Content
  readonly encoding: TextEncoding | BytesEncoding
  /** Digits, characters or bytes of the value: exact without a prefix, the most with one. */
  readonly length: number
  /** The least, with a prefix; 0 when absent. */
  readonly lengthMin?: number
  /** BCD with an odd number of digits: where the digits stand. `right` (default) leaves the filler in front. */
  readonly align?: 'left' | 'right'
  /** The filler nibble, `0` (default) to `F`. */
  readonly filler?: string
  /** `any` accepts other fillers when reading and writes them back as they came. */
  readonly fillerRead?: 'exact' | 'any'
  readonly mask?: Mask
  readonly composite?: CompositeSpec
}

export interface FieldSpec extends ValueSpec {
  readonly prefix?: PrefixSpec
  /** How a value shorter than a fixed length is filled when packing; without it a short value is refused. */
  readonly pad?: PadSpec
}

export type CompositeSpec = PositionalSpec | SequenceSpec | TaggedSpec | BitmappedSpec | BerTlvSpec

/** A string cut at fixed positions; the last parts may be absent. */
export interface PositionalSpec {
  readonly kind: 'positional'
  readonly subfields: readonly PositionSpec[]
}

export interface PositionSpec {
  readonly id: string
  readonly title: Title
  readonly length: number
  /** Narrower than the field's own content, or `amount` for a bigint. */
  readonly content?: Exclude<Content, 'bytes' | 'text'>
  readonly mask?: Mask
}

/** Fields one after the other in the bytes of the field; the last ones may be absent. */
export interface SequenceSpec {
  readonly kind: 'sequence'
  readonly subfields: readonly (FieldSpec & { readonly id: string })[]
}

/** Tag, length, value, over and over, in any order. */
export interface TaggedSpec {
  readonly kind: 'tagged'
  /** Characters of a tag; `bcd` and `binary` tags are written as their hex digits. */
  readonly tag: { readonly length: number; readonly encoding: 'ascii' | 'ebcdic' | 'bcd' | 'binary' }
  readonly prefix: PrefixSpec
  readonly subfields: Readonly<Record<string, ValueSpec>>
  /** Tags that are not listed: kept as bytes (default) or refused. */
  readonly unknown?: 'keep' | 'refuse'
}

/** A bitmap of its own in front, then the fields whose bits are set. */
export interface BitmappedSpec {
  readonly kind: 'bitmap'
  readonly bitmap: { readonly encoding: BytesEncoding; readonly bytes: number }
  readonly subfields: Readonly<Record<string, FieldSpec>>
}

/** BER-TLV data objects: order, repeated and unknown tags are kept. */
export interface BerTlvSpec {
  readonly kind: 'berTlv'
  /** Names and masks that differ from those of the EMV tag table. */
  readonly subfields?: Readonly<Record<string, { readonly title?: Title; readonly mask?: Mask }>>
}
