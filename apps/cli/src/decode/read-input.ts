// From what somebody pasted to bytes: hex with any separators, hexdumps with offsets and a character column, or the raw
// bytes themselves. What the bytes mean is not decided here, so one text may give several proposals.

export interface InputBlock {
  /** Lines of hex as they stood; a message may be one of them or several. */
  readonly lines: readonly Buffer[]
}

export type Input =
  | { readonly kind: 'empty' }
  | { readonly kind: 'hex'; readonly blocks: readonly InputBlock[] }
  | { readonly kind: 'raw'; readonly bytes: Buffer }

/** `text` holds one byte in each character. */
export function readInput(text: string): Input {
  const lines = text.replace(/^\u00EF\u00BB\u00BF/, '').split(/\r\n|\n|\r/)
  if (lines.every((line) => line.trim() === '')) return { kind: 'empty' }
  const dumps = readDumps(lines)
  if (dumps !== undefined) return { kind: 'hex', blocks: dumps.map((bytes) => ({ lines: [bytes] })) }
  const blocks = readHexBlocks(lines)
  return blocks === undefined ? { kind: 'raw', bytes: Buffer.from(text, 'latin1') } : { kind: 'hex', blocks }
}

/** Blank lines part blocks. A line with half a byte at its end goes on in the next one. */
function readHexBlocks(lines: readonly string[]): InputBlock[] | undefined {
  const blocks: Buffer[][] = [[]]
  let half = ''
  for (const line of lines) {
    const digits = half + hexDigits(line)
    if (!/^[0-9a-fA-F]*$/.test(digits)) return undefined
    if (line.trim() === '') {
      if (half !== '') return undefined
      blocks.push([])
      continue
    }
    const whole = digits.length - (digits.length % 2)
    half = digits.slice(whole)
    if (whole > 0) blocks.at(-1)!.push(Buffer.from(digits.slice(0, whole), 'hex'))
  }
  const found = blocks.filter((block) => block.length > 0)
  return half !== '' || found.length === 0 ? undefined : found.map((block) => ({ lines: block }))
}

/** The line without the separators that people and programs put between bytes. */
const hexDigits = (line: string): string => line.replace(/0x|\\x/gi, '').replace(/[\s:,;"'[\]{}()-]+/g, '')

interface DumpLine {
  readonly offset: number
  readonly colon: boolean
  readonly body: string
}

/** A dump begins at offset 0 and counts every byte; anything else is no dump. */
function readDumps(lines: readonly string[]): Buffer[] | undefined {
  const dumps: Buffer[] = []
  let current: number[] | undefined
  const used = lines.filter((line) => line.trim() !== '')
  const parsed = used.map((line) => dumpLine(line))
  for (const [index, line] of parsed.entries()) {
    if (line === undefined) return undefined
    if (line.offset === 0) {
      if (current !== undefined) dumps.push(Buffer.from(current))
      current = []
    }
    if (current === undefined || line.offset !== current.length) return undefined
    const next = parsed[index + 1]
    const count = next !== undefined && next.offset > line.offset ? next.offset - line.offset : undefined
    const bytes = dumpBytes(line, count)
    if (bytes === undefined) return undefined
    current.push(...bytes)
  }
  if (current !== undefined) dumps.push(Buffer.from(current))
  return dumps.some((dump) => dump.length > 0) ? dumps : undefined
}

/** Four to sixteen digits, then a colon or a space; a lone offset closes a dump. */
function dumpLine(line: string): DumpLine | undefined {
  const match = /^\s*(?:0x)?([0-9a-fA-F]{4,16})(:|(?=\s|$))(.*)$/.exec(line)
  if (match === null) return undefined
  return { offset: Number.parseInt(match[1]!, 16), colon: match[2] === ':', body: match[3]! }
}

/** At most this many bytes stand in one line of any dump. */
const dumpWidthMax = 64

/** As many bytes as the next offset asks for; in a last line, up to where the character column begins. */
function dumpBytes({ colon, body }: DumpLine, count: number | undefined): number[] | undefined {
  const column = body.trimStart().split('|')[0]!
  // xxd parts the character column by two spaces; others put a second space in the middle, and three before the characters.
  const hex = count === undefined ? column.split(colon ? / {2,}/ : / {3,}/)[0]! : column
  const bytes: number[] = []
  for (const [group] of hex.matchAll(/\S+/g)) {
    if (bytes.length === count) break
    if (!/^(?:[0-9a-fA-F]{2}){1,8}$/.test(group)) {
      if (count === undefined) break
      return undefined
    }
    bytes.push(...Buffer.from(group, 'hex'))
  }
  const right = bytes.length <= dumpWidthMax && (count === undefined || bytes.length === count)
  return right ? bytes : undefined
}
