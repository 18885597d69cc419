// How many cells of a terminal a text takes: Chinese characters take two, marks that sit on others none.

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u
const none = /\p{Mn}|\p{Me}|\p{Cf}/u

export function displayWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += wide.test(character) ? 2 : none.test(character) ? 0 : 1
  return cells
}

export function padToWidth(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(cells - displayWidth(text), 0))
}

/** Control characters, which could move the cursor or turn the writing round, become visible. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0)!
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
