// The screen, keys and paper of a card terminal as data. The terminal's software produces a view, the web draws it and sends
// back what was pressed or swiped. A PIN never travels in a view: only how many digits were entered.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { languageSchema } from './localized-text.ts'

export const terminalLineSchema = z.object({
  text: z.string(),
  align: z.enum(['left', 'center', 'right']).optional(),
  size: z.enum(['normal', 'large']).optional(),
  tone: z.enum(['plain', 'good', 'bad', 'wait', 'muted']).optional(),
})

export const terminalSlipSchema = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  copy: z.enum(['merchant', 'cardholder', 'bank', 'report']),
  /** receiptline source of the paper */
  markup: z.string(),
  printedAt: z.string(),
})

export const terminalStatuses = ['idle', 'input', 'busy', 'approved', 'declined', 'unknown', 'error'] as const

export const terminalViewSchema = z.object({
  terminalId: z.string(),
  merchantName: z.string(),
  language: languageSchema,
  status: z.enum(terminalStatuses),
  title: z.string(),
  lines: z.array(terminalLineSchema),
  menu: z.array(z.object({ key: z.string(), label: z.string() })),
  input: z
    .object({
      kind: z.enum(['amount', 'digits', 'pin', 'text']),
      shown: z.string(),
      lengthMax: z.number().int(),
    })
    .nullable(),
  hint: z.string(),
  accepts: z.object({ keys: z.boolean(), stripe: z.boolean(), chip: z.boolean(), tap: z.boolean() }),
  indicators: z.object({
    signedOn: z.boolean(),
    batchNumber: z.string(),
    operator: z.string(),
    link: z.enum(['online', 'offline', 'unknown']),
    pendingReversal: z.boolean(),
    paper: z.enum(['ok', 'out']),
  }),
  slips: z.array(terminalSlipSchema),
  lastRrn: z.string().nullable(),
  version: z.number().int(),
})

export type TerminalLine = DeepReadonly<z.infer<typeof terminalLineSchema>>
export type TerminalSlip = DeepReadonly<z.infer<typeof terminalSlipSchema>>
export type TerminalView = DeepReadonly<z.infer<typeof terminalViewSchema>>

export const terminalKeys = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '00',
  'enter',
  'clear',
  'cancel',
  'menu',
  'up',
  'down',
] as const

export const terminalKeySchema = z.enum(terminalKeys)

export type TerminalKey = z.infer<typeof terminalKeySchema>

export const slipIdSchema = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)

/** A swipe names a demo card of this server, or carries a track 2 somebody typed; `=` and `D` both separate. */
export const terminalInputSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('key'), key: terminalKeySchema }),
  z.strictObject({
    type: z.literal('swipe'),
    card: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('demoCard'), cardId: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/) }),
      z.strictObject({ by: z.literal('track2'), track2: z.string().regex(/^\d{12,19}[=D]\d{7,24}$/) }),
    ]),
  }),
  z.strictObject({ type: z.literal('tearOff'), slipId: slipIdSchema }),
  z.strictObject({ type: z.literal('language'), language: languageSchema }),
])

export type TerminalInput = DeepReadonly<z.infer<typeof terminalInputSchema>>
