// Sums over the records of a batch: what settlement compares with the host, and what an operator's shift amounts to
// (terminal-protocol §2.6: debit is sale and completion, credit is void, completion void and refund).

import { noTotals, transactionKinds, transactionTypes, type CardTotals, type TransactionKind } from '@shua/scheme'
import type { BatchRecord } from './batch-record.ts'

export interface BatchTotals {
  readonly domestic: CardTotals
  readonly foreign: CardTotals
}

/** DE 63.1 values that name a foreign card organisation (§2.8); everything else settles as a domestic card. */
const foreignOrganisations = new Set(['VIS', 'MCC', 'MAE', 'JCB', 'DCC', 'AMX'])

export function cardTypeOf(record: BatchRecord): '00' | '01' {
  return foreignOrganisations.has(record.organisation ?? '') ? '01' : '00'
}

function addRecord(totals: CardTotals, record: BatchRecord): CardTotals {
  const side = transactionTypes[record.kind].settles
  if (side === 'debit') {
    return { ...totals, debitMinor: totals.debitMinor + record.amountMinor, debitCount: totals.debitCount + 1 }
  }
  if (side === 'credit') {
    return { ...totals, creditMinor: totals.creditMinor + record.amountMinor, creditCount: totals.creditCount + 1 }
  }
  return totals
}

export function batchTotals(records: readonly BatchRecord[]): BatchTotals {
  const sum = (cardType: '00' | '01'): CardTotals =>
    records.filter((record) => cardTypeOf(record) === cardType).reduce(addRecord, noTotals)
  return { domestic: sum('00'), foreign: sum('01') }
}

export interface KindTotal {
  readonly kind: TransactionKind
  readonly count: number
  readonly amountMinor: bigint
}

/** One line per kind that occurred, in the order of the catalogue. */
export function totalsByKind(records: readonly BatchRecord[]): KindTotal[] {
  return transactionKinds.flatMap((kind) => {
    const ofKind = records.filter((record) => record.kind === kind)
    if (ofKind.length === 0) return []
    return [{ kind, count: ofKind.length, amountMinor: ofKind.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) }]
  })
}
