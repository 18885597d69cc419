// `GET /api/health`: whether this server can take payments now.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  checks: z.array(z.object({ name: z.string(), status: z.enum(['ok', 'failed']) })),
})

export type Health = DeepReadonly<z.infer<typeof healthSchema>>
