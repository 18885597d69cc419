// The rack of demo cards beside the device: drag one onto it, press its button, or use its number on the keyboard.

import type { DemoCard } from '@shua/contract'
import { CardFace } from '../parts/card-face.tsx'
import { CardOutcome } from '../parts/card-outcome.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import type { CardDrag, DragHandlers } from './use-card-drag.ts'

interface RackProps {
  readonly cards: readonly DemoCard[]
  readonly chosenId: string | undefined
  readonly ready: boolean
  readonly drag: CardDrag | undefined
  readonly handlersFor: (cardId: string) => DragHandlers
  readonly onSwipe: (cardId: string) => void
  readonly onTypeTrack: () => void
}

/** Cards beyond the ninth have no number on the keyboard. */
const numberedMax = 9

export function CardRack({ cards, chosenId, ready, drag, handlersFor, onSwipe, onTypeTrack }: RackProps) {
  const t = useText()
  return (
    <section className="rack" aria-labelledby="rack-title">
      <h2 id="rack-title">{t('rack.title')}</h2>
      <p className={ready ? 'rack-hint is-ready' : 'rack-hint'}>{t(ready ? 'rack.ready' : 'rack.wait')}</p>
      <ul className="rack-cards">
        {cards.map((card, place) => (
          <RackCard
            key={card.cardId}
            card={card}
            place={place}
            chosen={card.cardId === chosenId}
            ready={ready}
            drag={drag?.cardId === card.cardId ? drag : undefined}
            handlers={handlersFor(card.cardId)}
            onSwipe={() => onSwipe(card.cardId)}
          />
        ))}
        <li className="rack-other">
          <button type="button" className="button is-small" disabled={!ready} onClick={onTypeTrack}>
            {t('rack.other')}
          </button>
        </li>
      </ul>
    </section>
  )
}

interface RackCardProps {
  readonly card: DemoCard
  readonly place: number
  readonly chosen: boolean
  readonly ready: boolean
  readonly drag: CardDrag | undefined
  readonly handlers: DragHandlers
  readonly onSwipe: () => void
}

function RackCard({ card, place, chosen, ready, drag, handlers, onSwipe }: RackCardProps) {
  const t = useText()
  const localized = useLocalized()
  const label = localized(card.label)
  return (
    <li className={chosen ? 'rack-card is-chosen' : 'rack-card'}>
      <div
        className={drag ? 'rack-face is-dragged' : 'rack-face'}
        style={drag ? { transform: `translate(${drag.x}px, ${drag.y}px) rotate(${drag.overDevice ? 90 : 0}deg)` } : {}}
        {...handlers}
      >
        <CardFace card={card} place={place} />
      </div>
      <div className="rack-words">
        <strong>{label}</strong>
        <CardOutcome card={card} />
        <span className="quiet">
          {t('cards.pin')} <span className="mono">{card.pin}</span>
        </span>
      </div>
      <button
        type="button"
        className="button is-small rack-swipe"
        disabled={!ready}
        aria-label={t('rack.swipe.card', { card: label })}
        onClick={onSwipe}
      >
        {t('rack.swipe')}
        {place < numberedMax && <kbd>{place + 1}</kbd>}
      </button>
    </li>
  )
}
