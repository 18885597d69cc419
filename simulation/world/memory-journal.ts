// A terminal's journal that outlives its terminal: the state and every event that led to it, as the file journal keeps them.

import { Fault } from '@shua/assert'
import type { Journal, TerminalState } from '@shua/terminal-core'
import { applyEvent } from '../../packages/terminal-core/src/state/apply-event.ts'
import type { JournalEvent } from '../../packages/terminal-core/src/state/journal-event.ts'

export class MemoryJournal implements Journal {
  readonly events: JournalEvent[]
  #state: TerminalState

  constructor(state: TerminalState) {
    this.#state = state
    this.events = [{ type: 'snapshot', state }]
  }

  get state(): TerminalState {
    return this.#state
  }

  append(event: JournalEvent): Promise<TerminalState> {
    this.#state = applyEvent(this.#state, event)
    this.events.push(event)
    return Promise.resolve(this.#state)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

export function journalFull(): Fault {
  return new Fault('JOURNAL_WRITE', 'the journal cannot be written')
}
