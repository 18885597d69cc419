// The acquirer's statements over payments where a terminal or a merchant counts for a limit: those of acquirer-statements.ts with the
// counters read or written along.

import { acquirerStatements } from './acquirer-statements.ts'
import type { LimitCounterRow } from './rows.ts'
import { check, rowLock, rowsOf, type StatementContext, type Statements } from './statement.ts'
import { primaryKeys, type TableView } from './tables.ts'

const findStandings = acquirerStatements['acquirer.findStandings']!
const insertPayments = acquirerStatements['acquirer.insertPayments']!
const changeStates = acquirerStatements['acquirer.changeStates']!

const counterColumns = ['subject', 'number', 'business_date', 'counted_minor']
const standingParameters = 4
const standingStates = new Set(['approved', 'completed'])

function countedBefore(
  view: TableView,
  subject: string,
  number: string | null,
  day: string,
): readonly [bigint, bigint] {
  const rows = view.where('limitCounter', (row) => row.subject === subject && row.number === number)
  const sum = (some: readonly LimitCounterRow[]): bigint => some.reduce((total, row) => total + row.counted_minor, 0n)
  return [
    sum(rows.filter((row) => row.business_date === day)),
    sum(rows.filter((row) => row.business_date.slice(0, 7) === day.slice(0, 7))),
  ]
}

function addToCounter(view: TableView, change: LimitCounterRow, isNewAllowed: boolean): void {
  const before = view.get('limitCounter', primaryKeys.limitCounter(change))
  if (before === undefined && !isNewAllowed) return
  const counted = (before?.counted_minor ?? 0n) + change.counted_minor
  check(counted >= 0n, 'limit_counter_counted_minor_check')
  view.put('limitCounter', { ...change, counted_minor: counted })
}

const counterLock = (row: LimitCounterRow): string => rowLock('limitCounter', primaryKeys.limitCounter(row))

/** What the changes of states give back or count again. */
function recounted({ view }: StatementContext, values: readonly unknown[]): LimitCounterRow[] {
  const columns = ['shard', 'payment_id', 'from', 'to']
  return rowsOf<{ shard: number; payment_id: string; from: string; to: string }>(columns, values).flatMap((change) => {
    const row = view.get('payment', `${change.shard}/${change.payment_id}`)
    const sign = Number(standingStates.has(change.to)) - Number(standingStates.has(change.from))
    if (row?.state !== change.from || sign === 0) return []
    const { business_date } = row
    const sides = [
      ['terminal', row.terminal_id, row.terminal_counted_minor],
      ['merchant', row.merchant_id, row.merchant_counted_minor],
    ] as const
    return sides.flatMap(([subject, number, minor]) =>
      minor === null ? [] : [{ subject, number, business_date, counted_minor: BigInt(sign) * minor }],
    )
  })
}

export const limitStatements: Statements = {
  'acquirer.lockTerminalsAndMerchants': {
    locks: (_, [terminals, merchants]) => [
      ...[...new Set(terminals as string[])].sort().map((id) => `advisory:${id}`),
      ...[...new Set(merchants as string[])].sort().map((id) => `advisory:merchant ${id}`),
    ],
    run: () => [],
  },
  'acquirer.findStandingsAndCounters': {
    run(context, values) {
      const [terminals, merchants, days] = values.slice(standingParameters) as [
        (string | null)[],
        (string | null)[],
        string[],
      ]
      return findStandings.run(context, values.slice(0, standingParameters)).map((row, index) => {
        const [terminalDayMinor, terminalMonthMinor] = countedBefore(
          context.view,
          'terminal',
          terminals[index]!,
          days[index]!,
        )
        const [merchantDayMinor, merchantMonthMinor] = countedBefore(
          context.view,
          'merchant',
          merchants[index]!,
          days[index]!,
        )
        return { ...row, terminalDayMinor, terminalMonthMinor, merchantDayMinor, merchantMonthMinor }
      })
    },
  },
  'acquirer.insertPaymentsAndCount': {
    locks: (context, [payments, ...counters]) => [
      ...insertPayments.locks!(context, [payments]),
      ...rowsOf<LimitCounterRow>(counterColumns, counters).map(counterLock),
    ],
    run(context, [payments, ...counters]) {
      insertPayments.run(context, [payments])
      for (const addition of rowsOf<LimitCounterRow>(counterColumns, counters))
        addToCounter(context.view, addition, true)
      return []
    },
  },
  'acquirer.changeStatesAndCount': {
    locks: (context, values) => [
      ...changeStates.locks!(context, values),
      ...recounted(context, values).map(counterLock).sort(),
    ],
    run(context, values) {
      const changes = recounted(context, values)
      const rows = changeStates.run(context, values)
      for (const change of changes) addToCounter(context.view, change, false)
      return rows
    },
  },
}
