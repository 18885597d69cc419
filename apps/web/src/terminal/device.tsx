// The device: body, slots, display and keys. Its stripe slot is on the left, beside the rack of cards.

import type { DemoCard, TerminalKey, TerminalView } from '@shua/contract'
import type { Ref } from 'react'
import { CardFace } from '../parts/card-face.tsx'
import { Icon } from '../parts/icon.tsx'
import { Mark } from '../parts/mark.tsx'
import { useText } from '../preferences/preferences.tsx'
import { DeviceScreen } from './device-screen.tsx'
import { Keypad } from './keypad.tsx'

export interface SwipedCard {
  readonly card: DemoCard
  readonly place: number
  /** Tells one swipe of a card from the next. */
  readonly count: number
  /** Version of the view at the swipe. */
  readonly version: number
  /** Whether its PIN was not yet asked for, is asked for now, or is no longer this card's business. */
  readonly pin: 'later' | 'now' | 'past'
}

interface DeviceProps {
  readonly view: TerminalView
  readonly pressed: TerminalKey | undefined
  readonly swiped: SwipedCard | undefined
  readonly aimed: boolean
  readonly bodyRef: Ref<HTMLDivElement>
  readonly onKey: (key: TerminalKey) => void
  readonly onLanguage: () => void
}

export function Device({ view, pressed, swiped, aimed, bodyRef, onKey, onLanguage }: DeviceProps) {
  const t = useText()
  const { stripe, chip, tap } = view.accepts
  return (
    <section className="device-stand" aria-label={t('terminal.device', { id: view.terminalId })}>
      <div ref={bodyRef} className={`device${aimed ? ' is-aimed' : ''}`}>
        <div className={`stripe-slot${stripe ? ' is-waiting' : ''}`}>
          <i aria-hidden="true" />
          <span>{t('terminal.stripe')}</span>
          <i aria-hidden="true" />
        </div>
        {swiped && (
          <div key={swiped.count} className="swipe-pass" aria-hidden="true">
            <CardFace card={swiped.card} place={swiped.place} />
          </div>
        )}
        <div className="device-body">
          <div className="device-top">
            <span className="device-brand">
              <Mark />
              Shua T1
            </span>
            <span className={tap ? 'tap-field is-waiting' : 'tap-field'}>
              <Icon name="wave" />
              {t('terminal.tap')}
            </span>
          </div>
          <DeviceScreen view={view} onKey={onKey} />
          <Keypad pressed={pressed} onKey={onKey} language={view.language} onLanguage={onLanguage} />
          <div className={chip ? 'chip-slot is-waiting' : 'chip-slot'}>
            <span>{t('terminal.chip')}</span>
          </div>
        </div>
      </div>
    </section>
  )
}
