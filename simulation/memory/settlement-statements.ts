// The acquirer's statements at the end of a batch over maps: totals, upload, comparison, close.

import type { BatchRecordRow, BatchRow, PaymentRow, SettlementCaseRow } from './rows.ts'
import { rowLock, rowsOf, type StatementContext, type Statements } from './statement.ts'
import { traceText } from './tables.ts'

const batchText = (values: readonly unknown[]): string => `${values[0] as string}/${values[1] as number}`
const batchLock = (_: StatementContext, values: readonly unknown[]): string[] => [rowLock('batch', batchText(values))]
const terminalLock = (_: StatementContext, values: readonly unknown[]): string[] => [
  rowLock('terminal', values[0] as string),
]

function counted({ view }: StatementContext, values: readonly unknown[], states: readonly string[]): PaymentRow[] {
  const [terminalId, batchNumber] = values
  return view.where(
    'payment',
    (row) => row.terminal_id === terminalId && row.batch_number === batchNumber && states.includes(row.state),
  )
}

function updateBatch({ view }: StatementContext, values: readonly unknown[], changes: Partial<BatchRow>): void {
  const row = view.get('batch', batchText(values))
  if (row !== undefined) view.put('batch', { ...row, ...changes })
}

const sum = (rows: readonly PaymentRow[]): bigint => rows.reduce((total, row) => total + row.amount_minor, 0n)

export const settlementStatements: Statements = {
  'acquirer.hostTotals': {
    run: (context, values) => {
      const [, , debit, credit, states] = values as [string, number, string[], string[], string[]]
      const rows = counted(context, values, states)
      const debits = rows.filter(({ kind }) => debit.includes(kind))
      const credits = rows.filter(({ kind }) => credit.includes(kind))
      return [
        {
          debitMinor: sum(debits),
          debitCount: BigInt(debits.length),
          creditMinor: sum(credits),
          creditCount: BigInt(credits.length),
        },
      ]
    },
  },
  'acquirer.findBatch': {
    run: ({ view }, values) => {
      const row = view.get('batch', batchText(values))
      return row === undefined ? [] : [{ state: row.state, balanced: row.balanced, uploadedCount: row.uploaded_count }]
    },
  },
  'acquirer.markBatchSettling': {
    locks: terminalLock,
    run: ({ view }, [id, at]) => {
      const row = view.get('terminal', id as string)
      if (row !== undefined) {
        const session_version = row.session_version + 1n
        view.put('terminal', { ...row, batch_settling: true, last_seen_at: at as Date, session_version })
      }
      return []
    },
  },
  'acquirer.beginSettlement': {
    locks: batchLock,
    run: ({ view }, values) => {
      const columns = [
        'terminal_id',
        'batch_number',
        'merchant_id',
        'balanced',
        'host_debit_minor',
        'host_debit_count',
        'host_credit_minor',
        'host_credit_count',
        'terminal_debit_minor',
        'terminal_debit_count',
        'terminal_credit_minor',
        'terminal_credit_count',
        'asked_at',
      ]
      const input = Object.fromEntries(columns.map((name, index) => [name, values[index]])) as unknown as BatchRow
      const before = view.get('batch', batchText(values))
      const kept =
        before === undefined
          ? { state: 'settling', uploaded_count: 0, closed_at: null }
          : { ...before, asked_at: before.asked_at }
      view.put('batch', {
        ...input,
        state: kept.state,
        uploaded_count: kept.uploaded_count,
        closed_at: kept.closed_at,
        asked_at: before?.asked_at ?? input.asked_at,
        merchant_id: before?.merchant_id ?? input.merchant_id,
      })
      return []
    },
  },
  'acquirer.storeUpload': {
    locks: batchLock,
    run: ({ view }, [terminalId, batchNumber, ...arrays]) => {
      const columns = ['stan', 'pan_hash', 'masked_pan', 'amount_minor']
      for (const input of rowsOf<Omit<BatchRecordRow, 'terminal_id' | 'batch_number'>>(columns, arrays)) {
        const row = { terminal_id: terminalId as string, batch_number: batchNumber as number, ...input }
        if (view.get('batchRecord', traceText(row)) === undefined) view.put('batchRecord', row)
      }
      return []
    },
  },
  'acquirer.countUpload': {
    locks: batchLock,
    run: (context, values) => {
      const [terminalId, batchNumber] = values
      const count = context.view.where(
        'batchRecord',
        (row) => row.terminal_id === terminalId && row.batch_number === batchNumber,
      ).length
      if (context.view.get('batch', batchText(values)) === undefined) return []
      updateBatch(context, values, { uploaded_count: count })
      return [{ count: BigInt(count) }]
    },
  },
  'acquirer.compareUpload': {
    run: (context, values) => {
      const [terminalId, batchNumber, kinds, states] = values as [string, number, string[], string[]]
      const uploaded = context.view.where(
        'batchRecord',
        (row) => row.terminal_id === terminalId && row.batch_number === batchNumber,
      )
      const paid = counted(context, values, states).filter(({ kind }) => kinds.includes(kind))
      const differences: {
        stan: number
        difference: string
        terminalMinor: bigint | null
        hostMinor: bigint | null
      }[] = []
      for (const u of uploaded) {
        const twins = paid.filter(({ stan }) => stan === u.stan)
        if (twins.length === 0)
          differences.push({ stan: u.stan, difference: 'terminalOnly', terminalMinor: u.amount_minor, hostMinor: null })
        for (const p of twins) {
          if (u.amount_minor === p.amount_minor && u.pan_hash.equals(p.pan_hash)) continue
          const { stan } = u
          differences.push({
            stan,
            difference: 'amountDiffers',
            terminalMinor: u.amount_minor,
            hostMinor: p.amount_minor,
          })
        }
      }
      for (const p of paid) {
        if (uploaded.some(({ stan }) => stan === p.stan)) continue
        differences.push({ stan: p.stan, difference: 'hostOnly', terminalMinor: null, hostMinor: p.amount_minor })
      }
      return differences.sort((a, b) => a.stan - b.stan)
    },
  },
  'acquirer.closeBatch': {
    locks: batchLock,
    run: (context, values) => {
      updateBatch(context, values, { state: 'closed', closed_at: values[2] as Date })
      return []
    },
  },
  'acquirer.openNextBatch': {
    locks: terminalLock,
    run: ({ view }, [id, at]) => {
      const row = view.get('terminal', id as string)
      if (row === undefined) return []
      view.put('terminal', {
        ...row,
        batch_number: row.batch_number === 999_999 ? 1 : row.batch_number + 1,
        batch_settling: false,
        last_seen_at: at as Date,
        session_version: row.session_version + 1n,
      })
      return []
    },
  },
  'acquirer.openSettlementCases': {
    run: ({ view }, [terminalId, batchNumber, at, ...arrays]) => {
      const columns = ['case_id', 'stan', 'difference', 'terminal_minor', 'host_minor']
      for (const input of rowsOf<SettlementCaseRow>(columns, arrays)) {
        view.put('settlementCase', {
          ...input,
          terminal_id: terminalId as string,
          batch_number: batchNumber as number,
          state: 'open',
          opened_at: at as Date,
        })
      }
      return []
    },
  },
}
