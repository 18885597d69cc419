// The cards of a load run, made from their index when first used and then kept.

import { parsePan, Sensitive } from '@shua/card-data'
import { assert } from '@shua/assert'
import { loadPan, loadTrack2 } from '@shua/server'

export interface LoadCard {
  readonly pan: Sensitive<string>
  readonly track2: Sensitive<string>
  /** The digits of DE 35 as they stand in a message, without the length. */
  readonly trackBytes: Buffer
}

export class LoadCards {
  readonly #cards: (LoadCard | undefined)[]

  constructor(count: number) {
    this.#cards = Array.from({ length: count }, () => undefined)
  }

  get count(): number {
    return this.#cards.length
  }

  at(index: number): LoadCard {
    const card = this.#cards[index] ?? cardOf(index)
    this.#cards[index] = card
    return card
  }
}

function cardOf(index: number): LoadCard {
  const pan = parsePan(loadPan(index))
  assert(pan, 'a load card has a number')
  const track = loadTrack2(index)
  // BCD with the separator as the digit D, filled with a zero on the right.
  return {
    pan,
    track2: new Sensitive(track),
    trackBytes: Buffer.from(track.padEnd(track.length + (track.length % 2), '0'), 'hex'),
  }
}
