// The end of a terminal's batch: what the host counts, what the terminal says, what it uploads, and what differs.

import type { Queryable, Transaction } from '@shua/postgres'
import { transactionKinds, transactionTypes, type CardTotals } from '@shua/scheme'

const kindsSettling = (side: 'debit' | 'credit'): string[] =>
  transactionKinds.filter((kind) => transactionTypes[kind].settles === side)
const debitKinds = kindsSettling('debit')
const creditKinds = kindsSettling('credit')
/** What counts: approved, and originals that a later void or completion changed. Reversed and refused items do not count. */
const countingStates = ['approved', 'voided', 'completed']

/** Totals of the host's journal for one batch (terminal-protocol §2.6). */
export async function hostTotals(database: Queryable, terminalId: string, batchNumber: number): Promise<CardTotals> {
  const rows = await database.query<{
    debitMinor: bigint
    debitCount: bigint
    creditMinor: bigint
    creditCount: bigint
  }>(
    `select coalesce(sum(amount_minor) filter (where kind = any($3)), 0)::bigint as "debitMinor",
            count(*) filter (where kind = any($3)) as "debitCount",
            coalesce(sum(amount_minor) filter (where kind = any($4)), 0)::bigint as "creditMinor",
            count(*) filter (where kind = any($4)) as "creditCount"
       from acquirer.payment
      where terminal_id = $1 and batch_number = $2 and state = any($5)`,
    [terminalId, batchNumber, debitKinds, creditKinds, countingStates],
    'acquirer.hostTotals',
  )
  const totals = rows[0]!
  return {
    debitMinor: totals.debitMinor,
    debitCount: Number(totals.debitCount),
    creditMinor: totals.creditMinor,
    creditCount: Number(totals.creditCount),
  }
}

export interface BatchRow {
  readonly state: 'settling' | 'closed'
  readonly balanced: boolean
  readonly uploadedCount: number
}

export async function findBatch(
  database: Queryable,
  terminalId: string,
  batchNumber: number,
): Promise<BatchRow | undefined> {
  const rows = await database.query<BatchRow>(
    `select state, balanced, uploaded_count as "uploadedCount" from acquirer.batch where terminal_id = $1 and batch_number = $2`,
    [terminalId, batchNumber],
    'acquirer.findBatch',
  )
  return rows[0]
}

/** Opens or repeats a settlement: from now on no new transaction enters the batch. */
export async function beginSettlement(
  tx: Transaction,
  batch: {
    terminalId: string
    merchantId: string
    batchNumber: number
    host: CardTotals
    terminal: CardTotals
    balanced: boolean
    at: Date
  },
): Promise<void> {
  await tx.query(
    'update acquirer.terminal set batch_settling = true, last_seen_at = $2 where terminal_id = $1',
    [batch.terminalId, batch.at],
    'acquirer.markBatchSettling',
  )
  await tx.query(
    `insert into acquirer.batch (terminal_id, batch_number, merchant_id, state, balanced, host_debit_minor, host_debit_count,
            host_credit_minor, host_credit_count, terminal_debit_minor, terminal_debit_count, terminal_credit_minor,
            terminal_credit_count, asked_at)
     values ($1, $2, $3, 'settling', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (terminal_id, batch_number) do update
       set balanced = excluded.balanced, host_debit_minor = excluded.host_debit_minor, host_debit_count = excluded.host_debit_count,
           host_credit_minor = excluded.host_credit_minor, host_credit_count = excluded.host_credit_count,
           terminal_debit_minor = excluded.terminal_debit_minor, terminal_debit_count = excluded.terminal_debit_count,
           terminal_credit_minor = excluded.terminal_credit_minor, terminal_credit_count = excluded.terminal_credit_count`,
    [
      batch.terminalId,
      batch.batchNumber,
      batch.merchantId,
      batch.balanced,
      batch.host.debitMinor,
      batch.host.debitCount,
      batch.host.creditMinor,
      batch.host.creditCount,
      batch.terminal.debitMinor,
      batch.terminal.debitCount,
      batch.terminal.creditMinor,
      batch.terminal.creditCount,
      batch.at,
    ],
    'acquirer.beginSettlement',
  )
}

export interface UploadedRecord {
  readonly stan: number
  readonly panHash: Buffer
  readonly maskedPan: string
  readonly amountMinor: bigint
}

/** Stores uploaded records; a packet that is sent again changes nothing. Returns how many the batch holds. */
export async function storeUpload(
  tx: Transaction,
  terminalId: string,
  batchNumber: number,
  records: readonly UploadedRecord[],
): Promise<number> {
  await tx.query(
    `insert into acquirer.batch_record (terminal_id, batch_number, stan, pan_hash, masked_pan, amount_minor)
     select $1, $2, * from unnest($3::int[], $4::bytea[], $5::text[], $6::bigint[])
     on conflict (terminal_id, batch_number, stan) do nothing`,
    [
      terminalId,
      batchNumber,
      records.map((r) => r.stan),
      records.map((r) => r.panHash),
      records.map((r) => r.maskedPan),
      records.map((r) => r.amountMinor),
    ],
    'acquirer.storeUpload',
  )
  const rows = await tx.query<{ count: bigint }>(
    `update acquirer.batch set uploaded_count =
            (select count(*) from acquirer.batch_record r where r.terminal_id = $1 and r.batch_number = $2)
      where terminal_id = $1 and batch_number = $2 returning uploaded_count::bigint as count`,
    [terminalId, batchNumber],
    'acquirer.countUpload',
  )
  return Number(rows[0]?.count ?? 0n)
}

export interface SettlementDifference {
  readonly stan: number | null
  readonly difference: 'terminalOnly' | 'hostOnly' | 'amountDiffers' | 'totalsDiffer'
  readonly terminalMinor: bigint | null
  readonly hostMinor: bigint | null
}

/** Compares the uploaded records with the journal, trace by trace. */
export async function compareUpload(
  tx: Transaction,
  terminalId: string,
  batchNumber: number,
): Promise<SettlementDifference[]> {
  return tx.query<SettlementDifference>(
    `select coalesce(u.stan, p.stan) as stan, u.amount_minor as "terminalMinor", p.amount_minor as "hostMinor",
            case when p.stan is null then 'terminalOnly' when u.stan is null then 'hostOnly' else 'amountDiffers' end as difference
       from (select stan, amount_minor, pan_hash from acquirer.batch_record where terminal_id = $1 and batch_number = $2) u
       full join (select stan, amount_minor, pan_hash from acquirer.payment
                   where terminal_id = $1 and batch_number = $2 and kind = any($3) and state = any($4)) p using (stan)
      where u.stan is null or p.stan is null or u.amount_minor <> p.amount_minor or u.pan_hash <> p.pan_hash
      order by 1`,
    [terminalId, batchNumber, [...debitKinds, ...creditKinds], countingStates],
    'acquirer.compareUpload',
  )
}

/** Closes the batch, opens the next one, and puts every difference on somebody's desk. */
export async function closeBatch(
  tx: Transaction,
  batch: {
    terminalId: string
    batchNumber: number
    at: Date
    differences: readonly (SettlementDifference & { caseId: string })[]
  },
): Promise<void> {
  const { terminalId, batchNumber, at, differences } = batch
  await tx.query(
    `update acquirer.batch set state = 'closed', closed_at = $3 where terminal_id = $1 and batch_number = $2`,
    [terminalId, batchNumber, at],
    'acquirer.closeBatch',
  )
  await tx.query(
    `update acquirer.terminal set batch_number = case when batch_number = 999999 then 1 else batch_number + 1 end,
            batch_settling = false, last_seen_at = $2
      where terminal_id = $1`,
    [terminalId, at],
    'acquirer.openNextBatch',
  )
  if (differences.length === 0) return
  await tx.query(
    `insert into acquirer.settlement_case (case_id, terminal_id, batch_number, stan, difference, terminal_minor, host_minor, opened_at)
     select c.case_id, $1, $2, c.stan, c.difference, c.terminal_minor, c.host_minor, $3
       from unnest($4::uuid[], $5::int[], $6::text[], $7::bigint[], $8::bigint[]) as c(case_id, stan, difference, terminal_minor, host_minor)`,
    [
      terminalId,
      batchNumber,
      at,
      differences.map((d) => d.caseId),
      differences.map((d) => d.stan),
      differences.map((d) => d.difference),
      differences.map((d) => d.terminalMinor),
      differences.map((d) => d.hostMinor),
    ],
    'acquirer.openSettlementCases',
  )
}
