// The stripe reader. Most are keyboards: they type `;PAN=EXPIRY…?` and Enter. What they read goes straight into Sensitive.

import { parseTrack2, Sensitive } from '@shua/card-data'

export interface CardReader {
  /** Calls back with each track 2 that was read; the answer stops it. */
  start(onTrack: (track2: Sensitive<string>) => void): () => void
}

/** Track 2 in a line that a keyboard reader typed, or undefined when the line holds none. */
export function trackInLine(line: string): Sensitive<string> | undefined {
  const match = /;?(\d{12,19})[=D](\d{7,24})\??/.exec(line)
  if (!match) return undefined
  const track = new Sensitive(`${match[1]}D${match[2]}`)
  return parseTrack2(track) ? track : undefined
}
