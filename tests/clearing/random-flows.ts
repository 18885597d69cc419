// Random card payments at one terminal for the clearing tests: everything that moves money, with voids, refunds, completions and
// reversals of whatever was paid before. What comes of it is told by the journal, so nothing is expected here.

import fc from 'fast-check'
import { demoCard } from '../protocol/demo-terminal.ts'
import type { PaymentDetails } from '../protocol/independent-client/payment-request.ts'
import { originalOf, type Exchange, type TerminalSession } from '../protocol/independent-client/terminal-session.ts'

const cards = [demoCard('approved'), demoCard('approved-two'), demoCard('low-balance')]

type Kind = PaymentDetails['kind']

const originals = {
  void: ['sale'],
  refund: ['sale', 'completion', 'completionAdvice'],
  preAuthorisationVoid: ['preAuthorisation'],
  completion: ['preAuthorisation'],
  completionAdvice: ['preAuthorisation'],
  completionVoid: ['completion', 'completionAdvice'],
  reverse: ['sale', 'void', 'completion', 'completionVoid', 'preAuthorisation', 'preAuthorisationVoid'],
} as const satisfies Partial<Record<Kind | 'reverse', readonly Kind[]>>

const actions = ['sale', 'preAuthorisation', ...(Object.keys(originals) as (keyof typeof originals)[])] as const

export interface Step {
  readonly action: (typeof actions)[number]
  readonly card: number
  /** Which earlier payment is meant, as a share of those there are. */
  readonly which: number
  readonly amount: number
}

export const anyStep: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom('sale', 'sale', 'reverse', 'void', ...actions),
  card: fc.nat(cards.length - 1),
  which: fc.double({ min: 0, max: 0.999, noNaN: true }),
  amount: fc.integer({ min: 1, max: 300_00 }),
})

interface Done {
  readonly kind: Kind
  readonly exchange: Exchange
  readonly details: PaymentDetails
}

/** Plays steps at one terminal; what was approved is remembered, so later calls can refer to it. */
export class Cashier {
  readonly #terminal: TerminalSession
  #done: Done[] = []

  constructor(terminal: TerminalSession) {
    this.#terminal = terminal
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#playOne(step)
  }

  async #playOne(step: Step): Promise<void> {
    const { action, amount } = step
    if (action === 'sale' || action === 'preAuthorisation') {
      const card = cards[step.card]!
      await this.#pay({ kind: action, card, entry: 'swipe', pin: card.pin, amount })
      return
    }
    const kinds: readonly Kind[] = originals[action]
    const candidates = this.#done.filter(({ kind }) => kinds.includes(kind))
    const original = candidates[Math.floor(step.which * candidates.length)]
    if (original === undefined) return
    if (action === 'reverse') {
      await this.#terminal.reverse(original.exchange.request)
      this.#done = this.#done.filter((each) => each !== original)
      return
    }
    const full = action === 'refund' || action === 'completion' || action === 'completionAdvice' ? amount : undefined
    await this.#pay({
      kind: action,
      card: original.details.card,
      entry: 'keyed',
      amount: full ?? original.details.amount!,
      original: originalOf(original.exchange),
    })
  }

  async #pay(details: PaymentDetails): Promise<void> {
    const exchange = await this.#terminal.pay(details)
    if (exchange.answer.fields[39] === '00') this.#done.push({ kind: details.kind, exchange, details })
  }
}
