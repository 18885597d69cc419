// One message, bytes beside fields: pointing at either lights up the other; a click or Enter keeps it lit.

import type { DescribedMessage } from '@shua/contract'
import { useMemo, useState, type KeyboardEvent } from 'react'
import { Icon } from '../parts/icon.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { FieldList } from './field-list.tsx'
import { HexGrid } from './hex-grid.tsx'
import { flattenFields, messageBytes } from './message-bytes.ts'

export function MessageView({ message }: { message: DescribedMessage }) {
  const t = useText()
  const localized = useLocalized()
  const [pointed, setPointed] = useState<string>()
  const [kept, setKept] = useState<string>()
  const bytes = useMemo(() => messageBytes(message), [message])
  const rows = useMemo(() => flattenFields(message.fields), [message])
  const lit = pointed ?? kept
  const keep = (path: string) => setKept((before) => (before === path ? undefined : path))
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = rows.findIndex(({ field }) => field.path === kept)
    setKept(rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.field.path)
  }
  return (
    <div className="message">
      <div className="message-head">
        <h3>
          <span className="mono">{message.mti}</span> {localized(message.mtiName)}
        </h3>
        <span className="quiet">{t('xray.bytes', { count: bytes.length, dialect: message.dialect })}</span>
      </div>
      {message.fault && (
        <p className="notice" role="alert">
          <Icon name="warning" />
          <span>
            <strong className="mono">{message.fault.code}</strong> {message.fault.message}
            {message.fault.path && ` (${message.fault.path})`}
          </span>
        </p>
      )}
      <div className="message-panes">
        <HexGrid bytes={bytes} lit={lit} onPoint={setPointed} onKeep={keep} onKeyDown={walk} />
        <FieldList rows={rows} lit={lit} kept={kept} onPoint={setPointed} onKeep={keep} />
      </div>
    </div>
  )
}
