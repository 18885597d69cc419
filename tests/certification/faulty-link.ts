// A terminal with one planted fault: its own software with a host link that changes what goes out or what comes in, with right MACs.

import type { CertificationProfile } from '@shua/certification'
import type { Message } from '@shua/iso8583'
import type { HostLink, HostReply } from '@shua/terminal-core'
import { KeyedTap } from './keyed-tap.ts'

export interface TerminalFault {
  /** What goes out instead; a message is the answer the terminal gets without asking the host. */
  readonly request?: (request: Message, tap: KeyedTap) => Buffer | Message | undefined
  /** What the terminal gets instead. */
  readonly answer?: (answer: Message, o: { request: Message; tap: KeyedTap }) => Buffer | undefined
  /** Sent when the answer is there. */
  readonly after?: (answer: Message, o: { request: Message; tap: KeyedTap }) => Buffer | undefined
}

export function faultyLink(profile: CertificationProfile, fault: TerminalFault): (link: HostLink) => HostLink {
  const tap = new KeyedTap(profile)
  return (link) => ({
    get state() {
      return link.state
    },
    async send(payload, timeoutMs): Promise<HostReply> {
      const request = tap.read(payload)
      const changed = fault.request?.(tap.read(payload), tap)
      if (changed !== undefined && !Buffer.isBuffer(changed)) {
        return { kind: 'answer', payload: tap.seal(changed), elapsedMs: 1 }
      }
      const reply = await link.send(changed ?? payload, timeoutMs)
      if (reply.kind !== 'answer') return reply
      const answer = tap.read(reply.payload)
      tap.learn(answer)
      const after = fault.after?.(answer, { request, tap })
      if (after !== undefined) await link.send(after, timeoutMs)
      return { ...reply, payload: fault.answer?.(answer, { request, tap }) ?? reply.payload }
    },
  })
}
