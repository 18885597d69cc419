// What a page shows while it has nothing to show: loading, failed, offline, forbidden, not there, or empty. Each says what
// happened and what to do next.

import type { ReactNode } from 'react'
import { ApiFailure, type FailureKind } from '../data/api.ts'
import { useText } from '../preferences/preferences.tsx'
import { Icon, type IconName } from './icon.tsx'

export function Loading({ lines = 6 }: { lines?: number }) {
  const t = useText()
  return (
    <div className="skeleton" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} />
      ))}
    </div>
  )
}

const icons: Readonly<Record<FailureKind, IconName>> = {
  offline: 'cloudOff',
  forbidden: 'lock',
  notFound: 'search',
  failed: 'warning',
}

export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useText()
  const kind = error instanceof ApiFailure ? error.kind : 'failed'
  const code = error instanceof ApiFailure && kind === 'failed' ? error.code : undefined
  return (
    <div className="page-state" role="alert">
      <Icon name={icons[kind]} />
      <h2>{t(`state.${kind}.title`)}</h2>
      <p>{t(`state.${kind}.text`)}</p>
      {code && <code className="mono quiet">{code}</code>}
      {kind !== 'forbidden' && (
        <button type="button" className="button" onClick={onRetry}>
          {t('state.retry')}
        </button>
      )}
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}

export function Empty({ title, text, children }: EmptyProps) {
  return (
    <div className="page-state">
      <Icon name="empty" />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
