// Paper. A slip is receiptline markup; each printer turns it into what its device takes.

export type SlipCopy = 'merchant' | 'cardholder' | 'bank' | 'report'

export interface Slip {
  readonly id: string
  /** Transaction kind, or the name of a report. */
  readonly kind: string
  readonly title: string
  readonly copy: SlipCopy
  /** receiptline markup */
  readonly markup: string
  /** ISO 8601 instant */
  readonly printedAt: string
}

export type PrintResult = 'printed' | 'outOfPaper' | 'failed'

export interface Printer {
  /** Never rejects because of the world: a slip that did not come out is printed again later. */
  print(slip: Slip): Promise<PrintResult>
}
