// The terminals of the demo network: which can be used here, which stand free for other programs.

import type { TerminalSummary } from '@shua/contract'
import { Link } from '@tanstack/react-router'
import { Icon } from '../parts/icon.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { dateTimeText } from '../words/format.ts'

export function TerminalTable({ terminals }: { terminals: readonly TerminalSummary[] }) {
  const t = useText()
  return (
    <section className="overview-section" aria-labelledby="terminals">
      <div className="section-head">
        <h2 id="terminals">{t('terminals.title')}</h2>
        <p className="quiet">{t('terminals.lead')}</p>
      </div>
      <ul className="terminal-list sheet">
        {terminals.map((terminal) => (
          <TerminalItem key={terminal.terminalId} terminal={terminal} />
        ))}
        {terminals.length === 0 && <li className="quiet">{t('terminals.none')}</li>}
      </ul>
    </section>
  )
}

function TerminalItem({ terminal }: { terminal: TerminalSummary }) {
  const t = useText()
  const { language } = usePreferences()
  const { terminalId, merchantName, place, profile, hosted, signedOn, batchNumber, lastSeenAt } = terminal
  return (
    <li>
      <div>
        <strong>{merchantName}</strong>
        <span className="quiet">{place}</span>
      </div>
      <div>
        <span className="mono">{terminalId}</span>
        <span className="quiet">
          {profile} · {t('terminal.batch')} {batchNumber}
        </span>
      </div>
      <div>
        <span className={`status tone-${signedOn ? 'good' : 'quiet'}`}>
          <Icon name={signedOn ? 'approved' : 'pending'} />
          {t(signedOn ? 'terminal.signedOn' : 'terminal.signedOff')}
        </span>
        <span className="quiet">
          {lastSeenAt ? t('terminals.seen', { at: dateTimeText(lastSeenAt, language) }) : t('terminals.neverSeen')}
        </span>
      </div>
      {hosted ? (
        <Link to="/terminal/$terminalId" params={{ terminalId }} className="button is-small">
          {t('terminals.open')}
        </Link>
      ) : (
        <span className="quiet terminal-free">{t('terminals.outside')}</span>
      )}
    </li>
  )
}
