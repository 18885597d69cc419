// Signed amounts in BCD: a C (credit) or D (debit) in one ASCII byte, then packed digits. The character forms are
// plain text bodies.

import { byteText, classNames } from '../character-class.ts'
import type { Reader } from '../reader.ts'
import { packFault, typeFault, type Writer } from '../writer.ts'
import { BcdBody } from './bcd-body.ts'
import type { Body, BodyContext, Layout, ReadValue } from './body.ts'

export class SignedAmountBody implements Body {
  readonly #path: string
  readonly #digits: BcdBody

  constructor(context: BodyContext) {
    this.#path = context.path
    this.#digits = new BcdBody(
      { ...context, min: context.min - 1, max: context.max - 1 },
      {
        content: 'digits',
        left: false,
        filler: 0,
        anyFiller: false,
        fillerEndsValue: false,
        evenOnly: false,
        pad: undefined,
      },
    )
  }

  wireSize(units: number): number {
    return 1 + this.#digits.wireSize(units - 1)
  }

  layout(): Layout {
    return { lead: 0, width: 1, placed: false }
  }

  text(value: ReadValue): string {
    return value as string
  }

  read(reader: Reader, units: number): string {
    const sign = reader.bytes[reader.position]!
    if (sign !== 0x43 && sign !== 0x44) {
      throw reader.fault('ISO_FIELD_CLASS', {
        path: this.#path,
        at: reader.position,
        expected: classNames.signedAmount,
        actual: byteText(sign),
      })
    }
    reader.position++
    return (sign === 0x43 ? 'C' : 'D') + this.#digits.read(reader, units - 1)
  }

  write(writer: Writer, value: ReadValue): number {
    if (typeof value !== 'string') throw typeFault(this.#path, 'a string', value)
    if (!/^[CD]/.test(value)) {
      throw packFault('ISO_FIELD_CLASS', this.#path, classNames.signedAmount, 'something else')
    }
    writer.reserve(1)
    writer.bytes[writer.position++] = value.charCodeAt(0)
    return 1 + this.#digits.write(writer, value.slice(1))
  }
}
