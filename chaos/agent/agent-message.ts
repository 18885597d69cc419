// What an agent and the harness say to each other. The harness names the phase on the agent's standard input; the agent tells on
// its standard output what its terminals did, one line of JSON each.

export type AgentPhase = 'pay' | 'drain'

export interface AgentConfiguration {
  readonly name: string
  readonly directory: string
  readonly seed: number
  /** Ports of the links to the servers. */
  readonly ports: readonly number[]
  readonly terminals: readonly { readonly terminalId: string; readonly merchantId: string }[]
  /** Masked number → what the stripe holds. The last one has next to no money. */
  readonly tracks: readonly { readonly masked: string; readonly track2: string }[]
  readonly pin: string
  readonly masterKey: string
  readonly profile: string
  readonly answerTimeoutMs: number
  readonly thinkMs: number
}

export type AgentMessage =
  | { readonly type: 'up' }
  | { readonly type: 'step'; readonly terminalId: string; readonly flow: string; readonly outcome: string }
  | {
      readonly type: 'drained'
      readonly terminalId: string
      readonly done: boolean
      readonly waiting: string
    }
  | { readonly type: 'fault'; readonly message: string }
