// Records where each part of a message was found while it is being read, so a description shows what the codec
// understood and not what a second parser thinks of the same bytes.

import type { Mask, Title } from './dialect.ts'

export interface Span {
  readonly path: string
  readonly title: Title
  readonly mask: Mask
  /** The whole part, its length prefix included; in nibbles of the message. */
  readonly start: number
  readonly end: number
  /** The value without its prefix and filler. */
  readonly bodyStart: number
  readonly bodyEnd: number
  /** Nibbles of the message for one character of `text`. */
  readonly width: number
  /** Whether character i of `text` stands at `bodyStart + i * width`. */
  readonly placed: boolean
  /** The value as people read it; hex for bytes. Undefined for composites, which show their parts. */
  readonly text: string | undefined
  readonly children: readonly Span[]
}

export class Tracer {
  #open: Span[] = []

  get spans(): readonly Span[] {
    return this.#open
  }

  /** Starts a part that may have parts; `close` must get what this returned. */
  begin(): Span[] {
    const outer = this.#open
    this.#open = []
    return outer
  }

  close(outer: Span[], span: Omit<Span, 'children'>): void {
    outer.push({ ...span, children: this.#open })
    this.#open = outer
  }

  /** Ends a part whose only part stands for it, but begins earlier: a tagged value begins with its tag. */
  closeWidened(outer: Span[], start: number): void {
    for (const span of this.#open) outer.push({ ...span, start })
    this.#open = outer
  }

  leaf(span: Omit<Span, 'children'>): void {
    this.#open.push({ ...span, children: [] })
  }
}
