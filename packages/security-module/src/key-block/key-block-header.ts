// The clear part of a key block (ANSI X9.143 / TR-31): 16 characters of attributes and optional blocks, all of it bound
// to the key by the block's MAC. Every character is checked: another spelling of the same block is not the same block.

import { assert } from '@shua/assert'
import { securityFault } from '../security-fault.ts'

export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D' | 'E'

export interface KeyBlockHeader {
  readonly version: KeyBlockVersion
  /** Two characters, e.g. `P0`. */
  readonly usage: string
  /** D single DES, T TDES, A AES, 4 SM4 (a proprietary number). */
  readonly algorithm: string
  readonly mode: string
  readonly keyVersion: string
  readonly exportability: string
  readonly optionalBlocks: readonly OptionalBlock[]
}

export interface OptionalBlock {
  readonly id: string
  readonly data: string
}

const headerChars = 16
export const keyBlockCharsMax = 9999

/** The characters of the header; `totalChars` is the length of the whole key block. */
export function formatKeyBlockHeader(header: KeyBlockHeader, totalChars: number): string {
  const { version, usage, algorithm, mode, keyVersion, exportability, optionalBlocks } = header
  const count = String(optionalBlocks.length).padStart(2, '0')
  const fixed = `${version}${String(totalChars).padStart(4, '0')}${usage}${algorithm}${mode}${keyVersion}${exportability}${count}00`
  return fixed + optionalBlocks.map(formatOptionalBlock).join('')
}

function formatOptionalBlock({ id, data }: OptionalBlock): string {
  assert(data.length + 4 <= 0xff, 'optional blocks are written in the short form')
  return id + (data.length + 4).toString(16).toUpperCase().padStart(2, '0') + data
}

/** Reads the header and says where the enciphered part begins. Fault SECURITY_KEY_BLOCK with the path of what is wrong. */
export function parseKeyBlockHeader(text: string): { header: KeyBlockHeader; payloadStart: number } {
  const match = /^([ABCDE])(\d{4})([A-Z0-9]{2})([A-Z0-9])([A-Z])([A-Z0-9c]{2})([A-Z])(\d{2})00/.exec(text)
  if (!match) throw malformed('the header is malformed', 'header')
  const [, version, totalChars, usage, algorithm, mode, keyVersion, exportability, count] = match as unknown as string[]
  if (Number(totalChars) !== text.length) {
    throw malformed(`the length says ${Number(totalChars)} characters, there are ${text.length}`, 'header.length')
  }
  const { optionalBlocks, end } = parseOptionalBlocks(text, Number(count))
  const header = { version, usage, algorithm, mode, keyVersion, exportability, optionalBlocks } as KeyBlockHeader
  return { header, payloadStart: end }
}

function parseOptionalBlocks(text: string, count: number): { optionalBlocks: OptionalBlock[]; end: number } {
  const optionalBlocks: OptionalBlock[] = []
  let position = headerChars
  for (let index = 0; index < count; index++) {
    const match = /^([A-Z0-9]{2})([0-9A-F]{2})/.exec(text.slice(position, position + 4))
    const { dataStart, chars } = optionalBlockLength(text, position, match?.[2])
    // The length counts the id and itself, so it can never stand still; it may end exactly where the block ends, not beyond.
    if (!match || chars < dataStart - position || position + chars > text.length) {
      throw malformed('an optional block is malformed', `optionalBlocks.${index}`)
    }
    const data = text.slice(dataStart, position + chars)
    if (!/^[\x20-\x7e]*$/.test(data)) throw malformed('an optional block is malformed', `optionalBlocks.${index}`)
    optionalBlocks.push({ id: match[1]!, data })
    position += chars
  }
  return { optionalBlocks, end: position }
}

/** Two hex digits, or `00`, the number of digits of the real length in two hex digits, and the length. */
function optionalBlockLength(
  text: string,
  position: number,
  short: string | undefined,
): { dataStart: number; chars: number } {
  if (short === undefined) return { dataStart: position, chars: -1 }
  if (short !== '00') return { dataStart: position + 4, chars: parseInt(short, 16) }
  const digits = /^[0-9A-F]{2}$/.test(text.slice(position + 4, position + 6))
    ? parseInt(text.slice(position + 4, position + 6), 16)
    : 0
  const dataStart = position + 6 + digits
  const length = text.slice(position + 6, dataStart)
  const valid = digits >= 1 && digits <= 4 && length.length === digits && /^[0-9A-F]+$/.test(length)
  return { dataStart, chars: valid ? parseInt(length, 16) : -1 }
}

function malformed(message: string, path: string) {
  return securityFault('SECURITY_KEY_BLOCK', message, { path })
}
