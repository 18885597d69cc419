// The bytes of a message, sixteen a line where there is room. The grid is one stop of the Tab key; arrows walk the fields.

import type { KeyboardEvent } from 'react'
import { useText } from '../preferences/preferences.tsx'
import type { MessageByte } from './message-bytes.ts'

interface HexGridProps {
  readonly bytes: readonly MessageByte[]
  readonly lit: string | undefined
  readonly onPoint: (path: string | undefined) => void
  readonly onKeep: (path: string) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const bytesPerLine = 16

export function HexGrid({ bytes, lit, onPoint, onKeep, onKeyDown }: HexGridProps) {
  const t = useText()
  const lines = Array.from({ length: Math.ceil(bytes.length / bytesPerLine) }, (_, line) =>
    bytes.slice(line * bytesPerLine, (line + 1) * bytesPerLine),
  )
  return (
    <div
      className="hex mono"
      role="group"
      aria-label={t('xray.hex')}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onMouseLeave={() => onPoint(undefined)}
    >
      {lines.map((line) => (
        <div key={line[0]?.offset} className="hex-line">
          <span className="hex-offset">{(line[0]?.offset ?? 0).toString(16).padStart(4, '0').toUpperCase()}</span>
          <span className="hex-bytes">
            {line.map((byte) => (
              <Byte key={byte.offset} byte={byte} lit={lit} onPoint={onPoint} onKeep={onKeep} />
            ))}
          </span>
        </div>
      ))}
    </div>
  )
}

interface ByteProps extends Pick<HexGridProps, 'lit' | 'onPoint' | 'onKeep'> {
  readonly byte: MessageByte
}

function isWithin(part: string, lit: string): boolean {
  return part === lit || part.startsWith(`${lit}.`)
}

function Byte({ byte, lit, onPoint, onKeep }: ByteProps) {
  const { part, digits, ordinal } = byte
  const names = ['byte', ordinal % 2 === 0 ? 'is-even' : 'is-odd']
  if (part === undefined) names.push('is-unread')
  if (digits.includes('*')) names.push('is-masked')
  if (lit !== undefined && part !== undefined && isWithin(part, lit)) names.push('is-lit')
  return (
    // Pointing is a shortcut here: the list beside it says the same to keyboard and screen reader.
    <span
      className={names.join(' ')}
      onMouseEnter={() => onPoint(part)}
      onClick={() => {
        if (part !== undefined) onKeep(part)
      }}
    >
      {digits.replaceAll('*', '•')}
    </span>
  )
}
