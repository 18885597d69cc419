// TCP to the acquirer, a connection per transaction as terminals usually work (terminal-protocol §1.1). Connecting is tried
// again while nothing has been sent; a request that may have left is never sent twice here.

import { requestOnce, terminalFrame } from '@shua/link'
import type { HostLink, HostReply, LinkState } from './host-link.ts'

export interface TcpHostLinkOptions {
  readonly host: string
  readonly port: number
  readonly connectAttempts?: number
}

export class TcpHostLink implements HostLink {
  readonly #options: TcpHostLinkOptions
  #state: LinkState = 'unknown'

  constructor(options: TcpHostLinkOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return this.#state
  }

  async send(payload: Buffer, timeoutMs: number): Promise<HostReply> {
    const { host, port, connectAttempts = 2 } = this.#options
    for (let attempt = 1; ; attempt++) {
      const reply = await requestOnce({ host, port, frame: terminalFrame, payload, timeoutMs })
      if (reply.kind === 'answer') {
        this.#state = 'online'
        return reply
      }
      this.#state = 'offline'
      if (reply.sent || attempt >= connectAttempts) return reply
    }
  }
}
