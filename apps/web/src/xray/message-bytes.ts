// Which byte belongs to which field, so that either can light up the other.

import type { DescribedField, DescribedMessage } from '@shua/contract'

export interface MessageByte {
  readonly offset: number
  /** Two characters, `*` where masked. */
  readonly digits: string
  /** Path of the field of the message the byte stands in. */
  readonly field: string | undefined
  /** Path of the innermost part, e.g. a subfield. */
  readonly part: string | undefined
  /** Counts fields, so that neighbours can be told apart. */
  readonly ordinal: number
}

function innermost(field: DescribedField, offset: number): string {
  const child = field.children?.find(({ start, end }) => offset >= start && offset < end)
  return child ? innermost(child, offset) : field.path
}

export function messageBytes({ hex, fields }: Pick<DescribedMessage, 'hex' | 'fields'>): MessageByte[] {
  return Array.from({ length: Math.ceil(hex.length / 2) }, (_, offset) => {
    const ordinal = fields.findIndex(({ start, end }) => offset >= start && offset < end)
    const field = fields[ordinal]
    return {
      offset,
      digits: hex.slice(offset * 2, offset * 2 + 2),
      field: field?.path,
      part: field && innermost(field, offset),
      ordinal,
    }
  })
}

/** Every field and subfield in the order in which it is read. */
export function flattenFields(
  fields: readonly DescribedField[],
  depth = 0,
): { field: DescribedField; depth: number }[] {
  return fields.flatMap((field) => [{ field, depth }, ...flattenFields(field.children ?? [], depth + 1)])
}

/** Whether the bytes of `outer` hold the field `inner`. */
export function holds(outer: DescribedField, inner: string): boolean {
  return outer.path === inner || (outer.children ?? []).some((child) => holds(child, inner))
}
