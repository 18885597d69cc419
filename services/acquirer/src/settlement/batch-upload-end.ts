// End of a batch (0320, 207 balanced or 202 after an upload): the host closes the batch and opens the next. Whatever still
// differs becomes a case on somebody's desk; it is never fixed in silence (money rule 6).

import { paymentIdAt, type ManagementMessage } from '@shua/scheme'
import type { Transaction } from '@shua/postgres'
import { closeBatch, compareUpload, findBatch, type SettlementDifference } from '../store/batch-store.ts'
import { lockTerminals, type TerminalSession } from '../store/terminal-store.ts'
import type { ManagementOutcome } from '../management/management-outcome.ts'

export async function endBatchUpload(
  request: ManagementMessage,
  context: { terminal: TerminalSession; at: Date; tx: Transaction; random: (size: number) => Buffer },
): Promise<ManagementOutcome> {
  const { terminal, tx, at } = context
  const batchNumber = Number(request.head.batchNumber)
  // The answer repeats DE 48 (terminal-protocol §2.9).
  const echo: ManagementOutcome = request.digits === undefined ? {} : { digits: request.digits }
  await lockTerminals(tx, [terminal.terminalId])
  const batch = await findBatch(tx, terminal.terminalId, batchNumber)
  // The end message whose answer was lost comes again: the batch is closed already and stays so.
  if (batch?.state === 'closed') return echo
  if (batch === undefined || batchNumber !== terminal.batchNumber) return { refused: 'originalNotFound' }
  // 207 claims balance; only our own comparison decides that.
  if (request.head.networkCode === '207' && !batch.balanced) return { refused: 'batchClosing' }
  const uploaded = Number(request.digits ?? '')
  if (request.head.networkCode === '202' && uploaded !== batch.uploadedCount) return { refused: 'formatError' }
  const differences = batch.balanced ? [] : await differencesOf(tx, terminal.terminalId, batchNumber)
  await closeBatch(tx, {
    terminalId: terminal.terminalId,
    batchNumber,
    at,
    differences: differences.map((difference) => ({ ...difference, caseId: paymentIdAt(at, context.random(10)) })),
  })
  return echo
}

async function differencesOf(
  tx: Transaction,
  terminalId: string,
  batchNumber: number,
): Promise<SettlementDifference[]> {
  const differences = await compareUpload(tx, terminalId, batchNumber)
  if (differences.length > 0) return differences
  // Every record agrees and yet the totals did not: the terminal's own arithmetic is at fault, which is a case too.
  return [{ stan: null, difference: 'totalsDiffer', terminalMinor: null, hostMinor: null }]
}
