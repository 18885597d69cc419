// What `GET /api/events` streams. A client that was away too long gets `resync` and asks for its lists again.

import { z } from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { paymentRowSchema } from './payment.ts'

export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('payment'), payment: paymentRowSchema }),
  z.object({ type: z.literal('terminal'), terminalId: z.string(), version: z.number().int() }),
  z.object({ type: z.literal('heartbeat') }),
  z.object({ type: z.literal('resync') }),
])

export type LiveEvent = DeepReadonly<z.infer<typeof liveEventSchema>>
