// The display's conversation: a flow asks for something and waits; keys and swipes arrive one by one and go to whoever asked.
// While nobody asks, the terminal is busy and keys are ignored, so no key pressed in impatience pays anything.

import type { Language, Screen, TerminalInput, TerminalKey } from './terminal-view.ts'
import { sayIn, type Say } from './texts.ts'

/** `back` undoes one step, `cancel` leaves the flow. */
export type Answer<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancel' }

export const back = { kind: 'back' } as const
export const cancel = { kind: 'cancel' } as const

export function value<T>(given: T): Answer<T> {
  return { kind: 'value', value: given }
}

/** Drawn anew for each view, so a screen speaks the language of the moment and shows the state of the moment. */
export type Draw = (say: Say) => Partial<Screen> & { title: string }

type Handler = (input: Extract<TerminalInput, { type: 'key' | 'swipe' }>) => void

const acceptsNothing = { keys: false, stripe: false, chip: false, tap: false } as const

export class Prompter {
  readonly #changed: () => void
  #draw: Draw = () => ({ title: '' })
  #handler: Handler | undefined
  language: Language

  constructor(options: { language: Language; changed: () => void }) {
    this.language = options.language
    this.#changed = options.changed
  }

  screen(): Screen {
    const say = sayIn(this.language)
    return {
      status: 'input',
      lines: [],
      menu: [],
      input: null,
      hint: '',
      accepts: this.#handler ? { ...acceptsNothing, keys: true } : acceptsNothing,
      ...this.#draw(say),
    }
  }

  /** True when somebody was waiting for it. */
  take(input: Extract<TerminalInput, { type: 'key' | 'swipe' }>): boolean {
    if (this.#handler === undefined) return false
    this.#handler(input)
    this.#changed()
    return true
  }

  /** Shows a screen nobody can act on, while work goes on. */
  show(draw: Draw): void {
    this.#draw = draw
    this.#handler = undefined
    this.#changed()
  }

  /**
   * Shows a screen and hands each input to `take` until it gives an answer. The screen is drawn again after each input, so
   * `draw` reads what `take` changed.
   */
  ask<T>(draw: Draw, take: (input: Extract<TerminalInput, { type: 'key' | 'swipe' }>) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      this.#draw = draw
      this.#handler = (input) => {
        const answer = take(input)
        if (answer === undefined) return
        // Busy until the flow shows what comes next.
        this.#handler = undefined
        resolve(answer)
      }
      this.#changed()
    })
  }

  /** Shows a message until a key is pressed. */
  async tell(draw: Draw): Promise<TerminalKey> {
    return await this.ask(
      (say) => ({ hint: say('continueHint'), ...draw(say) }),
      (input) => (input.type === 'key' ? input.key : undefined),
    )
  }
}
