// The way between one terminal and the servers: a connection for each request, as terminals work. By the seed it loses, delays,
// doubles, cuts and mixes up what it carries; whatever comes for a connection that is gone goes nowhere.

import { Fault } from '@shua/assert'
import type { HostLink, HostReply, LinkState } from '@shua/terminal-core'
import type { VirtualHost } from './virtual-host.ts'
import type { VirtualWorld } from './virtual-world.ts'

const linkFaults = [
  'link not connected',
  'request lost',
  'request cut',
  'request late',
  'request doubled',
  'request repeated later',
  'connection cut',
  'answer lost',
  'answer late',
  'answer truncated',
  'answer of another request',
] as const

type LinkFault = (typeof linkFaults)[number]

export class VirtualLink implements HostLink {
  readonly #world: VirtualWorld
  readonly #hosts: readonly VirtualHost[]
  readonly #faultShare: number
  #state: LinkState = 'unknown'
  #earlierAnswer: Buffer | undefined

  constructor(world: VirtualWorld, hosts: readonly VirtualHost[], faultShare: number) {
    this.#world = world
    this.#hosts = hosts
    this.#faultShare = faultShare
  }

  get state(): LinkState {
    return this.#state
  }

  send(payload: Buffer, timeoutMs: number): Promise<HostReply> {
    const world = this.#world
    const name = mtiOf(payload)
    const host = world.random.pick(this.#hosts)
    let fault: LinkFault | undefined
    if (world.stormy && world.random.next() < this.#faultShare) fault = world.random.pick(linkFaults)
    if (!host.isUp) fault = 'link not connected'
    if (fault !== undefined) world.struck(fault, name)
    return new Promise((resolve) => {
      const end = (reply: HostReply): void => {
        this.#state = reply.kind === 'answer' ? 'online' : 'offline'
        resolve(reply)
      }
      if (fault === 'link not connected') {
        world.after(50, () => end(noAnswer(false, 'LINK_NOT_CONNECTED')))
        return
      }
      this.#carry({ payload, timeoutMs, host, fault, end })
    })
  }

  #carry(o: {
    readonly payload: Buffer
    readonly timeoutMs: number
    readonly host: VirtualHost
    readonly fault: LinkFault | undefined
    readonly end: (reply: HostReply) => void
  }): void {
    const { payload, timeoutMs, host, fault } = o
    const world = this.#world
    let open = true
    const end = (reply: HostReply): void => {
      if (!open) return
      open = false
      o.end(reply)
    }
    const answered = (answer: Buffer): void => this.#comeBack(answer, fault, { timeoutMs, end })
    const deliver = (delayMs: number, back: (answer: Buffer) => void): void =>
      world.after(delayMs, () => host.deliver(payload, back))
    const wayMs = this.#wayMs()
    world.after(timeoutMs, () => end(noAnswer(true, 'LINK_NO_ANSWER')))
    if (fault === 'request cut' || fault === 'connection cut') {
      world.after(wayMs + 1 + world.random.integer(200), () => end(noAnswer(true, 'LINK_CONNECTION_LOST')))
    }
    if (fault === 'request lost' || fault === 'request cut') return
    if (fault === 'request late') {
      deliver(timeoutMs + world.random.integer(3 * timeoutMs), () => undefined)
      return
    }
    deliver(wayMs, answered)
    if (fault === 'request doubled') {
      deliver(wayMs + world.random.integer(30), world.answersDoubles ? answered : () => undefined)
    }
    // Somebody on the way sends it once more when the connection is long gone.
    if (fault === 'request repeated later') deliver(wayMs + world.random.integer(4 * timeoutMs), () => undefined)
  }

  #comeBack(
    answer: Buffer,
    fault: LinkFault | undefined,
    o: { readonly timeoutMs: number; readonly end: (reply: HostReply) => void },
  ): void {
    const world = this.#world
    const earlier = this.#earlierAnswer
    this.#earlierAnswer = answer
    if (fault === 'answer lost' || fault === 'connection cut') return
    const payload =
      fault === 'answer truncated'
        ? answer.subarray(0, 12 + world.random.integer(answer.length - 12))
        : fault === 'answer of another request' && earlier !== undefined
          ? earlier
          : answer
    const delayMs = this.#wayMs() + (fault === 'answer late' ? o.timeoutMs : 0)
    world.after(delayMs, () => o.end({ kind: 'answer', payload, elapsedMs: 0 }))
  }

  #wayMs(): number {
    return 2 + this.#world.random.integer(40)
  }
}

export function mtiOf(payload: Buffer): string {
  return payload.toString('hex', 11, 13)
}

function noAnswer(sent: boolean, code: string): HostReply {
  return { kind: 'noAnswer', sent, cause: new Fault(code, 'no answer') }
}
