// The keyboard of the computer as the keys of the device.

import type { TerminalKey } from '@shua/contract'

const namedKeys: Readonly<Record<string, TerminalKey>> = {
  Enter: 'enter',
  Escape: 'cancel',
  Backspace: 'clear',
  Delete: 'clear',
  F1: 'menu',
  m: 'menu',
  M: 'menu',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '.': '00',
  ',': '00',
}

export type DeviceStroke = { readonly key: TerminalKey } | { readonly cardPlace: number } | undefined

interface Stroke {
  readonly key: string
  readonly code: string
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** What a key press means to the device: a key, the card at a place of the rack (Alt or Shift + 1…9), or nothing. */
export function deviceStroke({ key, code, altKey, shiftKey, ctrlKey, metaKey }: Stroke): DeviceStroke {
  if (ctrlKey || metaKey) return undefined
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if ((altKey || shiftKey) && digit && digit !== '0') return { cardPlace: Number(digit) - 1 }
  if (altKey) return undefined
  if (/^\d$/.test(key)) return { key: key as TerminalKey }
  const named = namedKeys[key]
  return named ? { key: named } : undefined
}
