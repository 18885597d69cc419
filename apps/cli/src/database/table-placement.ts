// Where each table lives on a Citus cluster (docs/decisions/0007-processes-and-distribution.md). A table with `shard` in its key is
// distributed by it unless it is named here; a table without one must be named here, so that a new table is thought about once.

export type Placement = 'distributed' | 'reference' | 'local'

export interface Placed {
  readonly placement: Placement
  readonly why: string
}

const small = (why: string): Placed => ({ placement: 'reference', why })
const coordinator = (why: string): Placed => ({ placement: 'local', why })

export const shardWhy = 'its rows belong to a card or its account; the shard of the card is the first column of the key'

export const placements: Readonly<Record<string, Placed>> = {
  'acquirer.merchant': small('joined by lists of payments, referenced by terminals; seldom written'),
  'acquirer.shop': small('referenced by terminals and joined by clearing; seldom written'),
  'acquirer.terminal': small('referenced and joined by clearing; written at sign-on and settlement, not by payments'),
  'acquirer.terminal_shop': small('clearing joins it with payments of every shard; written when a terminal moves'),
  'acquirer.stop_list': small('asked for every payment of every shard; seldom written'),
  'acquirer.reversal': small(
    'a reversal carries no card: every payment of every shard asks whether its trace is in it',
  ),
  'acquirer.limit_counter': small(
    'payments of every shard read it; written by those of terminals and merchants that have a daily or monthly limit',
  ),
  'issuer.programme': small('joined with accounts of every shard and referenced by them; seldom written'),
  'ledger.account': small('names the accounts of transfers of every shard; written when an account is opened'),

  'acquirer.batch': coordinator('one row for each settlement of a terminal, never read together with a card'),
  'acquirer.batch_record': coordinator('an upload of one terminal, compared with the journal at the end of its batch'),
  'acquirer.settlement_case': coordinator('work for people, a few rows a day'),
  'acquirer.payment_trace': coordinator(
    'evidence for the X-ray, kept for a part of the payments, found by terminal and trace',
  ),
  'settlement.run': coordinator('one row for each pass of clearing'),
  'settlement.run_shard': coordinator('the job list of clearing: 64 rows for each pass, locked with `skip locked`'),
  'settlement.position_line': coordinator('sums of a day, read by reports'),
  'server.network_key': coordinator('read once by each process at its start'),
  'server.seed': coordinator('read once by each process at its start'),
  'shua.migration': coordinator('read by each process at its start and by its readiness check'),
}
