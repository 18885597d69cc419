// A card as it came into the terminal, and what the terminal itself checks about it.

import { parseTrack2, type Sensitive } from '@shua/card-data'
import { stopListEntry } from '@shua/scheme'

export type CardEntry =
  | { readonly method: 'stripe'; readonly track2: Sensitive<string> }
  /** Keyed, with the expiry as YYMM, which the dialect wants for a keyed number (terminal-protocol §1.4). */
  | { readonly method: 'manual'; readonly pan: Sensitive<string>; readonly expiry: string | undefined }
  /** The sealed number of an earlier transaction. Its expiry may not be stored, so nobody claims that it was keyed. */
  | { readonly method: 'stored'; readonly pan: Sensitive<string> }

export interface CardOfPayment {
  readonly pan: Sensitive<string>
  readonly expiry: string | undefined
  readonly track2: Sensitive<string> | undefined
  readonly method: 'stripe' | 'manual' | 'unknown'
}

/** Undefined when the stripe holds no track 2. */
export function readCardEntry(entry: CardEntry): CardOfPayment | undefined {
  if (entry.method === 'manual') {
    return { pan: entry.pan, expiry: entry.expiry, track2: undefined, method: 'manual' }
  }
  if (entry.method === 'stored') return { pan: entry.pan, expiry: undefined, track2: undefined, method: 'unknown' }
  const track = parseTrack2(entry.track2)
  // The expiry travels inside the track; DE 14 is for keyed numbers (terminal-protocol §1.4).
  return track && { pan: track.pan, expiry: undefined, track2: entry.track2, method: 'stripe' }
}

export function samePan(a: Sensitive<string>, b: Sensitive<string>): boolean {
  return a.reveal() === b.reveal()
}

export function isStopListed(pan: Sensitive<string>, stopList: readonly string[]): boolean {
  return stopList.includes(stopListEntry(pan.reveal()))
}

/** Four to twelve digits (terminal-protocol §3.5). */
export function isPin(pin: Sensitive<string>): boolean {
  return /^\d{4,12}$/.test(pin.reveal())
}
