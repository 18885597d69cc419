// Building blocks of slip markup (receiptline's language): escaping, two-column rows that fit 32 columns, rules, big lines.

/** Columns of a 58 mm slip; wider paper only gains space. */
const columnsMin = 32

export function escapeMarkup(text: string): string {
  return text.replace(/[\\|{}_"`^~]/g, String.raw`\$&`)
}

/** Chinese and full-width characters take two columns. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/.test(character) ? 2 : 1
  return width
}

/** Label left, value right; the value takes its own line when both do not fit. */
export function row(label: string, value: string): string {
  const valueWidth = displayWidth(value)
  if (displayWidth(label) + 1 + valueWidth > columnsMin) {
    return `{w:*}\n${escapeMarkup(label)} |\n| ${escapeMarkup(value)}`
  }
  return `{w:*,${valueWidth}}\n${escapeMarkup(label)} | ${escapeMarkup(value)}`
}

export function left(text: string): string {
  return `{w:*}\n${escapeMarkup(text)} |`
}

export function center(text: string): string {
  return `{w:*}\n${escapeMarkup(text)}`
}

/** Twice as high and wide, for the title and the amount. */
export function large(text: string): string {
  return `{w:*}\n^^^${escapeMarkup(text)}`
}

export function strong(text: string): string {
  return `{w:*}\n"${escapeMarkup(text)}`
}

export const rule = '{w:*}\n-'
export const blank = '{w:*}\n~'

export function joinMarkup(lines: readonly (string | undefined)[]): string {
  return lines
    .filter((line) => line !== undefined)
    .join('\n')
    .concat('\n')
}
