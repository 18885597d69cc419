// What the HTTP edge asks of the roles behind it. The composition root implements it; this folder never touches a database.
// Times, money and masks are already in the contract's form. `undefined` means that the thing named does not exist.

import type { Sensitive } from '@shua/card-data'
import type {
  Health,
  Language,
  LiveEvent,
  Overview,
  PaymentPage,
  PaymentQuery,
  TerminalKey,
  TerminalView,
  XrayReport,
} from '@shua/contract'

/** The contract's terminal input with the typed track wrapped at the edge. */
export type TerminalCommand =
  | { readonly type: 'key'; readonly key: TerminalKey }
  | { readonly type: 'swipe'; readonly card: { readonly by: 'demoCard'; readonly cardId: string } }
  | { readonly type: 'swipe'; readonly card: { readonly by: 'track2'; readonly track2: Sensitive<string> } }
  | { readonly type: 'tearOff'; readonly slipId: string }
  | { readonly type: 'language'; readonly language: Language }

/** `heartbeat` and `resync` are the edge's own. */
export type PublishedEvent = Extract<LiveEvent, { type: 'payment' | 'terminal' }>

export interface HttpServices {
  health(): Promise<Health>
  overview(): Promise<Overview>
  payments(query: PaymentQuery): Promise<PaymentPage>
  xray(paymentId: string): Promise<XrayReport | undefined>
  readonly terminals: {
    view(terminalId: string): Promise<TerminalView | undefined>
    /** Answers as soon as the input is taken; what follows is told by events with a greater version. */
    input(terminalId: string, command: TerminalCommand): Promise<TerminalView | undefined>
    slipSvg(terminalId: string, slipId: string): Promise<string | undefined>
  }
  readonly events: {
    /** Answers how to stop. The listener never throws and never waits. */
    subscribe(listener: (event: PublishedEvent) => void): () => void
  }
}
