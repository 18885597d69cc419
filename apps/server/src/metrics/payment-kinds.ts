// Which kind of payment a message of the acquirer was. The switch is told the kind with every request, so what reached it is
// known for nothing; only what the acquirer refused before that is read again from its bytes.

import type { AcquirerEvent } from '@shua/acquirer'
import type { Codec } from '@shua/iso8583'
import { transactionKindOf, type PaymentRequest } from '@shua/scheme'

export type PaymentKind = PaymentRequest['kind'] | 'unreadable'

const paymentTypes = new Set(['0100', '0200', '0220', '0400'])

export function isPayment(mti: string): boolean {
  return paymentTypes.has(mti)
}

export class PaymentKinds {
  readonly #codec: Codec
  /** By the observer of the request, which is the trace of the event; both are gone together. */
  readonly #kinds = new WeakMap<object, PaymentKind>()

  constructor(codec: Codec) {
    this.#codec = codec
  }

  learn(request: PaymentRequest): void {
    this.#kinds.set(request.observer, request.kind)
  }

  of(event: AcquirerEvent): PaymentKind {
    if (event.mti === '0400') return 'reversal'
    return this.#kinds.get(event.trace) ?? this.#read(event)
  }

  #read({ mti, request }: AcquirerEvent): PaymentKind {
    const { message } = this.#codec.unpackPartly(request)
    const kind = transactionKindOf({
      mti,
      processingCode: message.text(3) ?? '',
      conditionCode: message.text(25) ?? '',
      typeCode: message.text('60.1') ?? '',
    })
    return kind ?? 'unreadable'
  }
}
