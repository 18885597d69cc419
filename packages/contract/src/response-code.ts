// DE 39 in words: what the code means and what to do next. The table is the scheme's; the web asks for it once.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { localizedTextSchema } from './localized-text.ts'

export const responseCodeTextSchema = z.object({
  code: z.string(),
  class: z.enum(['approved', 'approvedConfirm', 'retry', 'declined', 'operator', 'system']),
  meaning: localizedTextSchema,
  action: localizedTextSchema,
})

export const responseCodeListSchema = z.object({ items: z.array(responseCodeTextSchema) })

export type ResponseCodeText = DeepReadonly<z.infer<typeof responseCodeTextSchema>>
