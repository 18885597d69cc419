// The terminal's memory behind a small port: the state, and an append that is durable when it resolves.

import type { JournalEvent } from '../state/journal-event.ts'
import type { TerminalState } from '../state/terminal-state.ts'

export interface Journal {
  readonly state: TerminalState
  /** Resolves with the new state once the event is on stable storage; throws `JOURNAL_WRITE` and changes nothing otherwise. */
  append(event: JournalEvent): Promise<TerminalState>
  close(): Promise<void>
}
