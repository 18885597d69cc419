// The demo's cards and terminals as an outside client knows them, for the protocol tests: opens a connection and a session of
// the independent client for a terminal of the demo, and states what is expected of an answer.

import { expect } from 'vitest'
import { demoCards, demoTrack2 } from '../../apps/server/src/demo/demo-cards.ts'
import { demoTerminals } from '../../apps/server/src/demo/demo-terminals.ts'
import { answerFaults, type Expected } from './independent-client/answer-faults.ts'
import { HostConnection } from './independent-client/host-connection.ts'
import type { MacVariant } from './independent-client/message-authentication.ts'
import type { ClientCard } from './independent-client/payment-request.ts'
import { TerminalSession, type Exchange } from './independent-client/terminal-session.ts'

export interface DemoCard extends ClientCard {
  readonly pin: string
}

export function demoCard(cardId: string): DemoCard {
  const card = demoCards.find((candidate) => candidate.cardId === cardId)
  if (card === undefined) throw new Error(`the demo has no card ${cardId}`)
  return { pan: card.pan, expiry: card.expiry, track2: demoTrack2(card), pin: card.pin }
}

const macVariants: Readonly<Record<string, MacVariant>> = {
  '10000003': 'foldSm4',
  '10000005': 'x919',
  '10000007': 'x99',
}

/** A session of its own connection; not yet signed on. */
export async function openTerminal(port: number, terminalId: string): Promise<TerminalSession> {
  const terminal = demoTerminals.find((candidate) => candidate.terminalId === terminalId)
  if (terminal === undefined) throw new Error(`the demo has no terminal ${terminalId}`)
  const settings = {
    terminalId,
    merchantId: terminal.merchantId,
    masterKey: terminal.masterKey,
    cipher: terminal.profile === 'pos-sm4' ? ('sm4' as const) : ('des' as const),
    macVariant: macVariants[terminalId] ?? 'foldDes',
    ...(terminal.licenceSerial === null ? {} : { licenceSerial: terminal.licenceSerial }),
  }
  return new TerminalSession(settings, await HostConnection.open(port))
}

/** Fails with every disagreement of the answer and both messages in hex. */
export function expectAnswer(session: TerminalSession, exchange: Exchange, expected: Expected): void {
  expect(answerFaults(session, exchange, expected).join('\n')).toBe('')
}
