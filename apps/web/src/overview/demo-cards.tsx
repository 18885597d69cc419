// The demo cards: what each is for, its PIN, and a way to swipe it.

import type { DemoCard } from '@shua/contract'
import { Link } from '@tanstack/react-router'
import { Amount } from '../parts/amount.tsx'
import { CardFace } from '../parts/card-face.tsx'
import { CardOutcome } from '../parts/card-outcome.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/page-state.tsx'
import { useLocalized, useText } from '../preferences/preferences.tsx'

export function DemoCards({ cards }: { cards: readonly DemoCard[] }) {
  const t = useText()
  return (
    <section className="overview-section" aria-labelledby="demo-cards">
      <div className="section-head">
        <h2 id="demo-cards">{t('cards.title')}</h2>
        <p className="quiet">{t('cards.lead')}</p>
      </div>
      {cards.length === 0 ? (
        <div className="sheet">
          <Empty title={t('cards.none')} text={t('cards.none.text')} />
        </div>
      ) : (
        <ul className="demo-cards">
          {cards.map((card, place) => (
            <DemoCardItem key={card.cardId} card={card} place={place} />
          ))}
        </ul>
      )}
    </section>
  )
}

function DemoCardItem({ card, place }: { card: DemoCard; place: number }) {
  const t = useText()
  const localized = useLocalized()
  return (
    <li className="demo-card">
      <CardFace card={card} place={place} />
      <h3>{localized(card.label)}</h3>
      <CardOutcome card={card} />
      <p className="quiet">{localized(card.note)}</p>
      <dl className="demo-card-facts">
        <div>
          <dt>{t('cards.pin')}</dt>
          <dd className="mono">{card.pin}</dd>
        </div>
        <div>
          <dt>{t('cards.balance')}</dt>
          <dd>
            <Amount minor={card.balanceMinor} currency={card.currency} />
          </dd>
        </div>
      </dl>
      <Link to="/terminal" search={{ card: card.cardId }} className="button is-small">
        <Icon name="card" />
        {t('cards.use')}
      </Link>
    </li>
  )
}
