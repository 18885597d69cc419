// The catalogue of transactions: what a terminal can ask, and how each is told apart on the wire.
// Source: terminal-protocol §2.1 (MTI, DE 3, DE 25, 60.1, reversal, PIN and card columns).

export interface TransactionType {
  readonly mti: '0100' | '0200' | '0220'
  /** DE 3 */
  readonly processingCode: string
  /** DE 25 */
  readonly conditionCode: string
  /** DE 60.1 */
  readonly typeCode: string
  /** Whether doubt about the outcome is ended by a 0400. */
  readonly reversible: boolean
  /** Which way the money of the cardholder goes when it is approved. */
  readonly money: 'none' | 'debit' | 'credit' | 'hold' | 'release'
  /** How settlement totals count it (terminal-protocol §2.6). */
  readonly settles: 'debit' | 'credit' | undefined
  /** Which fields name the original: its batch and trace, its RRN, or its approval code and date. */
  readonly original: 'none' | 'trace' | 'rrn' | 'approvalCode'
  /** Whether an approval tells the balance in DE 54 (terminal-protocol §2.9). */
  readonly tellsBalance?: boolean
  readonly name: { readonly en: string; readonly zh: string }
}

export const transactionTypes = {
  balanceInquiry: {
    mti: '0200',
    processingCode: '310000',
    conditionCode: '00',
    typeCode: '01',
    reversible: false,
    money: 'none',
    settles: undefined,
    original: 'none',
    tellsBalance: true,
    name: { en: 'BALANCE INQUIRY', zh: '余额查询' },
  },
  purchase: {
    mti: '0200',
    processingCode: '000000',
    conditionCode: '00',
    typeCode: '22',
    reversible: true,
    money: 'debit',
    settles: 'debit',
    original: 'none',
    tellsBalance: true,
    name: { en: 'SALE', zh: '消费' },
  },
  void: {
    mti: '0200',
    processingCode: '200000',
    conditionCode: '00',
    typeCode: '23',
    reversible: true,
    money: 'credit',
    settles: 'credit',
    original: 'trace',
    name: { en: 'VOID', zh: '消费撤销' },
  },
  refund: {
    mti: '0220',
    processingCode: '200000',
    conditionCode: '00',
    typeCode: '25',
    reversible: false,
    money: 'credit',
    settles: 'credit',
    original: 'rrn',
    name: { en: 'REFUND', zh: '退货' },
  },
  preAuthorization: {
    mti: '0100',
    processingCode: '030000',
    conditionCode: '06',
    typeCode: '10',
    reversible: true,
    money: 'hold',
    settles: undefined,
    original: 'none',
    name: { en: 'AUTH', zh: '预授权' },
  },
  preAuthorizationVoid: {
    mti: '0100',
    processingCode: '200000',
    conditionCode: '06',
    typeCode: '11',
    reversible: true,
    money: 'release',
    settles: undefined,
    original: 'approvalCode',
    name: { en: 'AUTH VOID', zh: '预授权撤销' },
  },
  completion: {
    mti: '0200',
    processingCode: '000000',
    conditionCode: '06',
    typeCode: '20',
    reversible: true,
    money: 'debit',
    settles: 'debit',
    original: 'approvalCode',
    tellsBalance: true,
    name: { en: 'AUTH COMPLETE', zh: '预授权完成' },
  },
  completionAdvice: {
    mti: '0220',
    processingCode: '000000',
    conditionCode: '06',
    typeCode: '24',
    reversible: false,
    money: 'debit',
    settles: 'debit',
    original: 'approvalCode',
    name: { en: 'AUTH SETTLEMENT', zh: '预授权完成通知' },
  },
  completionVoid: {
    mti: '0200',
    processingCode: '200000',
    conditionCode: '06',
    typeCode: '21',
    reversible: true,
    money: 'credit',
    settles: 'credit',
    original: 'trace',
    name: { en: 'COMPLETE VOID', zh: '预授权完成撤销' },
  },
} as const satisfies Record<string, TransactionType>

export type TransactionKind = keyof typeof transactionTypes

export const transactionKinds = Object.keys(transactionTypes) as TransactionKind[]

/** The kind a financial or authorization request asks for; undefined when no row of the catalogue fits. */
export function transactionKindOf(wire: {
  mti: string
  processingCode: string
  conditionCode: string
  typeCode: string
}): TransactionKind | undefined {
  return kindOfWire.get(wire.mti + wireKey(wire))
}

/** Digits 3–6 of DE 3 name account types; only the first two say what is asked. */
function wireKey(wire: { processingCode: string; conditionCode: string; typeCode: string }): string {
  return wire.processingCode.slice(0, 2) + wire.conditionCode + wire.typeCode
}

/** By MTI and key; a 0400 stands for the kind it reverses. */
const kindOfWire: ReadonlyMap<string, TransactionKind> = new Map(
  transactionKinds.toReversed().flatMap((kind) => {
    const type: TransactionType = transactionTypes[kind]
    const asked = [type.mti + wireKey(type), kind] as const
    return type.reversible ? [asked, ['0400' + wireKey(type), kind] as const] : [asked]
  }),
)
