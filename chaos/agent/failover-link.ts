// A terminal's way to the acquirer with more than one address: it stays with one while that works, and takes the next when it is
// not answered. A request that may have left is never sent to another one; that is the reversal's matter.

import { TcpHostLink, type HostLink, type HostReply, type LinkState } from '@shua/terminal-core'

export class FailoverLink implements HostLink {
  readonly #links: readonly TcpHostLink[]
  #chosen: number

  constructor(ports: readonly number[], first: number) {
    this.#links = ports.map((port) => new TcpHostLink({ host: '127.0.0.1', port, connectAttempts: 1 }))
    this.#chosen = first % ports.length
  }

  get state(): LinkState {
    return this.#links[this.#chosen]!.state
  }

  async send(payload: Buffer, timeoutMs: number): Promise<HostReply> {
    let reply = await this.#links[this.#chosen]!.send(payload, timeoutMs)
    for (let tried = 1; tried < this.#links.length && reply.kind === 'noAnswer'; tried++) {
      this.#chosen = (this.#chosen + 1) % this.#links.length
      if (reply.sent) break
      reply = await this.#links[this.#chosen]!.send(payload, timeoutMs)
    }
    return reply
  }
}
