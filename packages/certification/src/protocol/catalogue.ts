// The catalogue of messages as terminal-protocol §2.1 prints it, read a second time for the kit: it must judge terminals and
// hosts of this product too, so it does not ask packages/scheme, which both of them are built on.

import type { Message, Title } from '@shua/iso8583'

export interface PaymentShape {
  readonly mti: string
  /** DE 3 */
  readonly processingCode: string
  /** DE 25 */
  readonly conditionCode: string
  /** DE 60.1 */
  readonly typeCode: string
  readonly reversible: boolean
  /** How settlement counts it (§2.6). */
  readonly counts: 'debit' | 'credit' | 'none'
  readonly original: 'none' | 'trace' | 'reference' | 'authorization'
  readonly title: Title
}

export const paymentShapes = {
  balanceInquiry: shape('0200 310000 00 01', 'none', { zh: '余额查询', en: 'balance inquiry' }),
  purchase: shape('0200 000000 00 22', 'debit', { zh: '消费', en: 'purchase' }),
  void: shape('0200 200000 00 23', 'credit', { zh: '消费撤销', en: 'void' }, 'trace'),
  refund: shape('0220 200000 00 25', 'credit', { zh: '退货', en: 'refund' }, 'reference'),
  preAuthorization: shape('0100 030000 06 10', 'none', { zh: '预授权', en: 'pre-authorization' }),
  preAuthorizationVoid: shape(
    '0100 200000 06 11',
    'none',
    { zh: '预授权撤销', en: 'void of a pre-authorization' },
    'authorization',
  ),
  completion: shape('0200 000000 06 20', 'debit', { zh: '预授权完成请求', en: 'completion' }, 'authorization'),
  completionAdvice: shape(
    '0220 000000 06 24',
    'debit',
    { zh: '预授权完成通知', en: 'completion advice' },
    'authorization',
  ),
  completionVoid: shape('0200 200000 06 21', 'credit', { zh: '预授权完成撤销', en: 'void of a completion' }, 'trace'),
} as const satisfies Record<string, PaymentShape>

export type PaymentKind = keyof typeof paymentShapes

export const paymentKinds = Object.keys(paymentShapes) as PaymentKind[]

function shape(
  codes: string,
  counts: PaymentShape['counts'],
  title: Title,
  original: PaymentShape['original'] = 'none',
): PaymentShape {
  const [mti = '', processingCode = '', conditionCode = '', typeCode = ''] = codes.split(' ')
  // Inquiry and 0220 are never reversed (§4.1).
  const reversible = mti !== '0220' && typeCode !== '01'
  return { mti, processingCode, conditionCode, typeCode, reversible, counts, original, title }
}

export interface ManagementShape {
  readonly mti: string
  /** DE 60.3 */
  readonly networkCodes: readonly string[]
  readonly title: Title
}

export const managementShapes = {
  signOn: { mti: '0800', networkCodes: ['001', '003', '004', '005', '006'], title: { zh: '签到', en: 'sign-on' } },
  signOff: { mti: '0820', networkCodes: ['002'], title: { zh: '签退', en: 'sign-off' } },
  echo: { mti: '0820', networkCodes: ['301'], title: { zh: '回响测试', en: 'echo test' } },
  statusReport: { mti: '0820', networkCodes: ['362'], title: { zh: '状态上送', en: 'status report' } },
  parameterDownload: { mti: '0800', networkCodes: ['360'], title: { zh: '参数下载', en: 'parameter download' } },
  parameterDownloadEnd: {
    mti: '0800',
    networkCodes: ['361'],
    title: { zh: '参数下载结束', en: 'end of the parameter download' },
  },
  stopListDownload: { mti: '0800', networkCodes: ['390'], title: { zh: '止付名单下载', en: 'stop list download' } },
  stopListDownloadEnd: {
    mti: '0800',
    networkCodes: ['391'],
    title: { zh: '止付名单下载结束', en: 'end of the stop list download' },
  },
  settlement: { mti: '0500', networkCodes: ['201'], title: { zh: '批结算', en: 'settlement' } },
  batchUpload: { mti: '0320', networkCodes: ['201'], title: { zh: '批上送', en: 'batch upload' } },
  batchUploadEnd: { mti: '0320', networkCodes: ['202', '207'], title: { zh: '批上送结束', en: 'end of the upload' } },
} as const satisfies Record<string, ManagementShape>

export type ManagementKind = keyof typeof managementShapes

export type RequestKind = PaymentKind | ManagementKind | 'reversal'

/** The payment an MTI (or a reversal) with these codes means; digits 3–6 of DE 3 name account types. */
export function paymentKindOf(message: Message): PaymentKind | undefined {
  const isReversal = message.mti === '0400'
  return paymentKinds.find((kind) => {
    const row: PaymentShape = paymentShapes[kind]
    return (
      row.processingCode.slice(0, 2) === message.text('3')?.slice(0, 2) &&
      row.conditionCode === message.text('25') &&
      row.typeCode === message.text('60.1') &&
      (isReversal ? row.reversible : row.mti === message.mti)
    )
  })
}

export function requestKindOf(message: Message): RequestKind | undefined {
  if (message.mti === '0400') return paymentKindOf(message) === undefined ? undefined : 'reversal'
  const managing = (Object.keys(managementShapes) as ManagementKind[]).find((kind) => {
    const row: ManagementShape = managementShapes[kind]
    return row.mti === message.mti && row.networkCodes.includes(message.text('60.3') ?? '')
  })
  return managing ?? paymentKindOf(message)
}

export function titleOf(kind: RequestKind): Title {
  if (kind === 'reversal') return { zh: '冲正', en: 'reversal' }
  return kind in paymentShapes
    ? paymentShapes[kind as PaymentKind].title
    : managementShapes[kind as ManagementKind].title
}

export function isPayment(kind: RequestKind): kind is PaymentKind {
  return kind in paymentShapes
}

/** `0200` → `0210`. */
export function answerMti(mti: string): string {
  return String(Number(mti) + 10).padStart(4, '0')
}
