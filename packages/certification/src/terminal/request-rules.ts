// What each request must and must not carry: the mandatory and conditional columns of terminal-protocol §2.9 with the field rules of
// §1.4, §2.2, §2.4 and §3.4, as sentences about one message. Pure: what needs keys or history is judged in observations.ts.

import type { Message } from '@shua/iso8583'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import { paymentKindOf, paymentShapes, type PaymentKind, type RequestKind } from '../protocol/catalogue.ts'

export interface Finding {
  readonly what: string
  readonly expected: string
  readonly got: string
}

const ofEveryPayment = [3, 11, 22, 25, 41, 42, 49, 60, 63, 64]

const present: Readonly<Record<RequestKind, readonly number[]>> = {
  balanceInquiry: ofEveryPayment,
  purchase: [...ofEveryPayment, 4],
  void: [...ofEveryPayment, 4, 37, 61],
  refund: [...ofEveryPayment, 4, 37, 61],
  preAuthorization: [...ofEveryPayment, 4],
  preAuthorizationVoid: [...ofEveryPayment, 4, 38, 61],
  completion: [...ofEveryPayment, 4, 38, 61],
  completionAdvice: [...ofEveryPayment, 4, 38, 61],
  completionVoid: [...ofEveryPayment, 4, 37, 61],
  reversal: [3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 64],
  signOn: [11, 41, 42, 60, 63],
  signOff: [11, 41, 42, 60],
  echo: [41, 42, 60],
  statusReport: [41, 42, 60, 62],
  parameterDownload: [41, 42, 60],
  parameterDownloadEnd: [41, 42, 60],
  stopListDownload: [41, 42, 60],
  stopListDownloadEnd: [41, 42, 60],
  settlement: [11, 41, 42, 48, 49, 60, 63],
  batchUpload: [11, 41, 42, 48, 60],
  batchUploadEnd: [11, 41, 42, 48, 60],
}

/** What only answers carry, and what a message without a payment never has. */
const absentInRequests = [15, 32, 44, 54]
const absentInManagement = [2, 3, 4, 14, 22, 25, 26, 35, 36, 37, 38, 39, 52, 61, 64]
/** §4.1: a reversal repeats neither PIN nor track nor the reference. */
const absentInReversal = [26, 35, 36, 37, 52]

export function fieldFindings(kind: RequestKind, message: Message, profile: CertificationProfile): Finding[] {
  const findings: Finding[] = []
  const has = (field: number, wanted: boolean): void => {
    if (message.has(field) !== wanted) {
      findings.push({ what: `F${field}`, expected: wanted ? 'present' : 'absent', got: wanted ? 'absent' : 'present' })
    }
  }
  const isPayment = kind in paymentShapes
  for (const field of present[kind]) has(field, true)
  for (const field of absentInRequests) has(field, false)
  if (kind === 'reversal') for (const field of absentInReversal) has(field, false)
  else has(39, false)
  if (!isPayment && kind !== 'reversal') for (const field of absentInManagement) has(field, false)
  if (kind === 'echo') has(11, false)
  if (kind === 'balanceInquiry') has(4, false)
  const is = (what: string, expected: string, got = 'absent'): void => {
    if (got !== expected) findings.push({ what, expected, got })
  }
  is('F41', profile.terminal.terminalId, message.text('41'))
  is('F42', profile.terminal.merchantId, message.text('42'))
  if (message.has(49)) is('F49', '156', message.text('49'))
  if (isPayment) findings.push(...paymentFindings(kind as PaymentKind, message, profile))
  if (kind === 'reversal') findings.push(...reversalFindings(message))
  if (kind === 'signOn') findings.push(...signOnFindings(message, profile))
  return findings
}

function paymentFindings(kind: PaymentKind, message: Message, { crypto }: CertificationProfile): Finding[] {
  const findings: Finding[] = []
  const rule = (what: string, expected: string, got: string, ok = expected === got): void => {
    if (!ok) findings.push({ what, expected, got })
  }
  const word = (field: number): string => (message.has(field) ? 'present' : 'absent')
  const mode = message.text('22') ?? ''
  rule('F22', 'an entry mode', mode || 'absent', /^(00|01|02|03|05|07|90|91|92|95|96|98)[012]$/.test(mode))
  // §1.4: the number is not sent beside the track, and a keyed one needs its expiry.
  if (mode.startsWith('02')) rule('F35', 'present', word(35))
  if (message.has(35)) rule('F2 beside a track', 'absent', word(2))
  else rule('F2 without a track', 'present', word(2))
  if (mode.startsWith('01')) rule('F14 of a keyed number', 'present', word(14))
  const pin = mode.endsWith('1') ? 'present' : 'absent'
  rule('F52 by F22', pin, word(52))
  rule('F26 by F22', pin, word(26))
  const security = message.text('53') ?? ''
  // §3.4: PIN block format, algorithm, whether the track is encrypted.
  const encrypted = message.has(35) && crypto.trackEncrypted ? '1' : '0'
  const digits = pin === 'absent' ? '00' : `${crypto.pinFormat === 1 ? '1' : '2'}${crypto.pinAlgorithmDigit}`
  const expected = `${digits}${encrypted}`.padEnd(16, '0')
  // §2.9: conditional; all zeros and absent say the same. Digit 2 means nothing without a PIN.
  const comparable = pin === 'absent' ? security.slice(0, 1) + '0' + security.slice(2) : security
  rule('F53', expected, security || 'absent', comparable === expected || (security === '' && /^0+$/.test(expected)))
  rule('F60.3', '000', message.text('60.3') ?? 'absent')
  rule('F60.4', 'a reading capability', message.text('60.4') ?? 'absent', /^[0256]?$/.test(message.text('60.4') ?? ''))
  findings.push(...referenceFindings(kind, message))
  return findings
}

/** §2.4: how F61 names the original. */
function referenceFindings(kind: PaymentKind, message: Message): Finding[] {
  const how = paymentShapes[kind].original
  const [batch = '', stan = '', date = ''] = ['61.1', '61.2', '61.3'].map((path) => message.text(path))
  const zero = (text: string): boolean => /^0*$/.test(text)
  if (how === 'trace' && (zero(batch) || zero(stan))) {
    return [{ what: 'F61', expected: 'batch and trace of the original', got: `${batch}/${stan}` }]
  }
  if (how === 'authorization' && !(zero(batch) && zero(stan) && /^\d{4}$/.test(date))) {
    return [{ what: 'F61', expected: 'zeros, zeros, date', got: `${batch}/${stan}/${date}` }]
  }
  if (how === 'reference' && !/^\d{4}$/.test(date) && (zero(batch) || zero(stan))) {
    return [{ what: 'F61', expected: 'the date, or batch and trace, of the original', got: `${batch}/${stan}/${date}` }]
  }
  return []
}

function reversalFindings(message: Message): Finding[] {
  const findings: Finding[] = []
  const reason = message.text('39') ?? 'absent'
  if (!['98', '96', 'A0', '06'].includes(reason)) {
    findings.push({ what: 'F39', expected: '98, 96, A0 or 06', got: reason })
  }
  const kind = paymentKindOf(message)
  // §4.1: only where the original itself names an original.
  const named = kind !== undefined && paymentShapes[kind].original !== 'none'
  if (message.has(61) !== named) {
    findings.push({ what: 'F61', expected: named ? 'present' : 'absent', got: named ? 'absent' : 'present' })
  }
  return findings
}

function signOnFindings(message: Message, { terminal }: CertificationProfile): Finding[] {
  const findings: Finding[] = []
  const serial = terminal.licenceAndSerial
  if (serial === undefined) return findings
  const expected = `Sequence No${String(serial.length).padStart(2, '0')}${serial}`
  const got = Buffer.from(message.bytes('62') ?? []).toString('latin1')
  if (got !== expected) findings.push({ what: 'F62', expected, got: got || 'absent' })
  return findings
}

/** §1.1, §1.2 */
export function envelopeFindings(message: Message): Finding[] {
  const findings: Finding[] = []
  const { tpdu = '', header = '' } = message.envelope
  if (!/^60\d{8}$/.test(tpdu)) findings.push({ what: 'TPDU', expected: '60 and two addresses', got: tpdu || 'absent' })
  if (!/^6[0-8]\d{10}$/.test(header)) {
    findings.push({ what: 'header', expected: 'an application class 60 to 68 and ten digits', got: header || 'absent' })
  } else if (header[5] !== '0') {
    findings.push({ what: 'header digit 6', expected: '0 in a request', got: header[5] ?? '' })
  }
  return findings
}
