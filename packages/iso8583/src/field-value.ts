// The values a message holds: digits and text as strings, amounts as bigint, bytes, and lists of named parts.

export type FieldValue = string | bigint | Uint8Array | Composite

/** Ordered; ids may repeat, and unknown ones are kept where the dialect says so. */
export type Composite = readonly Subfield[]

export interface Subfield {
  readonly id: string
  readonly value: FieldValue
  /** BER-TLV only: bytes of the length field when it takes more than it must. */
  readonly lengthSize?: number
}

export function isComposite(value: unknown): value is Composite {
  return Array.isArray(value)
}
