// The card terminal in the browser: cards on the left, the device, and its paper on the right.

import type { Overview, TerminalView } from '@shua/contract'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { overviewQuery } from '../data/queries.ts'
import { Empty, Failed, Loading } from '../parts/page-state.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { TerminalBench } from './terminal-bench.tsx'
import './device.css'
import './terminal.css'
import { useTerminal, type Terminal } from './use-terminal.ts'

const firstRoute = getRouteApi('/terminal')
const oneRoute = getRouteApi('/terminal/$terminalId')

/** `/terminal` opens the first terminal that this server runs. */
export function FirstTerminalPage() {
  const t = useText()
  const search = firstRoute.useSearch()
  const { data, error, refetch } = useQuery(overviewQuery)
  const first = data?.terminals.find((terminal) => terminal.hosted)
  if (first) {
    return <Navigate to="/terminal/$terminalId" params={{ terminalId: first.terminalId }} search={search} replace />
  }
  if (error) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return <Empty title={t('terminal.none')} text={t('terminal.none.text')} />
}

export function TerminalPage() {
  const { terminalId } = oneRoute.useParams()
  // A new key makes a new page: nothing of one terminal may show on another.
  return <OneTerminal key={terminalId} terminalId={terminalId} />
}

function OneTerminal({ terminalId }: { terminalId: string }) {
  const t = useText()
  const { card } = oneRoute.useSearch()
  const overview = useQuery(overviewQuery)
  const terminal = useTerminal(terminalId)
  const { view, error, reload } = terminal
  useDeviceLanguage(terminal)
  return (
    <div className="bench">
      <div className="terminal-head">
        <h1>{t('terminal.title')}</h1>
        <KeyboardHelp />
        {overview.data && <TerminalPicker terminalId={terminalId} terminals={overview.data.terminals} />}
      </div>
      {view ? (
        <TerminalBench terminal={terminal} view={view} cards={overview.data?.cards ?? []} wantedCardId={card} />
      ) : (
        <div className="bench-middle">{error ? <Failed error={error} onRetry={reload} /> : <Loading lines={9} />}</div>
      )}
    </div>
  )
}

/** The device follows the language of the page, unless somebody is in the middle of typing or it is at work. */
function useDeviceLanguage({ view, send }: Terminal): void {
  const { language } = usePreferences()
  const told = useRef<TerminalView['language']>(undefined)
  const idle = view?.status === 'idle' || (view?.status === 'input' && (view.input?.shown ?? '') === '')
  const differs = view !== undefined && view.language !== language
  useEffect(() => {
    if (!idle || told.current === language) return
    told.current = language
    if (differs) send({ type: 'language', language })
  }, [idle, differs, language, send])
}

interface PickerProps {
  readonly terminalId: string
  readonly terminals: Overview['terminals']
}

function TerminalPicker({ terminalId, terminals }: PickerProps) {
  const t = useText()
  const navigate = useNavigate()
  const hosted = terminals.filter((terminal) => terminal.hosted)
  if (hosted.length < 2) return null
  return (
    <label className="picker">
      <span className="unseen">{t('terminal.choose')}</span>
      <select
        className="field"
        value={terminalId}
        onChange={(event) =>
          void navigate({ to: '/terminal/$terminalId', params: { terminalId: event.target.value }, search: {} })
        }
      >
        {hosted.map((terminal) => (
          <option key={terminal.terminalId} value={terminal.terminalId}>
            {terminal.terminalId} · {terminal.merchantName}
          </option>
        ))}
      </select>
    </label>
  )
}
