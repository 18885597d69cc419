// The printer beside the device. Slips hang out of it, the newest in front, until somebody tears them off; then this page holds
// them, as a hand would: the terminal itself knows only the paper that still hangs.

import type { TerminalSlip, TerminalView } from '@shua/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { slipQuery } from '../data/queries.ts'
import { Icon } from '../parts/icon.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { timeText } from '../words/format.ts'
import { saveSlipPng, saveSlipSvg } from './save-slip.ts'
import { SlipPaper } from './slip-paper.tsx'

interface PrinterProps {
  readonly view: TerminalView
  readonly onTearOff: (slipId: string) => void
}

const heldMax = 20

export function Printer({ view, onTearOff }: PrinterProps) {
  const t = useText()
  const client = useQueryClient()
  const [torn, setTorn] = useState<readonly TerminalSlip[]>([])
  const [chosenId, setChosenId] = useState<string>()
  const hanging = view.slips[0]
  const slips = [...view.slips, ...torn.filter(({ id }) => view.slips.every((slip) => slip.id !== id))]
  const shown = slips.find((slip) => slip.id === chosenId) ?? hanging
  const tear = async (slip: TerminalSlip) => {
    // Its picture must be here before the printer forgets it.
    await client.ensureQueryData(slipQuery(view.terminalId, slip.id))
    setTorn((before) => [slip, ...before].slice(0, heldMax))
    onTearOff(slip.id)
  }
  return (
    <section className="printer" aria-labelledby="printer-title">
      <h2 id="printer-title" className="unseen">
        {t('printer.title')}
      </h2>
      <div className="printer-slot" aria-hidden="true">
        <span>{view.indicators.paper === 'out' ? t('terminal.paperOut') : t('printer.title')}</span>
      </div>
      {shown ? (
        <>
          <div key={shown.id} className={shown === hanging ? 'paper is-hanging' : 'paper'}>
            <SlipPaper terminalId={view.terminalId} slipId={shown.id} title={slipTitle(shown, t)} />
          </div>
          <SlipActions view={view} slip={shown} onTear={shown === hanging ? () => void tear(shown) : undefined} />
        </>
      ) : (
        <p className="printer-empty">{t(slips.length === 0 ? 'printer.empty' : 'printer.torn')}</p>
      )}
      <SlipList slips={slips} shownId={shown?.id} onChoose={(id) => setChosenId(id === chosenId ? undefined : id)} />
    </section>
  )
}

function slipTitle(slip: TerminalSlip, t: ReturnType<typeof useText>): string {
  return `${slip.title} · ${t(`slip.${slip.copy}`)}`
}

interface SlipActionsProps {
  readonly view: TerminalView
  readonly slip: TerminalSlip
  readonly onTear: (() => void) | undefined
}

function SlipActions({ view, slip, onTear }: SlipActionsProps) {
  const t = useText()
  const client = useQueryClient()
  const name = `shua-${view.terminalId}-${slip.id}`
  const save = async (how: (name: string, source: string) => Promise<void> | void) => {
    await how(name, await client.fetchQuery(slipQuery(view.terminalId, slip.id)))
  }
  return (
    <div className="slip-actions">
      {onTear && (
        <button type="button" className="button is-small" onClick={onTear}>
          <Icon name="tear" />
          {t('printer.tear')}
        </button>
      )}
      <button type="button" className="button is-small" onClick={() => void save(saveSlipPng)}>
        <Icon name="download" />
        PNG
      </button>
      <button type="button" className="button is-small" onClick={() => void save(saveSlipSvg)}>
        <Icon name="download" />
        SVG
      </button>
    </div>
  )
}

interface SlipListProps {
  readonly slips: readonly TerminalSlip[]
  readonly shownId: string | undefined
  readonly onChoose: (slipId: string) => void
}

function SlipList({ slips, shownId, onChoose }: SlipListProps) {
  const t = useText()
  const { language } = usePreferences()
  if (slips.length === 0) return null
  return (
    <div className="slip-list">
      <h3>{t('printer.slips', { count: slips.length })}</h3>
      <ul>
        {slips.map((slip) => (
          <li key={slip.id}>
            <button type="button" aria-pressed={slip.id === shownId} onClick={() => onChoose(slip.id)}>
              <span>{slipTitle(slip, t)}</span>
              <time className="quiet" dateTime={slip.printedAt}>
                {timeText(slip.printedAt, language)}
              </time>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
