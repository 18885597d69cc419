// A text as the card data detector reads it: one symbol for each character; where the text is a dump in groups, without
// the gaps; where it is hex of ASCII or EBCDIC digits, one for each byte. What is found among the symbols can be traced
// back to the characters to mask.

export interface DigitView {
  /** Digits, `=` and `D` where the text has them; in the view of the text itself, every character. */
  readonly symbols: string
  /** Where in the text the symbol stands, and how many characters it takes. */
  readonly positionOf: (symbolIndex: number) => number
  readonly width: 1 | 2
}

const uuid = /(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\w-])/gi

/** Hex in groups of one or two bytes. */
const dumps = [
  /(?<![0-9a-f])[0-9a-f]{2}(?:[ :][0-9a-f]{2}){6,}(?![0-9a-f])/gi,
  /(?<![0-9a-f])[0-9a-f]{4}(?: [0-9a-f]{4}){3,}(?![0-9a-f])/gi,
]

/** Bytes that are digits or track separators in ASCII and in EBCDIC, as hex pairs, perhaps set apart as dumps do. */
const encodings = [
  {
    pair: /(?:3[0-9d]|44)(?:[ :]?(?:3[0-9d]|44)){12,}/gi,
    separators: new Map([
      ['3D', '='],
      ['44', 'D'],
    ]),
  },
  {
    pair: /(?:f[0-9]|7e|c4)(?:[ :]?(?:f[0-9]|7e|c4)){12,}/gi,
    separators: new Map([
      ['7E', '='],
      ['C4', 'D'],
    ]),
  },
] as const

/** The text itself first, then each stretch of it that is a dump or hex of encoded digits. */
export function digitViews(text: string): DigitView[] {
  // An identifier of this exact form is no hiding place for a card number, but often has enough digits to look like one.
  const plain = text.replace(uuid, (found) => 'u'.repeat(found.length))
  const views: DigitView[] = [{ symbols: plain, positionOf: (index) => index, width: 1 }]
  for (const dump of dumps) {
    for (const match of plain.matchAll(dump)) views.push(closeGaps(match[0], match.index))
  }
  for (const { pair, separators } of encodings) {
    for (const match of plain.matchAll(pair)) views.push(decode(match[0], match.index, separators))
  }
  return views
}

function closeGaps(dump: string, start: number): DigitView {
  const positions: number[] = []
  for (const symbol of dump.matchAll(/[^ :]/g)) positions.push(start + symbol.index)
  return {
    symbols: dump.replace(/[ :]/g, ''),
    positionOf: (index) => positions[index] ?? start + dump.length,
    width: 1,
  }
}

function decode(hex: string, start: number, separators: ReadonlyMap<string, string>): DigitView {
  const positions: number[] = []
  let symbols = ''
  for (const pair of hex.matchAll(/[0-9a-f]{2}/gi)) {
    symbols += separators.get(pair[0].toUpperCase()) ?? pair[0].slice(1)
    positions.push(start + pair.index)
  }
  return { symbols, positionOf: (index) => positions[index] ?? start + hex.length, width: 2 }
}
