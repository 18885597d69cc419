// Building blocks of slip markup (receiptline's language): escaping, two-column rows that fit 32 columns, rules, big lines.

/** Columns of a 58 mm slip; wider paper only gains space. */
const columnsMin = 32

const special = /[\\|{}_"`^~]/g
const escaped = String.raw`\$&`

export function escapeMarkup(text: string): string {
  return text.replace(special, escaped)
}

const wide = /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/g

/** Chinese and full-width characters take two columns. */
export function displayWidth(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0)
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
