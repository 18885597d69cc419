// The terminal as a person meets it: takes keys and swipes, gives the view. One conversation runs at a time; the engine below
// does the work and its state is drawn into every view.

import type { LinkState } from '../driver/host-link.ts'
import type { SlipTray } from '../driver/memory-printer.ts'
import type { Terminal } from '../engine/terminal.ts'
import { homeScreens, signOnScreens } from './home-screens.ts'
import { logInScreens } from './operator-screens.ts'
import { Prompter } from './prompter.ts'
import type { TerminalInput, TerminalView } from './terminal-view.ts'

export interface TerminalApplicationOptions {
  readonly terminal: Terminal
  /** The paper of this terminal: what it printed and what was not torn off yet. */
  readonly paper: SlipTray
  /** Told of faults no flow could handle, such as a full disk; the terminal goes back to its log-in. */
  /** How often an unanswered reversal or a stored advice is tried again while nobody does anything; 0 is never. */
  readonly retryMs?: number
  readonly onFault?: (error: unknown) => void
}

const retryMsDefault = 30_000

export class TerminalApplication {
  readonly #options: TerminalApplicationOptions
  readonly #prompter: Prompter
  readonly #listeners = new Set<(view: TerminalView) => void>()
  readonly #retryTimer: NodeJS.Timeout | undefined
  #retrying = false
  readonly #stopListening: (() => void)[]
  #operator = ''
  #version = 0
  #stopped = false

  constructor(options: TerminalApplicationOptions) {
    this.#options = options
    const changed = (): void => this.#changed()
    this.#prompter = new Prompter({ language: options.terminal.state.language, changed })
    this.#stopListening = [options.terminal.onChange(changed), options.paper.onChange(changed)]
    const { retryMs = retryMsDefault } = options
    if (retryMs > 0) {
      this.#retryTimer = setInterval(() => void this.#retry(), retryMs)
      this.#retryTimer.unref()
    }
    void this.#run()
  }

  view(): TerminalView {
    const { terminal, paper } = this.#options
    const { state } = terminal
    return {
      ...this.#prompter.screen(),
      terminalId: state.terminalId,
      merchantName: terminal.merchantName,
      language: this.#prompter.language,
      indicators: {
        signedOn: state.signedOn,
        batchNumber: state.batchNumber,
        operator: this.#operator,
        link: this.#link(),
        pendingReversal: state.pendingReversal !== undefined,
        paper: paper.paper,
      },
      slips: [...paper.slips],
      lastRrn: state.last?.rrn ?? null,
      version: this.#version,
    }
  }

  /** Takes one input and answers the view after it; what follows (an answer from the host) is told to the listeners. */
  input(input: TerminalInput): TerminalView {
    switch (input.type) {
      case 'language':
        this.#prompter.language = input.language
        void this.#options.terminal.chooseLanguage(input.language).catch((error: unknown) => this.#fault(error))
        break
      case 'tearOff':
        this.#options.paper.tearOff(input.slipId)
        break
      case 'key':
      case 'swipe':
        this.#prompter.take(input)
        break
    }
    this.#changed()
    return this.view()
  }

  /** Calls back after every change; the answer stops it. */
  subscribe(listener: (view: TerminalView) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes no more input. The terminal below is closed by whoever made it. */
  stop(): void {
    this.#stopped = true
    clearInterval(this.#retryTimer)
    this.#listeners.clear()
    for (const stop of this.#stopListening) stop()
  }

  #link(): LinkState {
    return this.#options.terminal.link
  }

  #changed(): void {
    this.#version += 1
    if (this.#listeners.size === 0) return
    const view = this.view()
    for (const listener of this.#listeners) listener(view)
  }

  async #retry(): Promise<void> {
    const { pendingReversal, advices } = this.#options.terminal.state
    const waits = pendingReversal !== undefined || advices.length > 0
    // A flow at work sends what waits by itself.
    if (!waits || this.#retrying || this.#prompter.screen().status === 'busy') return
    this.#retrying = true
    try {
      await this.#options.terminal.retryWaiting()
    } catch (error) {
      this.#fault(error)
    } finally {
      this.#retrying = false
    }
  }

  #fault(error: unknown): void {
    this.#options.onFault?.(error)
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#session()
      } catch (error) {
        this.#fault(error)
      }
      this.#operator = ''
    }
  }

  /** From log-in to log-out. */
  async #session(): Promise<void> {
    const { terminal } = this.#options
    this.#operator = await logInScreens(terminal, this.#prompter)
    const ui = { terminal, prompter: this.#prompter, operator: this.#operator }
    if (!terminal.state.signedOn && terminal.state.pinPad !== undefined) await signOnScreens(ui)
    while (!(await homeScreens(ui))) {
      // Each turn is one transaction or one visit to the menu.
    }
  }
}
