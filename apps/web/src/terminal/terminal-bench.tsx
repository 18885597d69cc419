// Rack, device and printer together: where a card, a key or a drop becomes an input of the terminal.

import type { DemoCard, TerminalKey, TerminalView } from '@shua/contract'
import { useCallback, useRef, useState, type ReactNode } from 'react'
import { ApiFailure } from '../data/api.ts'
import { Icon } from '../parts/icon.tsx'
import { usePreferences, useText } from '../preferences/preferences.tsx'
import { CardRack } from './card-rack.tsx'
import { Device, type SwipedCard } from './device.tsx'
import { LastPayment } from './last-payment.tsx'
import { Printer } from './printer.tsx'
import { TrackDialog } from './track-dialog.tsx'
import { useCardDrag } from './use-card-drag.ts'
import { useDeviceKeyboard } from './use-device-keyboard.ts'
import type { Terminal } from './use-terminal.ts'

interface BenchProps {
  readonly terminal: Terminal
  readonly view: TerminalView
  readonly cards: readonly DemoCard[]
  /** The card chosen on the first page; the rack shows it. */
  readonly wantedCardId: string | undefined
}

export function TerminalBench({ terminal, view, cards, wantedCardId }: BenchProps) {
  const { send } = terminal
  const { setLanguage } = usePreferences()
  const deviceRef = useRef<HTMLDivElement>(null)
  const [typing, setTyping] = useState(false)
  const { pressed, press } = usePressedKey(send)
  const { swiped, swipeCard } = useSwipe(terminal, view, cards)
  const swipePlace = useCallback(
    (place: number) => {
      const card = cards[place]
      if (card) swipeCard(card.cardId)
    },
    [cards, swipeCard],
  )
  const { drag, handlersFor } = useCardDrag({ deviceRef, onDrop: swipeCard })
  useDeviceKeyboard({ enabled: !typing, onKey: press, onCard: swipePlace })
  const otherLanguage = view.language === 'zh' ? 'en' : 'zh'
  return (
    <>
      <CardRack
        cards={cards}
        chosenId={swiped?.card.cardId ?? wantedCardId}
        ready={view.accepts.stripe}
        notice={noticeOf(terminal.sendFailure, view, swiped)}
        drag={drag}
        handlersFor={handlersFor}
        onSwipe={swipeCard}
        onTypeTrack={() => setTyping(true)}
      />
      <div className="bench-middle">
        <Device
          view={view}
          pressed={pressed}
          swiped={swiped}
          aimed={drag?.overDevice ?? false}
          bodyRef={deviceRef}
          onKey={press}
          onLanguage={() => {
            setLanguage(otherLanguage)
            send({ type: 'language', language: otherLanguage })
          }}
        />
      </div>
      <div className="bench-paper">
        <LastPayment rrn={view.lastRrn} />
        <Printer view={view} onTearOff={(slipId) => send({ type: 'tearOff', slipId })} />
      </div>
      {typing && (
        <TrackDialog
          onClose={() => setTyping(false)}
          onSwipe={(track2) => send({ type: 'swipe', card: { by: 'track2', track2 } })}
        />
      )}
    </>
  )
}

/** Keys look pressed for a moment, also when they came from the keyboard. */
function usePressedKey(send: Terminal['send']) {
  const [pressed, setPressed] = useState<TerminalKey>()
  const release = useRef(0)
  const press = useCallback(
    (key: TerminalKey) => {
      clearTimeout(release.current)
      setPressed(key)
      release.current = window.setTimeout(() => setPressed(undefined), 120)
      send({ type: 'key', key })
    },
    [send],
  )
  return { pressed, press }
}

function useSwipe({ send }: Terminal, view: TerminalView, cards: readonly DemoCard[]) {
  const [swiped, setSwiped] = useState<SwipedCard>()
  const { accepts, version } = view
  const swipeCard = useCallback(
    (cardId: string) => {
      const place = cards.findIndex((card) => card.cardId === cardId)
      const card = cards[place]
      if (!card || !accepts.stripe) return
      setSwiped((before) => ({ card, place, count: (before?.count ?? 0) + 1, version, pin: 'later' }))
      send({ type: 'swipe', card: { by: 'demoCard', cardId } })
    },
    [cards, accepts.stripe, version, send],
  )
  if (swiped) {
    const pin = pinStage(swiped, view)
    if (pin !== swiped.pin) setSwiped({ ...swiped, pin })
  }
  return { swiped, swipeCard }
}

/** The next PIN asked for may be a supervisor's password: a card's own is told only in the question that follows its swipe. */
function pinStage({ version, pin }: SwipedCard, view: TerminalView): SwipedCard['pin'] {
  if (pin === 'past' || view.version <= version) return pin
  if (view.status !== 'input') return pin === 'later' ? 'later' : 'past'
  return view.input?.kind === 'pin' ? 'now' : 'past'
}

function noticeOf(failure: unknown, view: TerminalView, swiped: SwipedCard | undefined): ReactNode {
  if (failure !== undefined) return <SendFailure failure={failure} />
  return view.input?.kind === 'pin' && swiped?.pin === 'now' ? <PinHint pin={swiped.card.pin} /> : undefined
}

function PinHint({ pin }: { pin: string }) {
  const t = useText()
  return (
    <p className="notice">
      <Icon name="key" />
      <span>
        {t('terminal.pinHint')} <strong className="mono">{pin}</strong>
      </span>
    </p>
  )
}

function SendFailure({ failure }: { failure: unknown }) {
  const t = useText()
  const offline = failure instanceof ApiFailure && failure.kind === 'offline'
  return (
    <p className="notice" role="alert">
      <Icon name={offline ? 'cloudOff' : 'warning'} />
      {t(offline ? 'terminal.send.offline' : 'terminal.send.failed')}
    </p>
  )
}
