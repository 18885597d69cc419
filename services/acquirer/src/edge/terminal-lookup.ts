// Finds the terminals that messages come from. Nothing is remembered, so a sign-on or a settlement on any server counts at once;
// instead the messages that arrive during one look-up share the next one, as payments share a commit.

import { Fault } from '@shua/assert'
import type { Queryable } from '@shua/postgres'
import { createLane } from '../payment/payment-lane.ts'
import { findTerminals, type TerminalSession } from '../store/terminal-store.ts'

export type TerminalLookup = (terminalId: string) => Promise<TerminalSession | undefined>

const batchMax = 256
const waitingMax = 10_000

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
  return async (terminalId) => {
    const answer = lane.submit(terminalId)
    if (answer === undefined)
      throw new Fault('ACQUIRER_BUSY', 'too many messages wait for their terminal to be looked up')
    return answer
  }
}
