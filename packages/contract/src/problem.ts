// Every refused or failed request answers this. `code` is stable, `message` is safe to show, `path` names the wrong input.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'

export const problemSchema = z.object({ code: z.string(), message: z.string(), path: z.string().optional() })

export type Problem = DeepReadonly<z.infer<typeof problemSchema>>
