// The card of a payment message: track 2 decrypted when the terminal encrypts it, and consistent with DE 2 and DE 14.

import { parseTrack2 } from '@shua/card-data'
import type { CardRead, PaymentMessage } from '@shua/scheme'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import { Fault } from '@shua/assert'
import type { TerminalSession } from '../store/terminal-store.ts'

/** Undefined when the track cannot be decrypted, is no track 2, or contradicts the keyed number. */
export function readCard(
  payment: PaymentMessage,
  terminal: TerminalSession,
  securityModule: SecurityModule,
): CardRead | undefined {
  const { pan, expiry, track2 } = payment.card
  if (track2 === undefined) {
    return pan === undefined ? undefined : { pan, expiry, serviceCode: undefined, discretionaryData: undefined }
  }
  let clear = track2
  if (payment.trackEncrypted) {
    if (terminal.trackKey === null) return undefined
    try {
      clear = securityModule.decryptTrack({ key: terminal.trackKey as KeyBlock, track: track2 })
    } catch (error) {
      if (error instanceof Fault) return undefined
      throw error
    }
  }
  const track = parseTrack2(clear)
  if (track === undefined) return undefined
  if (pan !== undefined && pan.reveal() !== track.pan.reveal()) return undefined
  if (expiry !== undefined && expiry !== track.expiry) return undefined
  return {
    pan: track.pan,
    expiry: track.expiry,
    serviceCode: track.serviceCode,
    discretionaryData: track.discretionaryData,
  }
}
