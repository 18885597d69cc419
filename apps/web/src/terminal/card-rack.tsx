// The rack of demo cards beside the device: drag one onto it, press its button, or use its number on the keyboard.

import type { DemoCard } from '@shua/contract'
import type { ReactNode } from 'react'
import { CardFace } from '../parts/card-face.tsx'
import { CardOutcome } from '../parts/card-outcome.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'
import type { CardDrag, DragHandlers } from './use-card-drag.ts'

interface RackProps {
  readonly cards: readonly DemoCard[]
  readonly chosenId: string | undefined
  readonly ready: boolean
  /** What matters more than the usual hint right now. */
  readonly notice: ReactNode
  readonly drag: CardDrag | undefined
  readonly handlersFor: (cardId: string) => DragHandlers
  readonly onSwipe: (cardId: string) => void
  readonly onTypeTrack: () => void
}

/** Cards beyond the ninth have no number on the keyboard. */
const numberedMax = 9

export function CardRack(props: RackProps) {
  const { cards, chosenId, ready, notice, drag, handlersFor, onSwipe, onTypeTrack } = props
  const t = useText()
  return (
    <section className="rack" aria-labelledby="rack-title">
      <h2 id="rack-title">{t('rack.title')}</h2>
      <div className="rack-notice">{notice ?? <p>{t(ready ? 'rack.ready' : 'rack.wait')}</p>}</div>
      <ul className="rack-cards">
        {cards.map((card, place) => (
          <RackCard
            key={card.cardId}
            card={card}
            place={place}
            chosen={card.cardId === chosenId}
            first={chosenId === undefined ? place === 0 : card.cardId === chosenId}
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
  /** The card to take next: the chosen one, or the first of the rack. */
  readonly first: boolean
  readonly ready: boolean
  readonly drag: CardDrag | undefined
  readonly handlers: DragHandlers
  readonly onSwipe: () => void
}

function RackCard({ card, place, chosen, first, ready, drag, handlers, onSwipe }: RackCardProps) {
  const t = useText()
  const localized = useLocalized()
  const label = localized(card.label)
  return (
    <li className={`rack-card${chosen ? ' is-chosen' : ''}${first ? ' is-first' : ''}`}>
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
      </div>
      <button type="button" className="button is-small rack-swipe" disabled={!ready} onClick={onSwipe}>
        {t('rack.swipe')}
        <span className="unseen">{label}</span>
        {place < numberedMax && <kbd aria-hidden="true">{place + 1}</kbd>}
      </button>
    </li>
  )
}
