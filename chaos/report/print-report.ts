// The report of a run, for people: faults by kind, payments by flow and outcome, how doubt ended, sums, and every difference.

import { transactionKinds } from '@shua/scheme'
import type { ChaosOptions } from '../options.ts'
import { sumsOf } from '../records/compare-sums.ts'
import { traceKey, type TerminalOutcome, type TerminalPayment } from '../records/payment-records.ts'
import type { ChaosRun } from '../run-chaos.ts'
import { formatTable } from './format-table.ts'

const outcomes: readonly TerminalOutcome[] = [
  'approved',
  'declined',
  'reversed',
  'notSent',
  'forgotten',
  'case',
  'stuck',
]

/** What makes a run fail, in words; none when it is good. */
export function failuresOf(run: ChaosRun, options: ChaosOptions): string[] {
  const missing = run.storm.summary(options.kinds).filter(({ happened }) => happened === 0)
  return [
    ...(run.differences.length > 0 ? [`${run.differences.length} differences`] : []),
    ...run.stuck,
    ...missing.map(({ kind }) => `no ${kind} happened`),
    ...run.agentFaults.map((fault) => `a terminal failed: ${fault}`),
  ]
}

export function printReport(run: ChaosRun, options: ChaosOptions, print: (line: string) => void): void {
  printFaults(run, options, print)
  printPayments(run, print)
  printDoubt(run, print)
  const sums = sumsOf(run.records)
  print(`\nearned by merchants (fen): terminals ${sums.terminal}, acquirer ${sums.acquirer}, ledger ${sums.ledger}`)
  const { acquirer, issuer, ledger } = run.records
  const rows = `${acquirer.length} journal rows, ${issuer.length} authorizations, ${ledger.length} transfers`
  print(`compared: ${run.records.terminal.length} payments of terminals, ${rows}`)
  const states = new Map(acquirer.map((row) => [traceKey(row), row.state]))
  for (const payment of run.records.terminal.filter(({ outcome }) => outcome === 'case')) {
    const { kind, amountMinor, note } = payment
    const atHost = states.get(traceKey(payment)) ?? 'unknown of'
    print(`  case for a person: ${traceKey(payment)} ${kind} ${amountMinor}, ${note}; at the host ${atHost}`)
  }
  print(`\ndifferences: ${run.differences.length}`)
  for (const { between, subject, what } of run.differences) print(`  ${between}: ${subject}: ${what}`)
  print(`seed: ${options.seed}`)
}

function printFaults(run: ChaosRun, options: ChaosOptions, print: (line: string) => void): void {
  const seconds = (ms: number | undefined): string => (ms === undefined ? '' : (ms / 1000).toFixed(1))
  const kinds = run.storm.summary(options.kinds)
  const table = kinds.map(({ kind, planned, happened, untilApprovalMs, untilBackMs }) => [
    kind,
    String(planned),
    String(happened),
    seconds(untilApprovalMs),
    seconds(untilBackMs),
  ])
  print('')
  const header = ['fault', 'planned', 'happened', 'longest to next approval (s)', 'longest to be back (s)']
  for (const line of formatTable([header, ...table])) print(line)
  const { servers, database, agents } = run.starts
  const total = kinds.reduce((sum, { happened }) => sum + happened, 0)
  print(`${total} faults; starts: servers ${servers}, database ${database}, agents ${agents}`)
  print(`disk: ${run.diskMethod}; the database met it ${run.diskFullErrors} times`)
  print(`longest pause without an approval anywhere: ${seconds(run.storm.longestPauseMs)} s`)
}

function printPayments(run: ChaosRun, print: (line: string) => void): void {
  const { terminal } = run.records
  const count = (kind: TerminalPayment['kind'] | undefined, outcome: TerminalOutcome): number =>
    terminal.filter((payment) => (kind === undefined || payment.kind === kind) && payment.outcome === outcome).length
  const rows = [...transactionKinds, undefined].map((kind) => [
    kind ?? 'all',
    ...outcomes.map((outcome) => String(count(kind, outcome))),
  ])
  print('')
  for (const line of formatTable([['payment', ...outcomes], ...rows])) print(line)
}

function printDoubt(run: ChaosRun, print: (line: string) => void): void {
  const inDoubt = run.records.terminal.filter(({ wasUnknown }) => wasUnknown)
  const states = new Map(run.records.acquirer.map((row) => [traceKey(row), row.state]))
  const count = (isSo: (payment: TerminalPayment) => boolean): number => inDoubt.filter(isSo).length
  const undone = (payment: TerminalPayment): boolean => states.get(traceKey(payment)) === 'reversed'
  const late = run.host.reversals.filter(({ outcome }) => outcome === 'noOriginal').length
  const ways: [string, number][] = [
    ['reversed: it had taken effect, and was undone', count((p) => p.outcome === 'reversed' && undone(p))],
    ['reversed: it had never taken effect', count((p) => p.outcome === 'reversed' && !undone(p))],
    ['sent again and approved', count((p) => p.outcome === 'approved')],
    ['sent again and declined', count((p) => p.outcome === 'declined')],
    ['a question about no money, dropped', count((p) => p.outcome === 'forgotten')],
    ['left to a person', count((p) => p.outcome === 'case')],
    ['not resolved', count((p) => p.outcome === 'stuck')],
  ]
  print(`\nunknown outcomes: ${inDoubt.length}`)
  for (const [name, number] of ways) print(`  ${String(number).padStart(6)}  ${name}`)
  print(`reversals that came before their original or without one: ${late}`)
  print(`all was ended ${(run.drainMs / 1000).toFixed(1)} s after the last fault`)
}
