// The links between the terminals and the servers: a TCP proxy before each server that lets everything pass, except the next frame
// after a fault was asked for, on whichever link it comes. A fault counts when a frame really suffered it.

import { terminalFrame } from '@shua/link'
import { FaultyLink, type FaultyAction, type FrameOccasion } from '@shua/link/testing'
import type { LinkFaultKind } from '../plan/fault-kind.ts'
import type { PlannedFault } from '../plan/plan-faults.ts'

interface Waiting {
  readonly fault: PlannedFault & { readonly kind: LinkFaultKind }
  readonly happened: (did: boolean) => void
}

export interface LinkStorm {
  /** Where terminals reach the servers, in their order. */
  readonly ports: readonly number[]
  /** Resolves when a frame suffered the fault; false when none came in time. */
  strike(fault: Waiting['fault'], timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}

export async function startLinkStorm(targetPorts: readonly number[]): Promise<LinkStorm> {
  const waiting: Waiting[] = []
  const decide = (occasion: FrameOccasion): FaultyAction => {
    const index = waiting.findIndex(({ fault }) => fault.part === occasion.direction)
    if (index < 0) return { kind: 'pass' }
    const [{ fault, happened }] = waiting.splice(index, 1) as [Waiting]
    happened(true)
    return actionOf(fault, occasion)
  }
  const links = await Promise.all(
    targetPorts.map((port) => FaultyLink.start({ target: { host: '127.0.0.1', port }, frame: terminalFrame, decide })),
  )
  return {
    ports: links.map(({ port }) => port),
    strike: (fault, timeoutMs) =>
      new Promise((resolve) => {
        const entry: Waiting = {
          fault,
          happened: (did) => {
            clearTimeout(timer)
            resolve(did)
          },
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1)
          resolve(false)
        }, timeoutMs)
        waiting.push(entry)
      }),
    async close() {
      for (const { happened } of waiting.splice(0)) happened(false)
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

function actionOf(fault: Waiting['fault'], { payload }: FrameOccasion): FaultyAction {
  switch (fault.kind) {
    case 'link-cut':
      return { kind: 'cut', when: fault.draw < 0.5 ? 'before' : 'after' }
    case 'link-delay':
    case 'link-reorder':
      // A connection carries one request, so what overtakes a late frame is a later connection: the terminal's reversal.
      return { kind: 'delay', ms: fault.durationMs }
    case 'link-duplicate':
      return { kind: 'duplicate' }
    case 'link-truncate':
      return { kind: 'truncate', bytes: 1 + Math.floor(fault.draw * payload.length) }
    default:
      return fault.kind satisfies never
  }
}
