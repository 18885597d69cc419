// Finds the terminals that messages come from. The messages that arrive during one look-up share the next one, as payments share
// a commit. What was found is remembered for payments only: the transaction that decides one also checks the version of the session,
// so a sign-on or a settlement on any server counts at once all the same.

import { Fault } from '@shua/assert'
import type { Queryable } from '@shua/postgres'
import { createLane } from '../payment/payment-lane.ts'
import { findTerminals, type TerminalSession } from '../store/terminal-store.ts'

export interface TerminalLookup {
  /** As the database has it now. */
  find(terminalId: string): Promise<TerminalSession | undefined>
  /** As it was found last; whoever acts on it has its version checked. */
  recall(terminalId: string): TerminalSession | undefined
}

const batchMax = 256
const waitingMax = 10_000
const rememberedMax = 20_000

/** Fault ACQUIRER_BUSY when too many wait; nothing was done then. */
export function createTerminalLookup(database: Queryable): TerminalLookup {
  const lane = createLane<string, TerminalSession | undefined>({
    work: async (terminalIds) => {
      const found = await findTerminals(database, terminalIds)
      const byId = new Map(found.map((terminal) => [terminal.terminalId, terminal]))
      return terminalIds.map((terminalId) => byId.get(terminalId))
    },
    keysOf: () => [],
    batchMax,
    waitingMax,
  })
  const remembered = new Map<string, TerminalSession>()

  function remember(terminalId: string, terminal: TerminalSession | undefined): void {
    // The one that was found longest ago leaves first.
    remembered.delete(terminalId)
    if (terminal === undefined) return
    const oldest = remembered.keys().next()
    if (remembered.size >= rememberedMax && !oldest.done) remembered.delete(oldest.value)
    remembered.set(terminalId, terminal)
  }

  return {
    recall: (terminalId) => remembered.get(terminalId),
    async find(terminalId) {
      const answer = lane.submit(terminalId)
      if (answer === undefined)
        throw new Fault('ACQUIRER_BUSY', 'too many messages wait for their terminal to be looked up')
      const terminal = await answer
      remember(terminalId, terminal)
      return terminal
    },
  }
}
