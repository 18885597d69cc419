// The issuer's and the ledger's statements of the payment path over maps: cards with their accounts, chains of authorizations,
// decisions written with all their effects, merchants' accounts opened, holds that expire.

import type {
  AccountRow,
  AuthorizationRow,
  CardRow,
  IssuerCaseRow,
  LedgerAccountRow,
  ProgrammeRow,
  TransferRow,
} from './rows.ts'
import {
  check,
  insertNew,
  rowLock,
  readOnce,
  rowsIn,
  rowsOf,
  type Statement,
  type StatementContext,
  type Statements,
} from './statement.ts'
import { primaryKeys, type TableView } from './tables.ts'

interface FoundCard {
  readonly position: number
  readonly card: CardRow
  readonly account: AccountRow
  readonly programme: ProgrammeRow
}

function findCards({ view }: StatementContext, [shards, hashes]: readonly unknown[]): FoundCard[] {
  const found = (hashes as Buffer[]).flatMap((hash, position) => {
    const shard = (shards as number[])[position]!
    const card = view.get('card', `${shard}/${hash.toString('latin1')}`)
    const account = card && view.get('account', `${shard}/${card.account_id}`)
    const programme = account && view.get('programme', account.programme_id)
    return card && account && programme ? [{ position, card, account, programme }] : []
  })
  return found.sort(
    (a, b) =>
      a.account.shard - b.account.shard ||
      (a.account.account_id < b.account.account_id ? -1 : a.account.account_id > b.account.account_id ? 1 : 0) ||
      a.card.pan_hash.compare(b.card.pan_hash) ||
      a.position - b.position,
  )
}

const loadCards: Statement = {
  locks: (context, values) =>
    findCards(context, values).flatMap(({ card, account }) => [
      rowLock('account', primaryKeys.account(account)),
      rowLock('card', primaryKeys.card(card)),
    ]),
  run: (context, values) =>
    findCards(context, values).map(({ position, card, account, programme }) => ({
      ...programme,
      ...account,
      ...card,
      position: BigInt(position + 1),
      programme_version: programme.version,
      single_limit_minor: card.single_limit_minor ?? programme.single_limit_minor,
      daily_limit_minor: card.daily_limit_minor ?? programme.daily_limit_minor,
      daily_count_max: card.daily_count_max ?? programme.daily_count_max,
      monthly_limit_minor: card.monthly_limit_minor ?? programme.monthly_limit_minor,
    })),
}

const loadProgrammes: Statement = {
  run: ({ view }, [ids]) =>
    (ids as string[]).flatMap((id) => {
      const row = view.get('programme', id)
      return row === undefined ? [] : [row]
    }),
}

const loadChains: Statement = {
  run: ({ view }, [shards, ids]) =>
    (ids as string[]).flatMap((id, index) => {
      const shard = (shards as number[])[index]!
      const chain: object[] = []
      let next: string | null = id
      while (next !== null && chain.length < 3) {
        const row: AuthorizationRow | undefined = view.get('authorization', `${shard}/${next}`)
        if (row === undefined) break
        chain.push({ ...row, position: BigInt(index + 1) })
        next = row.original_payment_id
      }
      return chain
    }),
}

const findWritten: Statement = {
  run: ({ view }, [shards, ids]) =>
    (ids as string[]).flatMap((id, index) =>
      view.get('authorization', `${(shards as number[])[index]}/${id}`) === undefined ? [] : [{ payment_id: id }],
    ),
}

const openAccounts: Statement = {
  locks: (_, [accounts, currencies]) =>
    (accounts as string[])
      .map((account, index) => rowLock('ledgerAccount', `${account}/${(currencies as string[])[index]}`))
      .sort(),
  run: ({ view }, [accounts, currencies, sides, openedAt]) => {
    const rows = rowsOf<LedgerAccountRow>(['account_id', 'currency', 'normal_side'], [accounts, currencies, sides])
    return rows.flatMap((input) => {
      const row = { ...input, opened_at: openedAt as Date }
      if (view.get('ledgerAccount', primaryKeys.ledgerAccount(row)) !== undefined) return []
      view.put('ledgerAccount', row)
      return [{ account: row.account_id, currency: row.currency }]
    })
  },
}

const authorizationColumns = [
  'shard',
  'payment_id',
  'account_id',
  'pan_hash',
  'kind',
  'state',
  'reason',
  'amount_minor',
  'currency',
  'approval_code',
  'original_payment_id',
  'hold_minor',
  'hold_expires_at',
  'released_minor',
  'business_date',
  'requested_at',
  'merchant_id',
  'terminal_id',
  'batch_number',
  'stan',
  'rrn',
  'entry_method',
]

function checkAuthorization(row: AuthorizationRow): AuthorizationRow {
  check((row.state === 'declined') === (row.reason !== null), 'reason_of_decline')
  check(row.refunded_minor >= 0n && row.refunded_minor <= row.amount_minor, 'refunded_at_most_paid')
  check(row.hold_minor >= 0n && row.hold_minor <= row.amount_minor, 'authorization_hold_minor_check')
  check(row.completed_minor >= 0n && row.released_minor >= 0n, 'authorization_completed_minor_check')
  const open = row.kind === 'preAuthorization' && row.state === 'approved'
  check(row.hold_minor === 0n || open, 'hold_only_while_open')
  check(row.approval_code === null || row.approval_code.length === 6, 'authorization_approval_code_check')
  return row
}

function checkAccount(row: AccountRow): AccountRow {
  check(row.posted_minor >= 0n, 'posted_not_negative')
  check(row.held_minor >= 0n, 'held_not_negative')
  check(row.posted_minor - row.held_minor >= 0n, 'available_not_negative')
  return row
}

interface WritePart {
  readonly columns: readonly string[]
  readonly locks: (row: never) => string[]
  readonly apply: (view: TableView, row: never) => void
}

interface AccountInput {
  readonly shard: number
  readonly account_id: string
  readonly posted_change: bigint
  readonly held_change: bigint
  readonly approvals: number
}

type ChangedInput = Pick<
  AuthorizationRow,
  'shard' | 'payment_id' | 'state' | 'refunded_minor' | 'completed_minor' | 'hold_minor'
>
type CardInput = Pick<
  CardRow,
  'shard' | 'pan_hash' | 'pin_tries' | 'day' | 'day_spent_minor' | 'day_count' | 'month_spent_minor'
>

const writeParts: Readonly<Record<string, WritePart>> = {
  accounts: {
    columns: ['shard', 'account_id', 'posted_change', 'held_change', 'approvals'],
    locks: (row: AccountInput) => [rowLock('account', `${row.shard}/${row.account_id}`)],
    apply(view, input: AccountInput) {
      const row = view.get('account', `${input.shard}/${input.account_id}`)
      if (row === undefined) return
      const changed = {
        ...row,
        posted_minor: row.posted_minor + input.posted_change,
        held_minor: row.held_minor + input.held_change,
        authorization_sequence: row.authorization_sequence + BigInt(input.approvals),
      }
      view.put('account', checkAccount(changed))
    },
  },
  cards: {
    columns: ['shard', 'pan_hash', 'pin_tries', 'day', 'day_spent_minor', 'day_count', 'month_spent_minor'],
    locks: (row: CardInput) => [rowLock('card', `${row.shard}/${row.pan_hash.toString('latin1')}`)],
    apply(view, { shard, pan_hash, pin_tries, day, day_spent_minor, day_count, month_spent_minor }: CardInput) {
      const row = view.get('card', `${shard}/${pan_hash.toString('latin1')}`)
      if (row === undefined) return
      check(day_spent_minor >= 0n && day_count >= 0, 'card_day_spent_minor_check')
      check(month_spent_minor >= 0n, 'card_month_spent_minor_check')
      view.put('card', { ...row, pin_tries, day, day_spent_minor, day_count, month_spent_minor })
    },
  },
  changed: {
    columns: ['shard', 'payment_id', 'state', 'refunded_minor', 'completed_minor', 'hold_minor'],
    locks: (row: ChangedInput) => [rowLock('authorization', `${row.shard}/${row.payment_id}`)],
    apply(view, { shard, payment_id, state, refunded_minor, completed_minor, hold_minor }: ChangedInput) {
      const row = view.get('authorization', `${shard}/${payment_id}`)
      if (row === undefined) return
      view.put('authorization', checkAuthorization({ ...row, state, refunded_minor, completed_minor, hold_minor }))
    },
  },
  transfers: {
    columns: [
      'shard',
      'transfer_id',
      'payment_id',
      'debit_account',
      'credit_account',
      'amount_minor',
      'currency',
      'kind',
      'business_date',
      'created_at',
    ],
    locks: () => [],
    apply(view, row: TransferRow) {
      check(row.amount_minor > 0n, 'amount_positive')
      check(row.debit_account !== row.credit_account, 'two_accounts')
      insertNew(view, 'transfer', row, { key: primaryKeys.transfer(row), constraint: 'transfer_pkey' })
    },
  },
  cases: {
    columns: ['shard', 'case_id', 'account_id', 'payment_id', 'kind', 'amount_minor', 'currency', 'opened_at'],
    locks: () => [],
    apply(view, input: IssuerCaseRow) {
      const row = { ...input, state: 'open' }
      check(row.amount_minor >= 0n, 'case_amount_minor_check')
      insertNew(view, 'issuerCase', row, { key: primaryKeys.issuerCase(row), constraint: 'case_pkey' })
    },
  },
}

type WriteInput = Readonly<Record<string, unknown>> & { readonly shard: number }

/** The name lists the parts whose rows follow the authorizations. */
function writeDecisions(parts: readonly WritePart[]): Statement {
  const authorizations = readOnce(([first]) => rowsIn<AuthorizationRow>(authorizationColumns, first))
  const inputs = readOnce((values): { part: WritePart; row: WriteInput }[] =>
    parts.flatMap((part, index) => rowsIn<WriteInput>(part.columns, values[1 + index]).map((row) => ({ part, row }))),
  )
  return {
    locks: (_, values) => [
      ...authorizations(values).map((row) => rowLock('authorization', primaryKeys.authorization(row))),
      ...inputs(values).flatMap(({ part, row }) => part.locks(row as never)),
    ],
    run({ view }, values) {
      for (const input of authorizations(values)) {
        const row = checkAuthorization({ ...input, refunded_minor: 0n, completed_minor: 0n })
        insertNew(view, 'authorization', row, { key: primaryKeys.authorization(row), constraint: 'authorization_pkey' })
      }
      for (const { part, row } of inputs(values)) part.apply(view, row as never)
      return []
    },
  }
}

const writeStatements: Statements = Object.fromEntries(
  Array.from({ length: 2 ** Object.keys(writeParts).length }, (_, set) => {
    const names = Object.keys(writeParts).filter((_name, bit) => (set & (1 << bit)) !== 0)
    return [['issuer-write', ...names].join('-'), writeDecisions(names.map((name) => writeParts[name]!))]
  }),
)

function dueHolds({ view, isFree }: StatementContext, [now, limit]: readonly unknown[]): AuthorizationRow[] {
  return view
    .where(
      'authorization',
      (row) =>
        row.kind === 'preAuthorization' &&
        row.state === 'approved' &&
        row.hold_expires_at !== null &&
        row.hold_expires_at <= (now as Date) &&
        holdLocks(row).every(isFree),
    )
    .sort((a, b) => a.hold_expires_at!.getTime() - b.hold_expires_at!.getTime())
    .slice(0, limit as number)
}

function holdLocks(row: AuthorizationRow): string[] {
  return [
    rowLock('account', `${row.shard}/${row.account_id}`),
    rowLock('authorization', primaryKeys.authorization(row)),
  ]
}

const expireHolds: Statement = {
  locks: (context, values) => dueHolds(context, values).flatMap(holdLocks),
  run(context, values) {
    const { view } = context
    const due = dueHolds(context, values)
    for (const row of due) {
      view.put('authorization', checkAuthorization({ ...row, state: 'expired', hold_minor: 0n }))
      const account = view.get('account', `${row.shard}/${row.account_id}`)
      if (account) view.put('account', checkAccount({ ...account, held_minor: account.held_minor - row.hold_minor }))
    }
    return [{ count: due.length }]
  },
}

export const issuerStatements: Statements = {
  'issuer-load-cards': loadCards,
  'issuer-load-programmes': loadProgrammes,
  'issuer-load-chains': loadChains,
  'issuer-find-written': findWritten,
  'issuer-expire-holds': expireHolds,
  'ledger-open-accounts': openAccounts,
  ...writeStatements,
}
