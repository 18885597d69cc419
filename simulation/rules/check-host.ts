// The money rules over the committed rows, asked after every step that committed something: design §4 rules 1, 2, 3, 5, 6 and 7.
// They follow the product's own checks (issuer's check-money-rules.ts, tests/harness/check-books.ts) and share no code with what
// they check.

import type { AuthorizationRow, PaymentRow } from '../memory/rows.ts'
import type { Tables } from '../memory/tables.ts'
import type { Violation } from '../world/virtual-world.ts'

const stands = new Set(['approved', 'voided', 'completed'])
const issuerStands = new Set(['approved', 'voided', 'completed', 'refunded', 'expired'])
const takes = new Set(['purchase', 'completion', 'completionAdvice'])
const gives = new Set(['void', 'refund', 'completionVoid'])

/** Sums that one pass over the transfers gives. */
interface LedgerSums {
  readonly byAccount: Map<string, bigint>
  /** What each payment moved to (or from) merchants. */
  readonly byPayment: Map<string, bigint>
}

export function checkHost(tables: Tables): Violation[] {
  const violations: Violation[] = []
  const broken = (rule: string, what: string): void => void violations.push({ rule, what })
  const sums = sumLedger(tables, broken)
  checkBalances(tables, sums, broken)
  checkTraces(tables, broken)
  checkReversals(tables, sums, broken)
  checkBooks(tables, sums, broken)
  checkOriginals(tables, broken)
  return violations
}

type Broken = (rule: string, what: string) => void

function add<Key>(sums: Map<Key, bigint>, key: Key, change: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + change)
}

function sumLedger(tables: Tables, broken: Broken): LedgerSums {
  const sums: LedgerSums = { byAccount: new Map(), byPayment: new Map() }
  for (const row of tables.transfer.values()) {
    if (row.amount_minor <= 0n || row.debit_account === row.credit_account) {
      broken('1', `transfer ${row.transfer_id} is not whole`)
    }
    for (const [account, change] of [
      [row.credit_account, row.amount_minor],
      [row.debit_account, -row.amount_minor],
    ] as const) {
      add(sums.byAccount, account, change)
      if (account.startsWith('merchant:')) add(sums.byPayment, row.payment_id, change)
      if (!tables.ledgerAccount.has(`${account}/${row.currency}`)) broken('1', `account ${account} was never opened`)
    }
  }
  let total = 0n
  for (const change of sums.byAccount.values()) total += change
  if (total !== 0n) broken('1', `the ledger sums to ${total}`)
  return sums
}

function checkBalances(tables: Tables, { byAccount }: LedgerSums, broken: Broken): void {
  const held = new Map<string, bigint>()
  for (const row of tables.authorization.values()) {
    if (row.kind === 'preAuthorization' && row.state === 'approved') add(held, row.account_id, row.hold_minor)
  }
  for (const { account_id: id, posted_minor: posted, held_minor: minor } of tables.account.values()) {
    if (posted < 0n || minor < 0n || posted < minor) broken('2', `account ${id} has ${posted} posted and ${minor} held`)
    const entries = byAccount.get(`cardholder:${id}`) ?? 0n
    if (posted !== entries) broken('2', `account ${id} has ${posted} posted, its entries sum to ${entries}`)
    const holds = held.get(id) ?? 0n
    if (minor !== holds) broken('2', `account ${id} has ${minor} held, its holds sum to ${holds}`)
  }
}

/** One trace and kind has at most one effect, at the acquirer and at the issuer. */
function checkTraces(tables: Tables, broken: Broken): void {
  const seen = new Set<string>()
  for (const row of tables.payment.values()) {
    const key = `${row.terminal_id}/${row.batch_number}/${row.stan}`
    if (seen.has(key)) broken('3', `trace ${key} has two payments at the acquirer`)
    seen.add(key)
  }
  const effects = new Set<string>()
  for (const row of tables.authorization.values()) {
    if (row.kind === 'reversal' || row.kind === 'unknown' || row.state === 'declined') continue
    const key = `${row.terminal_id}/${Number(row.batch_number)}/${Number(row.stan)}/${row.kind}`
    if (effects.has(key)) broken('3', `trace ${key} has two effects at the issuer`)
    effects.add(key)
  }
}

function checkReversals(tables: Tables, { byPayment }: LedgerSums, broken: Broken): void {
  const undone = new Map<string, bigint>()
  for (const row of tables.authorization.values()) {
    if (row.kind !== 'reversal' || row.state !== 'approved' || row.original_payment_id === null) continue
    add(undone, row.original_payment_id, byPayment.get(row.payment_id) ?? 0n)
    const original = tables.authorization.get(`${row.shard}/${row.original_payment_id}`)
    if (original !== undefined && original.state !== 'reversed') {
      broken('5', `payment ${original.payment_id} was reversed and is ${original.state}`)
    }
  }
  for (const row of tables.authorization.values()) {
    const moved = byPayment.get(row.payment_id) ?? 0n
    if (row.state === 'reversed' && moved + (undone.get(row.payment_id) ?? 0n) !== 0n) {
      broken('5', `payment ${row.payment_id} and its reversal leave ${moved + (undone.get(row.payment_id) ?? 0n)}`)
    }
    if ((row.state === 'declined' || row.state === 'barred') && moved !== 0n) {
      broken('5', `payment ${row.payment_id} is ${row.state} and moved ${moved}`)
    }
  }
  const reversed = new Set<string>()
  for (const row of tables.reversal.values()) {
    if (row.response_code === '00') reversed.add(`${row.terminal_id}/${row.batch_number}/${row.stan}`)
  }
  for (const row of tables.payment.values()) {
    const key = `${row.terminal_id}/${row.batch_number}/${row.stan}`
    if (stands.has(row.state) && reversed.has(key))
      broken('5', `trace ${key} was answered as reversed and is ${row.state}`)
  }
}

/** Acquirer, issuer and ledger write in one commit, so they agree after every one. */
function checkBooks(tables: Tables, { byAccount, byPayment }: LedgerSums, broken: Broken): void {
  const merchants = new Map<string, bigint>()
  for (const row of tables.payment.values()) {
    const found = tables.authorization.get(`${row.shard}/${row.payment_id}`)
    const name = `${row.kind} ${row.terminal_id}/${row.batch_number}/${row.stan}`
    if (stands.has(row.state) !== (found !== undefined && issuerStands.has(found.state))) {
      broken('6', `${name} is ${row.state} at the acquirer and ${found?.state ?? 'unknown'} at the issuer`)
    }
    if (!stands.has(row.state)) continue
    const change = takes.has(row.kind) ? row.amount_minor : gives.has(row.kind) ? -row.amount_minor : 0n
    add(merchants, `merchant:${row.merchant_id}`, change)
    const moved = byPayment.get(row.payment_id) ?? 0n
    if (moved !== change) broken('6', `${name} moves ${change} at the acquirer and ${moved} in the ledger`)
  }
  for (const [account, sum] of byAccount) {
    if (!account.startsWith('merchant:')) continue
    const journal = merchants.get(account) ?? 0n
    if (journal !== sum) broken('6', `${account} has ${journal} in the journal and ${sum} in the ledger`)
  }
}

function checkOriginals(tables: Tables, broken: Broken): void {
  checkFollowers('acquirer', [...tables.payment.values()], stands, broken)
  checkFollowers('issuer', [...tables.authorization.values()], issuerStands, broken)
  const completed = new Map<string, bigint>()
  for (const row of tables.authorization.values()) {
    const completion = row.kind === 'completion' || row.kind === 'completionAdvice'
    if (completion && row.state === 'approved' && row.original_payment_id !== null) {
      add(completed, row.original_payment_id, row.amount_minor)
    }
  }
  for (const row of tables.authorization.values()) {
    const sum = completed.get(row.payment_id)
    if (sum === undefined) continue
    const account = tables.account.get(`${row.shard}/${row.account_id}`)
    const percent = tables.programme.get(account?.programme_id ?? '')?.completion_percent_max ?? 100
    if (sum * 100n > row.amount_minor * BigInt(percent)) {
      broken('7', `completions of ${sum} stand on an authorization of ${row.amount_minor}`)
    }
  }
}

function checkFollowers(
  where: string,
  rows: readonly (PaymentRow | AuthorizationRow)[],
  standing: ReadonlySet<string>,
  broken: Broken,
): void {
  const refunded = new Map<string, bigint>()
  for (const { kind, state, original_payment_id: original, amount_minor: minor } of rows) {
    if (kind === 'refund' && standing.has(state) && original !== null) add(refunded, original, minor)
  }
  for (const row of rows) {
    const sum = refunded.get(row.payment_id) ?? 0n
    if (sum > row.amount_minor) broken('7', `${where}: refunds of ${sum} stand on a payment of ${row.amount_minor}`)
    if (sum !== row.refunded_minor) {
      broken('7', `${where}: refunds of ${sum} stand on a payment that counts ${row.refunded_minor}`)
    }
  }
}
