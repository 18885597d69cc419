// The fields of a message with their subfields: number, name, value. Each is a button that lights up its bytes.

import type { DescribedField } from '@shua/contract'
import { useEffect, useRef } from 'react'
import { Icon } from '../parts/icon.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { holds } from './message-bytes.ts'

interface FieldListProps {
  readonly rows: readonly { field: DescribedField; depth: number }[]
  readonly lit: string | undefined
  readonly kept: string | undefined
  readonly onPoint: (path: string | undefined) => void
  readonly onKeep: (path: string) => void
}

export function FieldList({ rows, lit, kept, onPoint, onKeep }: FieldListProps) {
  const t = useText()
  return (
    <ul className="fields" aria-label={t('xray.fields')} onMouseLeave={() => onPoint(undefined)}>
      {rows.map(({ field, depth }) => (
        <FieldItem
          key={`${field.path}@${field.start}`}
          field={field}
          depth={depth}
          state={lit === field.path ? 'lit' : lit !== undefined && holds(field, lit) ? 'around' : 'dark'}
          kept={kept === field.path}
          onPoint={onPoint}
          onKeep={onKeep}
        />
      ))}
    </ul>
  )
}

interface FieldItemProps {
  readonly field: DescribedField
  readonly depth: number
  readonly state: 'lit' | 'around' | 'dark'
  readonly kept: boolean
  readonly onPoint: (path: string | undefined) => void
  readonly onKeep: (path: string) => void
}

function FieldItem({ field, depth, state, kept, onPoint, onKeep }: FieldItemProps) {
  const t = useText()
  const localized = useLocalized()
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (kept) item.current?.scrollIntoView({ block: 'nearest' })
  }, [kept])
  const { path, title, value, raw, sensitive, children } = field
  return (
    <li ref={item} className={`field-item is-${state} depth-${Math.min(depth, 2)}`}>
      <button
        type="button"
        aria-pressed={kept}
        onMouseEnter={() => onPoint(path)}
        onFocus={() => onPoint(path)}
        onBlur={() => onPoint(undefined)}
        onClick={() => onKeep(path)}
      >
        <span className="field-path mono">{/^\d+$/.test(path) ? `F${path}` : path}</span>
        <span className="field-title">
          {localized(title)}
          {sensitive && (
            <span className="field-lock" title={t('xray.masked')}>
              <Icon name="lock" />
              <span className="unseen">{t('xray.masked')}</span>
            </span>
          )}
        </span>
        {!children && <span className="field-value mono">{value.replaceAll('*', '•') || '–'}</span>}
        {state === 'lit' && <span className="field-raw mono">{raw.replaceAll('*', '•')}</span>}
      </button>
    </li>
  )
}
