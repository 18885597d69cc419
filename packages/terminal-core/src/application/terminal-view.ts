// The card terminal as data: what its display, keys, slots and paper look like at this moment, and what a person can do to it.
// The web draws it; a PIN is in it only as the number of digits entered.

import type { Sensitive } from '@shua/card-data'
import type { Slip } from '../driver/printer.ts'

export type Language = 'zh' | 'en'

export type ViewStatus = 'idle' | 'input' | 'busy' | 'approved' | 'declined' | 'unknown' | 'error'

export interface ViewLine {
  text: string
  align?: 'left' | 'center' | 'right'
  size?: 'normal' | 'large'
  tone?: 'plain' | 'good' | 'bad' | 'wait' | 'muted'
}

export interface ViewInput {
  kind: 'amount' | 'digits' | 'pin' | 'text'
  /** A PIN or password as ● only. */
  shown: string
  lengthMax: number
}

/** The part of the view that the flow at work decides. */
export interface Screen {
  status: ViewStatus
  title: string
  lines: ViewLine[]
  menu: { key: string; label: string }[]
  input: ViewInput | null
  hint: string
  accepts: { keys: boolean; stripe: boolean; chip: boolean; tap: boolean }
}

export interface TerminalView extends Screen {
  terminalId: string
  merchantName: string
  language: Language
  indicators: {
    signedOn: boolean
    batchNumber: string
    operator: string
    link: 'online' | 'offline' | 'unknown'
    pendingReversal: boolean
    paper: 'ok' | 'out'
  }
  /** Newest first. */
  slips: Slip[]
  /** Reference number of the last transaction the host answered. */
  lastRrn: string | null
  /** Grows with every change. */
  version: number
}

export const terminalKeys = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '00',
  'enter',
  'clear',
  'cancel',
  'menu',
  'up',
  'down',
] as const

export type TerminalKey = (typeof terminalKeys)[number]

export type TerminalInput =
  | { readonly type: 'key'; readonly key: TerminalKey }
  | { readonly type: 'swipe'; readonly track2: Sensitive<string> }
  | { readonly type: 'tearOff'; readonly slipId: string }
  | { readonly type: 'language'; readonly language: Language }
