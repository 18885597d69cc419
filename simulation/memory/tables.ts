// The tables as maps, and what one transaction sees of them: the committed rows with its own writes on top. Stored rows are never
// changed, only replaced, so a reader may keep what it was given. Nothing on the payment path deletes a row.

import type {
  AccountRow,
  AuthorizationRow,
  BatchRecordRow,
  BatchRow,
  CardRow,
  IssuerCaseRow,
  LedgerAccountRow,
  LimitCounterRow,
  MerchantRow,
  PaymentRow,
  ProgrammeRow,
  ReversalRow,
  SettlementCaseRow,
  StopListRow,
  TerminalRow,
  TransferRow,
} from './rows.ts'

export interface RowTypes {
  readonly merchant: MerchantRow
  readonly terminal: TerminalRow
  readonly payment: PaymentRow
  readonly reversal: ReversalRow
  readonly batch: BatchRow
  readonly batchRecord: BatchRecordRow
  readonly settlementCase: SettlementCaseRow
  readonly stopList: StopListRow
  readonly limitCounter: LimitCounterRow
  readonly programme: ProgrammeRow
  readonly account: AccountRow
  readonly card: CardRow
  readonly authorization: AuthorizationRow
  readonly issuerCase: IssuerCaseRow
  readonly ledgerAccount: LedgerAccountRow
  readonly transfer: TransferRow
}

export type TableName = keyof RowTypes

/** The primary key of each table as text; what is written under a key that is there replaces the row. */
export const primaryKeys: { readonly [Name in TableName]: (row: RowTypes[Name]) => string } = {
  merchant: (row) => row.merchant_id,
  terminal: (row) => row.terminal_id,
  payment: (row) => `${row.shard}/${row.payment_id}`,
  reversal: (row) => traceText(row),
  batch: (row) => `${row.terminal_id}/${row.batch_number}`,
  batchRecord: (row) => traceText(row),
  settlementCase: (row) => row.case_id,
  stopList: (row) => row.pan_hash.toString('latin1'),
  limitCounter: (row) => `${row.subject}/${row.number}/${row.business_date}`,
  programme: (row) => row.programme_id,
  account: (row) => `${row.shard}/${row.account_id}`,
  card: (row) => `${row.shard}/${row.pan_hash.toString('latin1')}`,
  authorization: (row) => `${row.shard}/${row.payment_id}`,
  issuerCase: (row) => `${row.shard}/${row.case_id}`,
  ledgerAccount: (row) => `${row.account_id}/${row.currency}`,
  transfer: (row) => `${row.shard}/${row.transfer_id}`,
}

export function traceText(trace: {
  readonly terminal_id: string
  readonly batch_number: number
  readonly stan: number
}): string {
  return `${trace.terminal_id}/${trace.batch_number}/${trace.stan}`
}

export type Tables = { readonly [Name in TableName]: Map<string, RowTypes[Name]> }

export const tableNames = Object.keys(primaryKeys) as TableName[]

export function emptyTables(): Tables {
  return copyTables(Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as Tables)
}

export function copyTables(tables: Tables): Tables {
  return Object.fromEntries(
    tableNames.map((name) => [name, new Map<string, unknown>(tables[name])]),
  ) as unknown as Tables
}

/** What one transaction sees and writes. */
export class TableView {
  readonly #committed: Tables
  readonly #written = new Map<TableName, Map<string, unknown>>()

  constructor(committed: Tables) {
    this.#committed = committed
  }

  get<Name extends TableName>(name: Name, key: string): RowTypes[Name] | undefined {
    const own = this.#written.get(name)?.get(key) as RowTypes[Name] | undefined
    return own ?? (this.#committed[name].get(key) as RowTypes[Name] | undefined)
  }

  rows<Name extends TableName>(name: Name): RowTypes[Name][] {
    const committed = this.#committed[name] as Map<string, RowTypes[Name]>
    const written = this.#written.get(name) as Map<string, RowTypes[Name]> | undefined
    if (written === undefined) return [...committed.values()]
    const rows: RowTypes[Name][] = []
    for (const [key, row] of committed) rows.push(written.get(key) ?? row)
    for (const [key, row] of written) if (!committed.has(key)) rows.push(row)
    return rows
  }

  where<Name extends TableName>(name: Name, wanted: (row: RowTypes[Name]) => boolean): RowTypes[Name][] {
    const committed = this.#committed[name] as Map<string, RowTypes[Name]>
    const written = this.#written.get(name) as Map<string, RowTypes[Name]> | undefined
    if (written !== undefined) return this.rows(name).filter(wanted)
    const rows: RowTypes[Name][] = []
    for (const row of committed.values()) if (wanted(row)) rows.push(row)
    return rows
  }

  put<Name extends TableName>(name: Name, row: RowTypes[Name]): void {
    const written = this.#written.get(name) ?? new Map<string, unknown>()
    this.#written.set(name, written)
    written.set(primaryKeys[name](row), row)
  }

  get isChanged(): boolean {
    return this.#written.size > 0
  }

  get changed(): Iterable<TableName> {
    return this.#written.keys()
  }

  /** All of it at once. */
  commit(): void {
    for (const [name, written] of this.#written) {
      const committed = this.#committed[name] as Map<string, unknown>
      for (const [key, row] of written) committed.set(key, row)
    }
  }
}
