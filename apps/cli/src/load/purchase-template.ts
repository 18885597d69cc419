// The purchase of one terminal, packed once by the codec; each payment then writes its trace, amount, track and PIN block into
// its place and computes a MAC of its own. The places come from the codec's description, and the first use is compared with
// what the codec packs, so that the short cut cannot drift away from the dialect.

import { assert } from '@shua/assert'
import type { Codec, Message } from '@shua/iso8583'
import type { LoadCard } from './load-card.ts'

const patched = { amount: '4', stan: '11', track: '35', pin: '52', mac: '64' } as const

export interface PurchasePatch {
  readonly amountMinor: bigint
  readonly stan: number
  readonly card: LoadCard
  readonly pinBlock: Buffer
}

export class PurchaseTemplate {
  readonly #bytes: Buffer
  readonly #ends: Record<keyof typeof patched, number>
  readonly #macStart: number

  /** `message` has every field of the purchase, with placeholders in the five that change. */
  constructor(codec: Codec, message: Message) {
    this.#bytes = codec.pack(message)
    const { fields } = codec.describe(this.#bytes)
    const endOf = (path: string): number => {
      const field = fields.find((each) => each.path === path)
      assert(field, 'a template has the fields that change')
      return field.end
    }
    this.#ends = { amount: endOf('4'), stan: endOf('11'), track: endOf('35'), pin: endOf('52'), mac: endOf('64') }
    this.#macStart = fields.find(({ path }) => path === 'mti')!.start
  }

  /** A request ready to be sent but for its MAC. */
  fill({ amountMinor, stan, card, pinBlock }: PurchasePatch): Buffer {
    const bytes = Buffer.from(this.#bytes)
    const { amount, stan: stanEnd, track, pin } = this.#ends
    writeDigits(bytes, amount - 6, String(amountMinor).padStart(12, '0'))
    writeDigits(bytes, stanEnd - 3, String(stan).padStart(6, '0'))
    card.trackBytes.copy(bytes, track - card.trackBytes.length)
    pinBlock.copy(bytes, pin - pinBlock.length)
    return bytes
  }

  sign(bytes: Buffer, mac: (data: Uint8Array) => Buffer): Buffer {
    const start = this.#ends.mac - 8
    mac(bytes.subarray(this.#macStart, start)).copy(bytes, start)
    return bytes
  }
}

function writeDigits(bytes: Buffer, start: number, digits: string): void {
  for (let i = 0; i < digits.length; i += 2) {
    bytes[start + i / 2] = ((digits.charCodeAt(i) - 48) << 4) | (digits.charCodeAt(i + 1) - 48)
  }
}
