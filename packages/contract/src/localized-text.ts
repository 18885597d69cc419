// Words in both languages of the product. Everything the server wants shown that is not data travels in this form, so the
// web can switch language without asking again.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

export const localizedTextSchema = z.object({ zh: z.string(), en: z.string() })

export type LocalizedText = DeepReadonly<z.infer<typeof localizedTextSchema>>

export const languageSchema = z.enum(['zh', 'en'])

export type Language = z.infer<typeof languageSchema>
