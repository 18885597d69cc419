// ISO/IEC 7813 track 2: PAN, separator, expiry YYMM, service code, discretionary data.

import { parsePan } from './pan.ts'
import { Sensitive } from './sensitive.ts'

export interface Track2 {
  readonly pan: Sensitive<string>
  /** YYMM */
  readonly expiry: string
  readonly serviceCode: string
  readonly discretionaryData: Sensitive<string>
}

/** Reads DE 35 with `=` or `D` as separator, at most 37 characters; undefined when it is not a track 2. */
export function parseTrack2(track: Sensitive<string>): Track2 | undefined {
  const text = track.reveal()
  const match = /^(\d{12,19})[=D](\d{2}(?:0[1-9]|1[0-2]))(\d{3})(\d*)$/.exec(text)
  const pan = match ? parsePan(match[1]!) : undefined
  if (!match || !pan || text.length > 37) return undefined
  return { pan, expiry: match[2]!, serviceCode: match[3]!, discretionaryData: new Sensitive(match[4]!) }
}

/** The wire form with the `D` separator. */
export function formatTrack2(track: Track2): Sensitive<string> {
  return new Sensitive(`${track.pan.reveal()}D${track.expiry}${track.serviceCode}${track.discretionaryData.reveal()}`)
}
