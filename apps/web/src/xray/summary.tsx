// The head of an X-ray: how much, what became of it, what the code means and what to do, and the payment's numbers.

import type { PaymentRow, XrayReport } from '@shua/contract'
import { useState } from 'react'
import { useResponseCode } from '../data/queries.ts'
import { PaymentAmount } from '../parts/amount.tsx'
import { Icon } from '../parts/icon.tsx'
import { StatusMark, statusTone } from '../parts/status-mark.tsx'
import { useLocalized, usePreferences, useText } from '../preferences/preferences.tsx'
import { saveFile } from '../terminal/save-slip.ts'
import { dateTimeText, durationText } from '../words/format.ts'
import { safeReport } from './safe-report.ts'
import { useTraceName } from './trace-name.tsx'

export function Summary({ report }: { report: XrayReport }) {
  const { payment } = report
  const t = useText()
  return (
    <section className={`summary sheet is-${statusTone(payment.status)}`} aria-labelledby="summary">
      <div className="summary-main">
        <h1 id="summary">
          <span className="summary-kind">{t(`kind.${payment.kind}`)}</span>
          <PaymentAmount payment={payment} />
        </h1>
        <Meaning payment={payment} />
      </div>
      <Facts payment={payment} />
      <ReportButtons report={report} />
    </section>
  )
}

function Meaning({ payment }: { payment: PaymentRow }) {
  const t = useText()
  const localized = useLocalized()
  const response = useResponseCode(payment.responseCode)
  return (
    <div className="summary-meaning">
      <StatusMark status={payment.status} />
      {payment.responseCode !== null && (
        <p>
          <span className="mono response-code">{payment.responseCode}</span>{' '}
          {response && (
            <>
              {localized(response.meaning)}
              <span className="quiet"> · {localized(response.action)}</span>
            </>
          )}
        </p>
      )}
      {payment.status === 'unknown' && <p className="quiet">{t('xray.unknown')}</p>}
    </div>
  )
}

function Facts({ payment }: { payment: PaymentRow }) {
  const t = useText()
  const { language } = usePreferences()
  const entry = payment.entryMode.slice(0, 2)
  const entryKey = ({ '01': 'manual', '02': 'stripe', '90': 'stripe', '05': 'chip', '07': 'contactless' } as const)[
    entry
  ]
  const facts: [string, string][] = [
    [t('column.time'), dateTimeText(payment.at, language)],
    [t('column.card'), payment.maskedPan.replaceAll('*', '•')],
    [t('fact.entry'), entryKey ? `${t(`entry.${entryKey}`)} (${payment.entryMode})` : payment.entryMode],
    [t('column.terminal'), `${payment.terminalId} · ${payment.merchantName}`],
    [t('fact.merchant'), payment.merchantId],
    [t('fact.stan'), payment.stan],
    [t('terminal.batch'), payment.batchNumber],
    [t('fact.rrn'), payment.rrn ?? '–'],
    [t('fact.approval'), payment.approvalCode ?? '–'],
    [t('terminal.operator'), payment.operator],
    [t('column.duration'), payment.durationUs === null ? '–' : durationText(payment.durationUs)],
  ]
  return (
    <dl className="facts summary-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function ReportButtons({ report }: { report: XrayReport }) {
  const t = useText()
  const localized = useLocalized()
  const traceName = useTraceName()
  const [copied, setCopied] = useState<'copied' | 'refused'>()
  const text = () => safeReport(report, { t, traceName, localized })
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      setCopied('copied')
    } catch {
      // Without a secure address a browser has no clipboard; the file says the same.
      setCopied('refused')
    }
  }
  return (
    <div className="summary-buttons">
      <button type="button" className="button is-small" onClick={() => void copy()}>
        <Icon name={copied === 'copied' ? 'approved' : 'copy'} />
        {t(copied === 'copied' ? 'report.copied' : 'report.copy')}
      </button>
      <button
        type="button"
        className="button is-small"
        onClick={() =>
          saveFile(`xray-${report.payment.paymentId}.md`, new Blob([text()], { type: 'text/markdown;charset=utf-8' }))
        }
      >
        <Icon name="download" />
        {t('report.save')}
      </button>
      <span role="status" className="quiet">
        {copied === 'refused' && t('report.refused')}
      </span>
    </div>
  )
}
