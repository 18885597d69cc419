// A host with one planted fault: a proxy in front of the real network that changes what goes in or what comes out, with right MACs.

import { requestOnce, startLinkServer, terminalFrame } from '@shua/link'
import type { CertificationProfile } from '@shua/certification'
import type { Message } from '@shua/iso8583'
import { KeyedTap } from './keyed-tap.ts'

export interface HostFault {
  /** What the real host gets instead; `silence` answers nothing, a message answers without asking the host. */
  readonly request?: (request: Message, tap: KeyedTap) => Buffer | Message | 'silence' | undefined
  readonly answer?: (answer: Message, o: { request: Message; tap: KeyedTap }) => Buffer | undefined
  /** Sent to the real host beside the request. */
  readonly extra?: (request: Message, tap: KeyedTap) => Buffer | undefined
}

export interface FaultyHost {
  readonly port: number
  stop(): Promise<void>
}

export async function startFaultyHost(options: {
  readonly upstreamPort: number
  readonly profile: CertificationProfile
  readonly fault: HostFault
}): Promise<FaultyHost> {
  const { fault } = options
  const tap = new KeyedTap(options.profile)
  const ask = async (payload: Buffer): Promise<Buffer | undefined> => {
    const where = { host: '127.0.0.1', port: options.upstreamPort, frame: terminalFrame, timeoutMs: 5_000 }
    const reply = await requestOnce({ ...where, payload })
    return reply.kind === 'answer' ? reply.payload : undefined
  }
  const server = await startLinkServer({
    host: '127.0.0.1',
    port: 0,
    frame: terminalFrame,
    connectionsMax: 200,
    idleTimeoutMs: 20_000,
    frameTimeoutMs: 10_000,
    inFlightPerConnectionMax: 8,
    onFrame: async (payload) => {
      const request = tap.read(payload)
      const changed = fault.request?.(request, tap)
      if (changed === 'silence') return undefined
      if (changed !== undefined && !Buffer.isBuffer(changed)) return tap.seal(changed)
      const extra = fault.extra?.(request, tap)
      if (extra !== undefined) await ask(extra)
      const answerBytes = await ask(changed ?? payload)
      if (answerBytes === undefined) return undefined
      const answer = tap.read(answerBytes)
      tap.learn(answer)
      return fault.answer?.(answer, { request, tap }) ?? answerBytes
    },
  })
  return { port: server.port, stop: () => server.close({ drainMs: 100 }) }
}
