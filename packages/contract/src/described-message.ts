// An ISO 8583 message taken apart, as `describe` of the codec gives it: bytes, fields with their offsets, sensitive parts masked.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

/** A name of the dialect: English always, Chinese where the dialect has it. */
export const titleSchema = z.object({ en: z.string(), zh: z.string().optional() })

export type Title = DeepReadonly<z.infer<typeof titleSchema>>

export interface DescribedField {
  /** A field number or the id of a subfield; `tpdu`, `header`, `mti` and `bitmap` for what stands before the fields. */
  readonly path: string
  readonly title: Title
  /** Offset of the first byte in `hex`. */
  readonly start: number
  /** Offset after the last byte. */
  readonly end: number
  /** The bytes as hex digits, masked where sensitive. */
  readonly raw: string
  readonly value: string
  readonly sensitive: boolean
  readonly children?: readonly DescribedField[] | undefined
}

export const describedFieldSchema: z.ZodType<DescribedField> = z.lazy(() =>
  z.object({
    path: z.string(),
    title: titleSchema,
    start: z.number().int().nonnegative(),
    end: z.number().int().nonnegative(),
    raw: z.string(),
    value: z.string(),
    sensitive: z.boolean(),
    children: z.array(describedFieldSchema).optional(),
  }),
)

export const describedMessageSchema = z.object({
  dialect: z.string(),
  mti: z.string(),
  mtiName: titleSchema,
  /** The whole message, two characters a byte; masked nibbles are `*`. */
  hex: z.string(),
  fields: z.array(describedFieldSchema),
  fault: z
    .object({
      code: z.string(),
      message: z.string(),
      path: z.string().optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})

export type DescribedMessage = DeepReadonly<z.infer<typeof describedMessageSchema>>
