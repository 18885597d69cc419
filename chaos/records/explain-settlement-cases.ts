// A settlement case at the host says that terminal and host did not agree when a batch was closed. It is only right when the
// terminal has a case of the same batch: then both know that a person must look. Any other one is a difference.

import type { Difference, TerminalPayment } from './payment-records.ts'
import type { SettlementCase } from './read-host-records.ts'

export function explainSettlementCases(
  cases: readonly SettlementCase[],
  terminal: readonly TerminalPayment[],
): Difference[] {
  const open = new Set(
    terminal
      .filter(({ outcome }) => outcome === 'case')
      .map(({ terminalId, batchNumber }) => `${terminalId}/${batchNumber}`),
  )
  return cases
    .filter(({ terminalId, batchNumber }) => !open.has(`${terminalId}/${batchNumber}`))
    .map(({ terminalId, batchNumber, stan, difference }) => ({
      between: 'settlement',
      subject: `${terminalId}/${batchNumber}/${stan ?? '–'}`,
      what: `the host opened a case: ${difference}`,
    }))
}
