// The acquirer's statements of the payment path over maps: terminals, journal, reversals, stop list.

import type { PaymentRow, ReversalRow, TerminalRow } from './rows.ts'
import {
  check,
  insertNew,
  rowLock,
  rowsIn,
  rowsOf,
  violated,
  type StatementContext,
  type Statements,
} from './statement.ts'
import { primaryKeys, traceText } from './tables.ts'

/** In the order of acquirer.payment_to_write. */
export const paymentColumns = [
  'shard',
  'payment_id',
  'terminal_id',
  'merchant_id',
  'batch_number',
  'stan',
  'kind',
  'state',
  'amount_minor',
  'currency',
  'pan_hash',
  'masked_pan',
  'sealed_pan',
  'entry_mode',
  'operator',
  'rrn',
  'approval_code',
  'response_code',
  'reason',
  'issuer_id',
  'original_payment_id',
  'business_date',
  'received_at',
  'terminal_counted_minor',
  'merchant_counted_minor',
] as const

const paymentStates = new Set(['approved', 'declined', 'reversed', 'voided', 'completed', 'unknown'])

const storeNames = new Map(
  [...paymentColumns, 'refunded_minor'].map((column) => [
    column,
    column.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
  ]),
)

/** As the stores name the columns. */
function journalPayment(row: PaymentRow): object {
  const named: Record<string, unknown> = {}
  for (const [column, name] of storeNames) named[name] = row[column as keyof PaymentRow]
  return named
}

const paymentLock = (row: PaymentRow): string => rowLock('payment', primaryKeys.payment(row))
const terminalLock = (terminalId: string): string => rowLock('terminal', terminalId)
const traceLock = (trace: Parameters<typeof traceText>[0]): string => rowLock('reversal', traceText(trace))
const traceIndexLock = (row: PaymentRow): string => `payment_by_trace:${traceText(row)}/${row.shard}`

function byTrace({ view }: StatementContext, values: readonly unknown[]): PaymentRow[] {
  const [terminalId, batchNumber, stan] = values
  return view.where(
    'payment',
    (row) => row.stan === stan && row.batch_number === batchNumber && row.terminal_id === terminalId,
  )
}

/** In the order of shard and number, as they are locked. */
function byKeys({ view }: StatementContext, [shards, ids]: readonly unknown[]): PaymentRow[] {
  const keys = (ids as string[]).map((id, index) => ({ shard: (shards as number[])[index]!, id }))
  return keys
    .toSorted((a, b) => a.shard - b.shard || (a.id < b.id ? -1 : 1))
    .flatMap(({ shard, id }) => view.get('payment', `${shard}/${id}`) ?? [])
}

function byRrn({ view }: StatementContext, values: readonly unknown[]): PaymentRow[] {
  const [, rrn, merchantId] = values
  return view.where('payment', (row) => row.rrn === rrn && row.merchant_id === merchantId)
}

function preAuthorization({ view }: StatementContext, values: readonly unknown[]): PaymentRow[] {
  const [, merchantId, approvalCode, panHash, businessDate] = values as [unknown, string, string, Buffer, string | null]
  const found = view.where(
    'payment',
    (row) =>
      row.kind === 'preAuthorization' &&
      row.merchant_id === merchantId &&
      row.approval_code === approvalCode &&
      row.state !== 'declined',
  )
  const rank = (row: PaymentRow): number[] => [
    row.pan_hash.equals(panHash) ? 0 : 1,
    row.business_date === businessDate ? 0 : 1,
    -row.received_at.getTime(),
  ]
  return found.sort((a, b) => compare(rank(a), rank(b))).slice(0, 1)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0)
  return 0
}

/** Every update counts, as the trigger does. */
function updateTerminal({ view }: StatementContext, terminalId: string, changes: Partial<TerminalRow>): object[] {
  const row = view.get('terminal', terminalId)
  if (row !== undefined) view.put('terminal', { ...row, ...changes, session_version: row.session_version + 1n })
  return []
}

const terminalStatements: Statements = {
  'acquirer.findTerminals': {
    run: ({ view }, [ids]) =>
      (ids as string[]).flatMap((id) => {
        const t = view.get('terminal', id)
        const m = t && view.get('merchant', t.merchant_id)
        if (t === undefined || m === undefined) return []
        return [
          {
            terminalId: t.terminal_id,
            merchantId: t.merchant_id,
            merchantName: m.name,
            merchantCategory: m.category,
            merchantState: m.state,
            state: t.state,
            profile: t.profile,
            licenceSerial: t.licence_serial,
            forbiddenKinds: t.forbidden_kinds,
            singleLimitMinor: t.single_limit_minor,
            dailyLimitMinor: t.daily_limit_minor,
            monthlyLimitMinor: t.monthly_limit_minor,
            merchantSingleLimitMinor: m.single_limit_minor,
            merchantDailyLimitMinor: m.daily_limit_minor,
            merchantMonthlyLimitMinor: m.monthly_limit_minor,
            masterKey: t.master_key,
            pinKey: t.pin_key,
            macKey: t.mac_key,
            trackKey: t.track_key,
            keysIssuedAt: t.keys_issued_at,
            signedOn: t.signed_on,
            batchNumber: t.batch_number,
            batchSettling: t.batch_settling,
            processingRequirement: t.processing_requirement,
            version: `${t.session_version}/${m.session_version}`,
          },
        ]
      }),
  },
  'acquirer.lockTerminals': {
    locks: (_, [ids]) => [...new Set(ids as string[])].sort().map((id) => `advisory:${id}`),
    run: () => [],
  },
  'acquirer.signTerminalOn': {
    locks: (_, [id]) => [terminalLock(id as string)],
    run: (context, values) => {
      const [id, pin, mac, track, at, operator, licence] = values as [
        string,
        string,
        string,
        string | null,
        Date,
        string,
        string | null,
      ]
      return updateTerminal(context, id, {
        pin_key: pin,
        mac_key: mac,
        track_key: track,
        keys_issued_at: at,
        signed_on: true,
        operator,
        licence_serial: context.view.get('terminal', id)?.licence_serial ?? licence,
        last_seen_at: at,
        processing_requirement: '0',
      })
    },
  },
  'acquirer.signTerminalOff': {
    locks: (_, [id]) => [terminalLock(id as string)],
    run: (context, [id, at]) =>
      updateTerminal(context, id as string, {
        signed_on: false,
        pin_key: null,
        mac_key: null,
        track_key: null,
        last_seen_at: at as Date,
      }),
  },
  'acquirer.markTerminalSeen': {
    locks: (_, [id]) => [terminalLock(id as string)],
    run: (context, [id, at]) => updateTerminal(context, id as string, { last_seen_at: at as Date }),
  },
  'acquirer.stopListPage': {
    run: ({ view }, [offset, limit]) =>
      view
        .rows('stopList')
        .sort((a, b) => a.added_at.getTime() - b.added_at.getTime() || a.pan_hash.compare(b.pan_hash))
        .slice(offset as number, (offset as number) + (limit as number))
        .map(({ entry }) => ({ entry })),
  },
}

const journalStatements: Statements = {
  'acquirer.findStandings': {
    run: (context, values) => {
      const { view } = context
      return rowsOf<{ terminal_id: string; batch_number: number; stan: number; pan_hash: Buffer }>(
        ['terminal_id', 'batch_number', 'stan', 'pan_hash'],
        values,
      ).flatMap((wanted) => {
        const terminal = view.get('terminal', wanted.terminal_id)
        const merchant = terminal && view.get('merchant', terminal.merchant_id)
        if (terminal === undefined || merchant === undefined) return []
        const paid = byTrace(context, [wanted.terminal_id, wanted.batch_number, wanted.stan]).length > 0
        return [
          {
            version: `${terminal.session_version}/${merchant.session_version}`,
            used: paid || view.get('reversal', traceText(wanted)) !== undefined,
            stopped: view.get('stopList', wanted.pan_hash.toString('latin1')) !== undefined,
          },
        ]
      })
    },
  },
  'acquirer.findByTrace': {
    locks: (context, values) => byTrace(context, values).map(paymentLock),
    run: (context, values) => byTrace(context, values).map(journalPayment),
  },
  'acquirer.findByRrn': {
    locks: (context, values) => byRrn(context, values).map(paymentLock),
    run: (context, values) => byRrn(context, values).map(journalPayment),
  },
  'acquirer.findPreAuthorization': {
    locks: (context, values) => preAuthorization(context, values).map(paymentLock),
    run: (context, values) => preAuthorization(context, values).map(journalPayment),
  },
  'acquirer.findToReverse': {
    run: (context, values) =>
      rowsOf<{ terminal_id: string; batch_number: number; stan: number }>(
        ['terminal_id', 'batch_number', 'stan'],
        values,
      ).flatMap((trace, index) => {
        const row = byTrace(context, [trace.terminal_id, trace.batch_number, trace.stan])[0]
        if (row === undefined) return []
        const original = row.original_payment_id
        const behind = original === null ? undefined : context.view.get('payment', `${row.shard}/${original}`)
        const behindPaymentId = behind?.original_payment_id ?? null
        return [{ ...journalPayment(row), position: BigInt(index + 1), behindPaymentId }]
      }),
  },
  'acquirer.lockStates': {
    locks: (context, values) => byKeys(context, values).map(paymentLock),
    run: (context, values) =>
      byKeys(context, values).map((row) => ({
        paymentId: row.payment_id,
        state: row.state,
        refundedMinor: row.refunded_minor,
      })),
  },
  'acquirer.insertPayments': {
    locks: (_, [payments]) => rowsIn<PaymentRow>(paymentColumns, payments).map(traceIndexLock),
    run: (context, [payments]) => {
      for (const input of rowsIn<PaymentRow>(paymentColumns, payments)) {
        const row = { ...input, refunded_minor: 0n }
        check(paymentStates.has(row.state), 'payment_state_check')
        check(row.amount_minor >= 0n, 'payment_amount_minor_check')
        const twins = byTrace(context, [row.terminal_id, row.batch_number, row.stan])
        if (twins.some(({ shard }) => shard === row.shard)) throw violated('23505', 'payment_by_trace')
        insertNew(context.view, 'payment', row, { key: primaryKeys.payment(row), constraint: 'payment_pkey' })
      }
      return []
    },
  },
  'acquirer.changeStates': {
    locks: (_, [shards, ids]) =>
      (ids as string[]).map((id, index) => rowLock('payment', `${(shards as number[])[index]}/${id}`)),
    run: ({ view }, values) =>
      rowsOf<{ shard: number; payment_id: string; from: string; to: string; refunded: bigint }>(
        ['shard', 'payment_id', 'from', 'to', 'refunded'],
        values,
      ).flatMap((change) => {
        const row = view.get('payment', `${change.shard}/${change.payment_id}`)
        if (row?.state !== change.from) return []
        const refunded = row.refunded_minor + change.refunded
        check(paymentStates.has(change.to), 'payment_state_check')
        check(refunded >= 0n && refunded <= row.amount_minor, 'payment_check')
        view.put('payment', { ...row, state: change.to, refunded_minor: refunded })
        return [{ paymentId: row.payment_id }]
      }),
  },
}

const reversalStatements: Statements = {
  'acquirer.recordReversals': {
    locks: (_, values) => recordedRows(values).map(traceLock),
    run: ({ view }, values) =>
      recordedRows(values).map(({ at, ...input }) => {
        const before = view.get('reversal', traceText(input))
        const row: ReversalRow =
          before === undefined
            ? {
                ...input,
                attempts: 1,
                outcome: 'searching',
                response_code: '',
                payment_id: null,
                reversal_payment_id: null,
                first_at: at,
                last_at: at,
              }
            : { ...before, attempts: before.attempts + 1, last_at: at }
        view.put('reversal', row)
        return {
          terminalId: row.terminal_id,
          batchNumber: row.batch_number,
          stan: row.stan,
          outcome: row.outcome,
          rrn: row.rrn,
          attempts: row.attempts,
        }
      }),
  },
  'acquirer.concludeReversals': {
    locks: (_, values) => rowsOf<Conclusion>(conclusionColumns, values).map(traceLock),
    run: ({ view }, values) => {
      for (const conclusion of rowsOf<Conclusion>(conclusionColumns, values)) {
        const row = view.get('reversal', traceText(conclusion))
        if (row !== undefined) view.put('reversal', { ...row, ...conclusion })
      }
      return []
    },
  },
}

type RecordedRow = Pick<ReversalRow, 'terminal_id' | 'batch_number' | 'stan' | 'reason' | 'amount_minor' | 'rrn'> & {
  readonly at: Date
}

function recordedRows(values: readonly unknown[]): RecordedRow[] {
  return rowsOf<RecordedRow>(['terminal_id', 'batch_number', 'stan', 'reason', 'amount_minor', 'rrn', 'at'], values)
}

const conclusionColumns = [
  'terminal_id',
  'batch_number',
  'stan',
  'outcome',
  'response_code',
  'payment_id',
  'reversal_payment_id',
] as const

type Conclusion = Pick<ReversalRow, (typeof conclusionColumns)[number]>

export const acquirerStatements: Statements = { ...terminalStatements, ...journalStatements, ...reversalStatements }
