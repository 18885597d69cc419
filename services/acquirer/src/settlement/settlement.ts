// Settlement (0500): the terminal's totals beside the host's. Equal totals end with 207, different ones with an upload of every
// record (terminal-protocol §4.3). From here on no new payment enters the batch.

import {
  formatSettlementTotals,
  noTotals,
  parseSettlementTotals,
  sameTotals,
  type ManagementMessage,
} from '@shua/scheme'
import type { Transaction } from '@shua/postgres'
import { beginSettlement, hostTotals } from '../store/batch-store.ts'
import { lockTerminals, type TerminalSession } from '../store/terminal-store.ts'
import type { ManagementOutcome } from '../management/management-outcome.ts'

export async function settle(
  request: ManagementMessage,
  terminal: TerminalSession,
  at: Date,
  tx: Transaction,
): Promise<ManagementOutcome> {
  const asked = parseSettlementTotals(request.digits ?? '')
  if (asked === undefined) return { refused: 'formatError' }
  await lockTerminals(tx, [terminal.terminalId])
  const host = await hostTotals(tx, terminal.terminalId, terminal.batchNumber)
  const domesticBalanced = sameTotals(asked.domestic, host)
  const foreignBalanced = sameTotals(asked.foreign, noTotals)
  await beginSettlement(tx, {
    terminalId: terminal.terminalId,
    merchantId: terminal.merchantId,
    batchNumber: terminal.batchNumber,
    host,
    terminal: asked.domestic,
    balanced: domesticBalanced && foreignBalanced,
    at,
  })
  return {
    digits: formatSettlementTotals({
      domestic: { ...host, flag: domesticBalanced ? 1 : 2 },
      foreign: { ...noTotals, flag: foreignBalanced ? 1 : 2 },
    }),
  }
}
