// Every way a message, a value or a dialect can be wrong. The README's table is checked against this one.
// Faults of reading carry `details: { offset, expected, actual }`, faults of packing `{ expected, actual }`;
// neither ever carries a value of a field.

import { Fault } from '@shua/assert'

export const isoFaultCodes = {
  ISO_DIALECT_SHAPE: 'the dialect is not of the documented shape: a property is missing, unknown or of the wrong type',
  ISO_DIALECT_ENCODING: 'content, encoding, padding or filler of a field do not go together',
  ISO_DIALECT_LENGTH: 'a length does not fit its prefix, its content or its parts',
  ISO_DIALECT_BITMAP: 'the bitmap cannot announce a field that the dialect declares',
  ISO_DIALECT_COMPOSITE: 'the parts of a composite field do not fit together',
  ISO_DIALECT_MAC: 'the MAC field is not declared as bytes of a fixed length',
  ISO_TRUNCATED: 'the message ends inside this part',
  ISO_TRAILING_BYTES: 'bytes follow the last field',
  ISO_ENVELOPE: 'a part of the envelope is missing or not hex digits of the declared length',
  ISO_MTI: 'the message type is not four digits of a version this dialect speaks',
  ISO_BITMAP: 'the bitmap is malformed or sets a bit this dialect never sets',
  ISO_FIELD_UNKNOWN: 'a field is present that the dialect does not declare',
  ISO_FIELD_PREFIX: 'the length prefix is not a number in its encoding',
  ISO_FIELD_LENGTH: 'the value is longer or shorter than the dialect allows',
  ISO_FIELD_CLASS: 'the value holds something outside its class, such as a letter among digits',
  ISO_FIELD_FILLER: 'the filler nibble or the padding is not the declared one',
  ISO_FIELD_TYPE: 'the value given to pack is not of the type the dialect declares',
  ISO_SUBFIELD_ORDER: 'the parts of a composite are not in their order, or one is missing in between',
  ISO_SUBFIELD_UNKNOWN: 'a composite holds a part the dialect does not declare',
  ISO_SUBFIELD_TAG: 'a tag is malformed or cut',
  ISO_TLV: 'the BER-TLV inside the field is malformed; the cause tells where',
  ISO_MAC_MISSING: 'the message carries no MAC, or the dialect declares none',
} as const

export type IsoFaultCode = keyof typeof isoFaultCodes

export interface FaultFacts {
  readonly path: string
  readonly expected: string
  readonly actual: string
  readonly offset?: number
  readonly cause?: unknown
}

export function isoFault(code: IsoFaultCode, facts: FaultFacts): Fault {
  const { path, expected, actual, offset, cause } = facts
  const place = offset === undefined ? path : `${path} at byte ${offset}`
  return new Fault(code, `${place}: expected ${expected}, found ${actual}`, {
    path,
    details: offset === undefined ? { expected, actual } : { offset, expected, actual },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Longer than any field can be needs no exact count in a fault. */
export function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
