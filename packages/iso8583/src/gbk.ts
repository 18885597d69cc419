// GBK, the encoding of Chinese text in this dialect's messages. Reading uses the platform's decoder; writing uses a
// table built from it once, because the platform has no encoder.

const decoder = new TextDecoder('gbk', { fatal: true })
let encoderTable: Map<string, number> | undefined

/** The text, or undefined when the bytes are not GBK or are a second spelling of a character. */
export function decodeGbk(bytes: Uint8Array): string | undefined {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return undefined
  }
  const again = encodeGbk(text)
  return again !== undefined && Buffer.compare(again, bytes) === 0 ? text : undefined
}

/** The bytes, or undefined when a character has none in GBK. */
export function encodeGbk(text: string): Buffer | undefined {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else {
      const pair = (encoderTable ??= buildTable()).get(character)
      if (pair === undefined) return undefined
      bytes.push(pair >> 8, pair & 0xff)
    }
  }
  return Buffer.from(bytes)
}

function buildTable(): Map<string, number> {
  const table = new Map<string, number>()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = decodePair(lead, trail)
      if (character !== undefined && !table.has(character)) table.set(character, (lead << 8) | trail)
    }
  }
  return table
}

function decodePair(lead: number, trail: number): string | undefined {
  try {
    const text = decoder.decode(Uint8Array.of(lead, trail))
    return Array.from(text).length === 1 ? text : undefined
  } catch {
    return undefined
  }
}
