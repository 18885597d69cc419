// Narrows the list by state, terminal or text. The choice stands in the address, so it can be kept and sent.

import { paymentStatuses, paymentStatusSchema, type TerminalSummary } from '@shua/contract'
import { useEffect, useState } from 'react'
import type { PaymentFilters } from '../data/queries.ts'
import { useText } from '../preferences/preferences.tsx'

const typingPauseMs = 250

interface FilterBarProps {
  readonly filters: PaymentFilters
  readonly terminals: readonly TerminalSummary[]
  readonly onChange: (filters: PaymentFilters) => void
}

export function PaymentFilterBar({ filters, terminals, onChange }: FilterBarProps) {
  const t = useText()
  return (
    <div className="filters" role="search">
      <SearchField value={filters.q ?? ''} onChange={(q) => onChange({ ...filters, q: q || undefined })} />
      <label>
        <span className="unseen">{t('live.status')}</span>
        <select
          className="field"
          value={filters.status ?? ''}
          onChange={(event) => onChange({ ...filters, status: paymentStatusSchema.safeParse(event.target.value).data })}
        >
          <option value="">{t('live.anyStatus')}</option>
          {paymentStatuses.map((status) => (
            <option key={status} value={status}>
              {t(`status.${status}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">{t('live.terminal')}</span>
        <select
          className="field"
          value={filters.terminalId ?? ''}
          onChange={(event) => onChange({ ...filters, terminalId: event.target.value || undefined })}
        >
          <option value="">{t('live.anyTerminal')}</option>
          {terminals.map(({ terminalId, merchantName }) => (
            <option key={terminalId} value={terminalId}>
              {terminalId} · {merchantName}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useText()
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  if (known !== value) {
    // The address changed without typing, e.g. by Back.
    setKnown(value)
    setText(value)
  }
  const wanted = text.replaceAll(/[^0-9A-Za-z-]/g, '').slice(0, 36)
  useEffect(() => {
    if (wanted === value) return
    const pause = setTimeout(() => onChange(wanted), typingPauseMs)
    return () => clearTimeout(pause)
  }, [wanted, value, onChange])
  return (
    <label className="filters-search">
      <span className="unseen">{t('live.search')}</span>
      <input
        type="search"
        className="field"
        placeholder={t('live.search')}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  )
}
