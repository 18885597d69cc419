// The display of the device, drawn from the view as it came. Words on it are the terminal's, not the page's.

import type { TerminalKey, TerminalLine, TerminalView } from '@shua/contract'
import { Icon, type IconName } from '../parts/icon.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'

const outcomeIcons: Partial<Record<TerminalView['status'], IconName>> = {
  approved: 'approved',
  declined: 'declined',
  unknown: 'unknown',
  error: 'warning',
}

export function DeviceScreen({ view, onKey }: { view: TerminalView; onKey: (key: TerminalKey) => void }) {
  const icon = outcomeIcons[view.status]
  return (
    <div className={`screen is-${view.status}`} lang={view.language === 'zh' ? 'zh-CN' : 'en'}>
      <ScreenBar view={view} />
      <div className="screen-body">
        <div role="status" className="screen-said">
          <p className="screen-title">
            {icon && <Icon name={icon} />}
            {view.title}
          </p>
          {view.lines
            // What is being typed stands in its own box already.
            .filter((line) => line.text !== view.input?.shown)
            .map((line, index) => (
              // Lines have no identity of their own: the whole screen is replaced at once.
              <ScreenLine key={index} line={line} />
            ))}
        </div>
        {view.menu.length > 0 && <ScreenMenu menu={view.menu} onKey={onKey} />}
        {view.input && <ScreenInput input={view.input} />}
        {view.status === 'busy' && <span className="screen-busy" aria-hidden="true" />}
      </div>
      <p className="screen-hint">{view.hint}</p>
    </div>
  )
}

function ScreenLine({ line }: { line: TerminalLine }) {
  const { text, align = 'left', size = 'normal', tone = 'plain' } = line
  return <p className={`screen-line at-${align} size-${size} in-${tone}`}>{text}</p>
}

const menuKeys = new Set<string>(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])

function ScreenMenu({ menu, onKey }: { menu: TerminalView['menu']; onKey: (key: TerminalKey) => void }) {
  return (
    <ul className={menu.length > 4 ? 'screen-menu is-wide' : 'screen-menu'}>
      {menu.map(({ key, label }) => (
        <li key={key}>
          <button
            type="button"
            disabled={!menuKeys.has(key)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onKey(key as TerminalKey)}
          >
            <b>{key}</b>
            {label}
          </button>
        </li>
      ))}
    </ul>
  )
}

function ScreenInput({ input }: { input: NonNullable<TerminalView['input']> }) {
  return (
    <p className={`screen-input is-${input.kind}`} aria-live="off">
      <span>{input.shown}</span>
      <i aria-hidden="true" />
    </p>
  )
}

function ScreenBar({ view }: { view: TerminalView }) {
  const t = useText()
  const { language } = usePreferences()
  const { signedOn, batchNumber, operator, link, pendingReversal, paper } = view.indicators
  const lamps: { on: boolean; icon: IconName; text: string; alarm: boolean }[] = [
    {
      on: true,
      icon: link === 'offline' ? 'cloudOff' : 'live',
      text: t(`terminal.link.${link}`),
      alarm: link === 'offline',
    },
    {
      on: true,
      icon: signedOn ? 'key' : 'lock',
      text: t(signedOn ? 'terminal.signedOn' : 'terminal.signedOff'),
      alarm: !signedOn,
    },
    { on: pendingReversal, icon: 'undone', text: t('terminal.pendingReversal'), alarm: true },
    { on: paper === 'out', icon: 'tear', text: t('terminal.paperOut'), alarm: true },
  ]
  return (
    // Its words are the page's, not the terminal's.
    <div className="screen-bar" lang={language === 'zh' ? 'zh-CN' : 'en'}>
      <span className="screen-merchant">{view.merchantName}</span>
      <span title={t('terminal.operator')}>
        <Icon name="person" />
        <span className="unseen">{t('terminal.operator')} </span>
        {operator || '–'}
      </span>
      <span title={t('terminal.batch')}>
        <span className="unseen">{t('terminal.batch')} </span>#{batchNumber}
      </span>
      {lamps
        .filter((lamp) => lamp.on)
        .map(({ icon, text, alarm }) => (
          <span key={text} className={alarm ? 'lamp is-alarm' : 'lamp'} title={text}>
            <Icon name={icon} />
            <span className="unseen">{text}</span>
          </span>
        ))}
    </div>
  )
}
