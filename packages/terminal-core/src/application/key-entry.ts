// Digits typed on the keypad: the rule of the keys 0–9, 00 and clear, shared by amounts, numbers, PINs and passwords.

import type { TerminalKey } from './terminal-view.ts'

/** The text after a key; undefined when the key is none of typing. */
export function typed(text: string, key: TerminalKey, lengthMax: number): string | undefined {
  if (/^\d+$/.test(key)) return (text + key).length > lengthMax ? text : text + key
  if (key === 'clear') return text.slice(0, -1)
  return undefined
}

/** Leading zeros of an amount are typed, not meant. */
export function typedAmount(text: string, key: TerminalKey, lengthMax: number): string | undefined {
  return typed(text, key, lengthMax)?.replace(/^0+/, '')
}
