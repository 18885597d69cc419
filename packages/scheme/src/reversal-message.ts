// 0400: the original did not happen. It repeats the original's trace, codes and amount, names the reason in DE 39 and carries
// no track, PIN or RRN; DE 2 and DE 38 only where the original's reversal needs them (terminal-protocol §4.1).

import { parsePan, type Sensitive } from '@shua/card-data'
import { Message } from '@shua/iso8583'
import { currencies, currencyByNumericCode, type Money } from '@shua/money'
import {
  composite,
  fieldFault,
  optionalText,
  readRequestHead,
  requiredText,
  writeRequestHead,
  type RequestHead,
} from './request-head.ts'
import { transactionKindOf, transactionTypes, type TransactionKind } from './transaction-kind.ts'

/** 98 no answer in time, 96 approved but the terminal failed, A0 wrong MAC in the answer, 06 other. */
export const reversalReasons = ['98', '96', 'A0', '06'] as const
export type ReversalReason = (typeof reversalReasons)[number]

export interface ReversalMessage {
  readonly reverses: TransactionKind
  /** The head of the original: its trace, batch and type code. */
  readonly head: RequestHead & { readonly stan: string }
  readonly amount: Money
  /** DE 22 of the original, repeated as it was. */
  readonly entryMode: string
  readonly reason: ReversalReason
  readonly pan: Sensitive<string> | undefined
  readonly approvalCode: string | undefined
  readonly original:
    | { readonly batchNumber: string; readonly stan: string; readonly date: string | undefined }
    | undefined
}

/** Throws `SCHEME_FIELD`; answers undefined when the reversed kind is unknown or is never reversed. */
export function readReversalMessage(message: Message): ReversalMessage | undefined {
  const head = readRequestHead(message)
  const reverses = transactionKindOf({
    mti: '0400',
    processingCode: requiredText(message, '3', /^\d{6}$/),
    conditionCode: requiredText(message, '25', /^\d{2}$/),
    typeCode: head.typeCode,
  })
  if (reverses === undefined) return undefined
  if (head.stan === undefined) throw fieldFault('11', 'is missing')
  const minorUnits = message.amount('4')
  if (minorUnits === undefined) throw fieldFault('4', 'is missing')
  const currency = currencyByNumericCode(requiredText(message, '49', /^\d{3}$/))
  if (!currency) throw fieldFault('49', 'is no currency known here')
  const panText = optionalText(message, '2', /^\d{12,19}$/)
  const originalBatch = optionalText(message, '61.1', /^\d{6}$/)
  const originalStan = optionalText(message, '61.2', /^\d{6}$/)
  return {
    reverses,
    head: { ...head, stan: head.stan },
    amount: { minorUnits, currency },
    entryMode: requiredText(message, '22', /^\d{3}$/),
    reason: requiredText(message, '39', /^(98|96|A0|06)$/) as ReversalReason,
    pan: panText === undefined ? undefined : parsePan(panText),
    approvalCode: optionalText(message, '38', /^[\x20-\x7e]{6}$/),
    original:
      originalBatch === undefined || originalStan === undefined
        ? undefined
        : { batchNumber: originalBatch, stan: originalStan, date: optionalText(message, '61.3', /^\d{4}$/) },
  }
}

/** Builds the 0400 without DE 64. */
export function writeReversalMessage(reversal: ReversalMessage): Message {
  const type = transactionTypes[reversal.reverses]
  const message = writeRequestHead(new Message('0400'), reversal.head)
    .set(3, type.processingCode)
    .set(4, reversal.amount.minorUnits)
    .set(22, reversal.entryMode)
    .set(25, type.conditionCode)
    .set(39, reversal.reason)
    .set(49, currencies[reversal.amount.currency].numericCode)
  if (reversal.pan) message.set(2, reversal.pan.reveal())
  if (reversal.approvalCode !== undefined) message.set(38, reversal.approvalCode)
  if (reversal.original) {
    const { batchNumber, stan, date } = reversal.original
    message.set(61, composite({ '1': batchNumber, '2': stan, '3': date }))
  }
  return message
}
