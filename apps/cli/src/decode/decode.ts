// `shua decode`: takes ISO 8583 messages apart that somebody copied from a trace, without being told their framing or
// dialect. Values are masked as everywhere, and there is no option that shows more.

import { printReading } from './print-reading.ts'
import { type InputBlock, readInput } from './read-input.ts'
import { allFit, headSizes, type Reading, recognise } from './recognise.ts'
import { type Language, words } from './words.ts'

/** A message pasted over more lines than this is not looked for. */
const linesPerMessageMax = 64

/** `text`: hex in any dress, a hexdump, or raw bytes with one byte in each character (latin1). */
export function decodeText(text: string, options: { lang: Language }): string {
  const { lang } = options
  const readings = readText(text)
  if (readings.length === 0) return words[lang].nothing
  return readings
    .map((reading, index) => {
      const say = words[lang]
      const size = headSizes[reading.framing] + reading.payload.length
      const from = reading.start === 0 ? '' : say.from(reading.start)
      const title = `${say.message(index + 1, readings.length, size)}${from}`
      return [title, ...printReading(reading, lang)].join('\n')
    })
    .join('\n\n')
}

/** The messages of a text, recognised. */
export function readText(text: string): Reading[] {
  const input = readInput(text)
  if (input.kind === 'empty') return []
  const raw = (): Reading[] => readRaw(Buffer.from(text, 'latin1'))
  if (input.kind === 'raw') return raw()
  const readings = input.blocks.flatMap((block) => readBlock(block))
  if (allFit(readings)) return readings
  // A message in ASCII may consist of nothing but characters that are hex digits, too.
  const asCharacters = raw()
  return allFit(asCharacters) ? asCharacters : readings
}

/** Editors end a file with a line feed that the message knows nothing of. */
function readRaw(bytes: Buffer): Reading[] {
  const readings = recognise(bytes)
  if (allFit(readings) || bytes.at(-1) !== 0x0a) return readings
  const trimmed = recognise(bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1))
  return allFit(trimmed) ? trimmed : readings
}

/** Each line may be a message, or the whole block one that was wrapped, or there are several wrapped ones. */
function readBlock({ lines }: InputBlock): Reading[] {
  const single = lines.map((line) => recognise(line))
  if (single.every((readings) => allFit(readings))) return single.flat()
  const joined = recognise(Buffer.concat(lines))
  if (allFit(joined)) return joined
  const grouped = readGroups(lines)
  if (grouped.fitting > 0) return grouped.readings
  // Nothing fits anywhere: lines of the same length are one thing that was wrapped.
  const wrapped = lines.slice(0, -1).every((line) => line.length === lines[0]!.length)
  return wrapped ? joined : single.flat()
}

/** From every line on, the fewest lines that make a message; a line that begins none stands alone. */
function readGroups(lines: readonly Buffer[]): { readings: Reading[]; fitting: number } {
  const readings: Reading[] = []
  let fitting = 0
  for (let from = 0; from < lines.length;) {
    let taken = 0
    for (let count = 1; count <= Math.min(linesPerMessageMax, lines.length - from) && taken === 0; count++) {
      const found = recognise(Buffer.concat(lines.slice(from, from + count)))
      if (!allFit(found)) continue
      readings.push(...found)
      taken = count
      fitting += 1
    }
    if (taken === 0) readings.push(...recognise(lines[from]!))
    from += Math.max(taken, 1)
  }
  return { readings, fitting }
}
