// Everything `shua decode` says that is not in a dialect, in both languages.

import type { Framing } from './recognise.ts'

export type Language = 'en' | 'zh'

export interface Words {
  readonly nothing: string
  message(number: number, count: number, bytes: number): string
  /** For a frame behind others. */
  from(byte: number): string
  readonly framing: string
  readonly envelope: string
  readonly dialect: string
  readonly type: string
  readonly framings: Readonly<Record<Framing, string>>
  announced(length: number, actual: number): string
  readonly enveloped: string
  readonly bare: string
  readonly columns: readonly [string, string, string]
  readonly noFit: string
  readonly farthest: string
  stopped(at: string, byte: number, size: number): string
  expected(expected: string, actual: string): string
  readonly changes: string
  readonly wrongLength: string
  readonly unreadable: string
}

const en: Words = {
  nothing: 'Nothing to decode: give hex digits, a hexdump or the bytes themselves.',
  message: (number, count, bytes) => `Message ${number} of ${count}, ${bytes} bytes`,
  from: (byte) => `, from byte ${byte} on`,
  framing: 'Framing',
  envelope: 'Envelope',
  dialect: 'Dialect',
  type: 'Type',
  framings: {
    binary2: 'length in 2 bytes, binary',
    bcd2: 'length in 2 bytes, BCD',
    ascii4: 'length in 4 ASCII digits',
    none: 'no length in front',
  },
  announced: (length, actual) => (length === actual ? ` (${length})` : ` (says ${length}, ${actual} bytes follow)`),
  enveloped: 'TPDU and header',
  bare: 'none',
  columns: ['Field', 'Name', 'Value'],
  noFit: 'No reading fits.',
  farthest: 'The reading that got farthest:',
  stopped: (at, byte, size) => `Stopped at ${at}, byte ${byte} of ${size}`,
  expected: (expected, actual) => `expected ${expected}, found ${actual}`,
  changes: 'The message can be read but would not be written like this, so this reading is doubtful.',
  wrongLength: 'The message is whole; the length in front of it is wrong.',
  unreadable: 'Nothing in it could be read as a message.',
}

const zh: Words = {
  nothing: '没有可解析的内容：请给出十六进制、十六进制转储或原始字节。',
  message: (number, count, bytes) => `报文 ${number}/${count}，${bytes} 字节`,
  from: (byte) => `，自第 ${byte} 字节起`,
  framing: '分帧',
  envelope: '信封',
  dialect: '方言',
  type: '类型',
  framings: {
    binary2: '2字节二进制长度',
    bcd2: '2字节BCD长度',
    ascii4: '4位ASCII长度',
    none: '无长度前缀',
  },
  announced: (length, actual) => (length === actual ? `（${length}）` : `（标明 ${length}，实有 ${actual} 字节）`),
  enveloped: 'TPDU和报文头',
  bare: '无',
  columns: ['域', '名称', '值'],
  noFit: '没有完全符合的读法。',
  farthest: '走得最远的读法：',
  stopped: (at, byte, size) => `停在 ${at}，第 ${byte} 字节（共 ${size} 字节）`,
  expected: (expected, actual) => `应为 ${expected}，实为 ${actual}`,
  changes: '报文可以读出，但按此方言不会这样写，读法存疑。',
  wrongLength: '报文完整，但前面的长度不对。',
  unreadable: '其中没有任何部分可以作为报文读出。',
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
