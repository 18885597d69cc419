// Masks what `findCardData` finds, in place: the text keeps its length and form, a card number its first six and last
// four digits, a track nothing behind its separator. Logs pass through it; it is the last net, not the rule.

import { type FindOptions, findSymbols } from './find-card-data.ts'

export function maskText(text: string, options: FindOptions = {}): string {
  let masked = text
  // What stood beside a number may look like one once that is masked, so look again; each round leaves fewer digits.
  for (let before = ''; before !== masked;) {
    before = masked
    masked = maskOnce(masked, options)
  }
  return masked
}

function maskOnce(text: string, options: FindOptions): string {
  const finds = findSymbols(text, options)
  if (finds.length === 0) return text
  const characters = text.split('')
  for (const { view, panFrom, panTo, end } of finds) {
    const digits = digitIndexes(view.symbols, panFrom, panTo)
    const hidden = [...digits.slice(6, -4), ...digitIndexes(view.symbols, panTo, end)]
    for (const index of hidden) characters.fill('*', view.positionOf(index), view.positionOf(index) + view.width)
  }
  return characters.join('')
}

function digitIndexes(symbols: string, from: number, to: number): number[] {
  const indexes: number[] = []
  for (let index = from; index < to; index++) if (/\d/.test(symbols.charAt(index))) indexes.push(index)
  return indexes
}
