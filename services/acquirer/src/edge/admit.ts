// Who is asking? The checks every message passes before its content matters, in order of precedence (terminal-protocol §4.2).

import type { Codec, Message } from '@shua/iso8583'
import type { SecurityModule, KeyBlock } from '@shua/security-module'
import type { DeclineReason, PaymentObserver, RequestHead, TerminalProfile } from '@shua/scheme'
import type { TerminalSession } from '../store/terminal-store.ts'
import { macPart } from './mac-part.ts'

export const workingKeyLifetimeMs = 24 * 3_600_000

export interface Arrival {
  readonly payload: Buffer
  readonly at: Date
  readonly observer: PaymentObserver
}

function check(observer: PaymentObserver, name: string, reason: DeclineReason | undefined): DeclineReason | undefined {
  if (!observer.recording) return reason
  const detail = reason === undefined ? {} : { detail: { reason } }
  observer.event({ lane: 'acquirer', kind: 'check', name, outcome: reason === undefined ? 'ok' : 'refused', ...detail })
  return reason
}

/** Terminal known, merchant right, active. A suspended terminal may still undo what it did: its cardholder must not pay for that. */
export function admitTerminal(
  head: RequestHead,
  terminal: TerminalSession | undefined,
  { observer, undoes }: { observer: PaymentObserver; undoes: boolean },
): DeclineReason | undefined {
  const known = check(observer, 'terminal known', terminal === undefined ? 'terminalUnknown' : undefined)
  if (terminal === undefined) return known
  return (
    check(
      observer,
      'merchant of the terminal',
      terminal.merchantId === head.merchantId ? undefined : 'merchantUnknown',
    ) ?? check(observer, 'terminal active', terminal.state === 'active' || undoes ? undefined : 'terminalNotActive')
  )
}

/** The merchant may take payments. A closed one may still undo and settle what it took. */
export function admitMerchant(terminal: TerminalSession, observer: PaymentObserver): DeclineReason | undefined {
  return check(observer, 'merchant open', terminal.merchantState === 'active' ? undefined : 'merchantClosed')
}

/** Working keys present and of the last day. */
export function admitSession(terminal: TerminalSession, arrival: Arrival): DeclineReason | undefined {
  const fresh =
    terminal.signedOn &&
    terminal.keysIssuedAt !== null &&
    arrival.at.getTime() - terminal.keysIssuedAt.getTime() <= workingKeyLifetimeMs
  return check(arrival.observer, 'signed on', fresh ? undefined : 'notSignedOn')
}

/** DE 64 present and right, in the variant of the terminal's profile. */
export function admitMac(
  terminal: TerminalSession,
  profile: TerminalProfile,
  visit: Arrival & { message: Message; options: { codec: Codec; securityModule: SecurityModule } },
): DeclineReason | undefined {
  const { message } = visit
  const right = message.has(64) && terminal.macKey !== null && isSigned(terminal.macKey as KeyBlock, profile, visit)
  return check(visit.observer, 'message authentication code', right ? undefined : 'macWrong')
}

function isSigned(
  key: KeyBlock,
  profile: TerminalProfile,
  { message, options, payload }: Parameters<typeof admitMac>[2],
): boolean {
  const { data, mac } = macPart(options.codec, message, payload)
  return options.securityModule.verifyMac({ key, variant: profile.macVariant, data, mac })
}

/** 60.2 is the open batch, and the batch is not being settled. */
export function admitBatch(
  head: RequestHead,
  terminal: TerminalSession,
  observer: PaymentObserver,
): DeclineReason | undefined {
  return (
    check(observer, 'batch', Number(head.batchNumber) === terminal.batchNumber ? undefined : 'batchMismatch') ??
    check(observer, 'batch open', terminal.batchSettling ? 'batchClosing' : undefined)
  )
}
