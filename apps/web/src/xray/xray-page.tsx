// The X-ray of one payment: from the card to the ledger and back, every message, every check, every entry.

import type { XrayReport } from '@shua/contract'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { xrayQuery } from '../data/queries.ts'
import { Icon } from '../parts/icon.tsx'
import { Failed, Loading } from '../parts/page-state.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import { Ladder } from './ladder.tsx'
import { LedgerTable } from './ledger-table.tsx'
import { MessageView } from './message-view.tsx'
import { Proofs } from './proofs.tsx'
import { Related } from './related.tsx'
import { Summary } from './summary.tsx'
import { Timeline } from './timeline.tsx'
import { TimeShare } from './time-share.tsx'
import './xray.css'

const route = getRouteApi('/xray/$paymentId')

export function XrayPage() {
  const t = useText()
  const { paymentId } = route.useParams()
  const { data, error, refetch } = useQuery(xrayQuery(paymentId))
  return (
    <div className="xray">
      <Link to="/xray" className="xray-back">
        {t('xray.all')}
      </Link>
      {data ? (
        <Report key={paymentId} report={data} />
      ) : (
        <div className="sheet">
          {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={9} />}
        </div>
      )}
    </div>
  )
}

function Report({ report }: { report: XrayReport }) {
  const t = useText()
  const messages = report.hops.flatMap((event, index) => (event.message ? [{ event, index }] : []))
  const [chosen, setChosen] = useState(messages[0]?.index)
  const message = report.hops[chosen ?? -1]?.message
  return (
    <>
      <Summary report={report} />
      {!report.traceComplete && (
        <p className="notice">
          <Icon name="warning" />
          {t('xray.incomplete')}
        </p>
      )}
      <section aria-labelledby="timeline">
        <div className="section-head">
          <h2 id="timeline">{t('xray.timeline')}</h2>
          <TimeShare events={report.hops} />
        </div>
        {report.hops.length > 0 ? (
          <Timeline events={report.hops} chosenIndex={chosen} onChoose={setChosen} />
        ) : (
          <p className="quiet">{t('xray.noTrace')}</p>
        )}
      </section>
      {message && (
        <section aria-labelledby="messages">
          <div className="section-head">
            <h2 id="messages">{t('xray.messages')}</h2>
            <p className="quiet">{t('xray.messages.lead')}</p>
          </div>
          <div className="sheet message-sheet">
            <MessageChoice messages={messages} chosen={chosen} onChoose={setChosen} />
            <MessageView key={chosen} message={message} />
          </div>
        </section>
      )}
      <div className="panels">
        <Ladder steps={report.ladder} />
        <div className="panels-column">
          <LedgerTable report={report} />
          <Related payment={report.payment} related={report.related} />
        </div>
        <Proofs report={report} />
      </div>
    </>
  )
}

interface MessageChoiceProps {
  readonly messages: readonly { event: XrayReport['hops'][number]; index: number }[]
  readonly chosen: number | undefined
  readonly onChoose: (index: number) => void
}

function MessageChoice({ messages, chosen, onChoose }: MessageChoiceProps) {
  const t = useText()
  const localized = useLocalized()
  return (
    <div className="message-choice" role="group" aria-label={t('xray.messages')}>
      {messages.map(({ event, index }) => (
        <button key={index} type="button" aria-pressed={index === chosen} onClick={() => onChoose(index)}>
          <b className="mono">{event.message?.mti}</b>
          <span>{event.message && localized(event.message.mtiName)}</span>
          <span className="quiet">
            {t(event.direction === 'in' ? 'xray.receivedBy' : 'xray.sentBy', { lane: t(`lane.${event.lane}`) })}
          </span>
        </button>
      ))}
    </div>
  )
}
