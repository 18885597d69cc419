// Terminals against the acquirer. After every step: what a terminal holds as approved stands at the host with the same amount, and
// what it holds as declined or reversed does not. At the end: every payment of every terminal, acquirer, issuer and ledger.

import { isApproval } from '@shua/scheme'
import { compareRecords } from '../../chaos/records/compare-records.ts'
import { foldTerminalPayments } from '../../chaos/records/fold-terminal-payments.ts'
import type { PaymentRecords, TerminalPayment } from '../../chaos/records/payment-records.ts'
import type { PaymentRow } from '../memory/rows.ts'
import type { Tables } from '../memory/tables.ts'
import type { VirtualDevice } from '../world/virtual-device.ts'
import type { Violation } from '../world/virtual-world.ts'

const stands = new Set(['approved', 'voided', 'completed'])

const stansOfBatch = 1_000_000

function traceNumber(batchNumber: number, stan: number): number {
  return batchNumber * stansOfBatch + stan
}

export function checkTerminal(device: VirtualDevice, tables: Tables): Violation[] {
  const { state } = device.journal
  const { terminalId } = device.identity
  const rows = new Map<number, PaymentRow[]>()
  for (const row of tables.payment.values()) {
    if (row.terminal_id !== terminalId || !stands.has(row.state)) continue
    const key = traceNumber(row.batch_number, row.stan)
    const twins = rows.get(key)
    if (twins === undefined) rows.set(key, [row])
    else twins.push(row)
  }
  const violations: Violation[] = []
  for (const record of [...state.records, ...(state.closedBatch?.records ?? [])]) {
    const found = rows.get(traceNumber(Number(record.batchNumber), Number(record.stan))) ?? []
    if (!isApproval(record.responseCode)) continue
    if (found.length === 1 && found[0]!.amount_minor === record.amountMinor && found[0]!.kind === record.kind) continue
    const name = `${record.kind} ${terminalId}/${Number(record.batchNumber)}/${Number(record.stan)}`
    if (found.length !== 1) {
      violations.push({
        rule: '4',
        what: `the approved ${name} of a terminal stands ${found.length} times at the host`,
      })
    } else {
      violations.push({ rule: '6', what: `${name} differs between terminal and host` })
    }
  }
  const { last } = state
  if (
    last !== undefined &&
    (last.outcome === 'declined' || last.outcome === 'reversed' || last.outcome === 'notSent')
  ) {
    const name = `${terminalId}/${Number(last.batchNumber)}/${Number(last.stan)}`
    const standing = rows.get(traceNumber(Number(last.batchNumber), Number(last.stan))) ?? []
    if (standing.length > 0 && last.kind !== 'balanceInquiry') {
      const told = `${last.outcome} (${last.responseCode ?? 'no code'})`
      violations.push({
        rule: '4',
        what: `for the terminal the ${last.kind} ${name} is ${told}, at the host it stands`,
      })
    }
  }
  return violations
}

/** When everything has come to its end: rule 6 in full. */
export function checkEnd(devices: readonly VirtualDevice[], tables: Tables): Violation[] {
  const terminal = devices.flatMap((device) => foldTerminalPayments(device.journal.events).payments)
  const differences = compareRecords({ terminal, ...hostRecords(tables) })
  return [
    ...differences.map(({ between, subject, what }) => ({ rule: '6', what: `${between}: ${subject} ${what}` })),
    ...checkSettlement(devices, terminal, tables),
  ]
}

export function casesLeft(devices: readonly VirtualDevice[]): number {
  return devices.reduce((sum, { journal }) => sum + journal.state.cases.length, 0)
}

/** A difference that the host put on somebody's desk must be one that the terminal has there too. */
function checkSettlement(
  devices: readonly VirtualDevice[],
  terminal: readonly TerminalPayment[],
  tables: Tables,
): Violation[] {
  const violations: Violation[] = []
  for (const row of tables.settlementCase.values()) {
    const payment = terminal.find(
      (each) => each.terminalId === row.terminal_id && each.batchNumber === row.batch_number && each.stan === row.stan,
    )
    if (payment?.outcome === 'case') continue
    const what = `settlement of ${row.terminal_id}/${row.batch_number} differs: ${row.difference} of trace ${row.stan}`
    violations.push({ rule: '6', what })
  }
  for (const { identity, journal } of devices) {
    const { pendingReversal, advices, records } = journal.state
    if (pendingReversal === undefined && advices.length === 0 && records.length === 0) continue
    violations.push({ rule: '4', what: `terminal ${identity.terminalId} has something open at the end` })
  }
  return violations
}

function hostRecords(tables: Tables): Omit<PaymentRecords, 'terminal'> {
  return {
    acquirer: [...tables.payment.values()].map((row) => ({
      paymentId: row.payment_id,
      terminalId: row.terminal_id,
      merchantId: row.merchant_id,
      batchNumber: row.batch_number,
      stan: row.stan,
      kind: row.kind,
      state: row.state,
      amountMinor: row.amount_minor,
      refundedMinor: row.refunded_minor,
      rrn: row.rrn,
      approvalCode: row.approval_code,
      originalPaymentId: row.original_payment_id,
    })),
    issuer: [...tables.authorization.values()].map((row) => ({
      paymentId: row.payment_id,
      kind: row.kind,
      state: row.state,
      amountMinor: row.amount_minor,
      approvalCode: row.approval_code,
      originalPaymentId: row.original_payment_id,
      accountId: row.account_id,
      merchantId: row.merchant_id,
    })),
    ledger: [...tables.transfer.values()].map((row) => ({
      transferId: row.transfer_id,
      paymentId: row.payment_id,
      debit: row.debit_account,
      credit: row.credit_account,
      amountMinor: row.amount_minor,
      kind: row.kind,
    })),
  }
}
