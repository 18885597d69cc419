// The first page: which server this is, its terminals, the demo cards to try, and how the day went.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { localizedTextSchema } from './localized-text.ts'
import { minorUnitsSchema } from './payment.ts'

/** Demo data only: the one place where the API tells a whole track and a PIN. A server without demo data sends no cards. */
export const demoCardSchema = z.object({
  cardId: z.string(),
  label: localizedTextSchema,
  maskedPan: z.string(),
  holder: z.string(),
  /** `approved`, `insufficient`, `lost`, … */
  scenario: z.string(),
  /** DE 39 that an ordinary purchase with this card gets. */
  responseCode: z.string(),
  note: localizedTextSchema,
  track2Demo: z.string(),
  pin: z.string(),
  balanceMinor: minorUnitsSchema,
  currency: z.string().default('CNY'),
})

export const terminalSummarySchema = z.object({
  terminalId: z.string(),
  merchantName: z.string(),
  place: z.string(),
  /** Name of the dialect profile the terminal speaks. */
  profile: z.string(),
  /** Whether this server runs the terminal, so that it can be used in the browser. */
  hosted: z.boolean(),
  signedOn: z.boolean(),
  batchNumber: z.string(),
  lastSeenAt: z.iso.datetime().nullable(),
})

export const overviewSchema = z.object({
  serverName: z.string(),
  version: z.string(),
  roles: z.array(z.string()),
  terminals: z.array(terminalSummarySchema),
  cards: z.array(demoCardSchema),
  today: z.object({
    approvedCount: z.number().int(),
    approvedMinor: minorUnitsSchema,
    currency: z.string().default('CNY'),
    declinedCount: z.number().int(),
    unknownCount: z.number().int(),
  }),
  /** What somebody responsible should know, e.g. listeners that are open beyond this machine. */
  warnings: z.array(localizedTextSchema),
})

export type DemoCard = DeepReadonly<z.infer<typeof demoCardSchema>>
export type TerminalSummary = DeepReadonly<z.infer<typeof terminalSummarySchema>>
export type Overview = DeepReadonly<z.infer<typeof overviewSchema>>
