// The message type indicator: version, class, function, origin. ISO 8583:1987 §4.1.1 and its later editions.

import type { MtiSpec, Title } from './dialect.ts'
import { fromEbcdic037 } from './ebcdic.ts'
import { isoFault } from './iso-fault.ts'
import { nibbleText } from './nibbles.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

const path = 'mti'

export function readMti(reader: Reader, spec: MtiSpec): string {
  const size = spec.encoding === 'bcd' ? 2 : 4
  const { position } = reader
  if (reader.end - position < size) throw reader.truncated(path, size)
  const mti = mtiText(reader, spec)
  if (!rightMti(mti, spec)) {
    throw reader.fault('ISO_MTI', { path, at: position, expected: expectation(spec), actual: 'something else' })
  }
  reader.position = position + size
  return mti
}

function mtiText(reader: Reader, spec: MtiSpec): string {
  const { position, bytes } = reader
  switch (spec.encoding) {
    case 'bcd':
      return nibbleText(bytes, position, 2)
    case 'ascii':
      return reader.text(position, position + 4)
    case 'ebcdic':
      return reader.translatedText(position, position + 4, fromEbcdic037)
  }
}

export function writeMti(writer: Writer, mti: string, spec: MtiSpec): void {
  if (!rightMti(mti, spec)) {
    throw isoFault('ISO_MTI', { path, expected: expectation(spec), actual: 'something else' })
  }
  writer.reserve(4)
  const { bytes } = writer
  for (let i = 0; i < 4; i++) {
    const digit = mti.charCodeAt(i) - 0x30
    if (spec.encoding !== 'bcd') bytes[writer.position++] = (spec.encoding === 'ascii' ? 0x30 : 0xf0) + digit
    else if (i % 2 === 0) bytes[writer.position] = digit << 4
    else bytes[writer.position++]! |= digit
  }
}

function rightMti(mti: string, spec: MtiSpec): boolean {
  if (mti.length !== 4) return false
  for (let i = 0; i < 4; i++) {
    const digit = mti.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return false
  }
  return spec.versions === undefined || spec.versions.includes(mti[0]!)
}

function expectation(spec: MtiSpec): string {
  return spec.versions === undefined ? 'four digits' : `four digits of version ${spec.versions.split('').join(' or ')}`
}

const classTitles: Readonly<Record<string, Title>> = {
  1: { en: 'Authorization', zh: '授权' },
  2: { en: 'Financial', zh: '金融' },
  3: { en: 'File action', zh: '文件' },
  4: { en: 'Reversal', zh: '冲正' },
  5: { en: 'Reconciliation', zh: '对账' },
  6: { en: 'Administrative', zh: '管理' },
  7: { en: 'Fee collection', zh: '费用' },
  8: { en: 'Network management', zh: '网络管理' },
}
const functionTitles: Readonly<Record<string, Title>> = {
  0: { en: 'request', zh: '请求' },
  1: { en: 'response', zh: '应答' },
  2: { en: 'advice', zh: '通知' },
  3: { en: 'advice response', zh: '通知应答' },
  4: { en: 'notification', zh: '告知' },
  5: { en: 'notification acknowledgement', zh: '告知确认' },
}

/** `0200` → Financial request. The dialect's own names come first. */
export function mtiTitle(mti: string, spec?: MtiSpec): Title {
  const named = spec?.titles?.[mti]
  if (named) return named
  const kind = classTitles[mti[1] ?? '']
  const step = functionTitles[mti[2] ?? '']
  if (!kind || !step) return { en: 'Unknown message type', zh: '未知消息类型' }
  const repeat = mti[3] === '1' || mti[3] === '3' || mti[3] === '5'
  return {
    en: `${kind.en} ${step.en}${repeat ? ', repeat' : ''}`,
    zh: `${kind.zh!}${step.zh!}${repeat ? '（重发）' : ''}`,
  }
}
