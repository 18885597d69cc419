// Terminals with their merchant: the session a request is checked against. The only SQL over acquirer.terminal.

import { batchRows, type Queryable, type Transaction } from '@shua/postgres'
import type { SessionLimits } from '../limits/limited-session.ts'

export interface TerminalSession extends SessionLimits {
  readonly merchantName: string
  readonly merchantCategory: string
  readonly merchantState: 'active' | 'suspended' | 'closed'
  readonly state: 'active' | 'suspended' | 'withdrawn'
  readonly profile: string
  readonly licenceSerial: string | null
  readonly forbiddenKinds: readonly string[]
  readonly masterKey: string
  readonly pinKey: string | null
  readonly macKey: string | null
  readonly trackKey: string | null
  readonly keysIssuedAt: Date | null
  readonly signedOn: boolean
  readonly batchNumber: number
  readonly batchSettling: boolean
  readonly processingRequirement: string
  /** Of the terminal and of its merchant; they change with everything above. */
  readonly version: string
}

/** The terminals of these numbers, no number twice, in any order; unknown ones are absent. */
export async function findTerminals(database: Queryable, terminalIds: readonly string[]): Promise<TerminalSession[]> {
  return database.query<TerminalSession>(
    `select t.terminal_id as "terminalId", t.merchant_id as "merchantId", m.name as "merchantName",
            m.category as "merchantCategory", m.state as "merchantState", t.state, t.profile,
            t.licence_serial as "licenceSerial", t.forbidden_kinds as "forbiddenKinds",
            t.single_limit_minor as "singleLimitMinor", t.daily_limit_minor as "dailyLimitMinor",
            t.monthly_limit_minor as "monthlyLimitMinor", m.single_limit_minor as "merchantSingleLimitMinor",
            m.daily_limit_minor as "merchantDailyLimitMinor", m.monthly_limit_minor as "merchantMonthlyLimitMinor",
            t.master_key as "masterKey", t.pin_key as "pinKey",
            t.mac_key as "macKey", t.track_key as "trackKey", t.keys_issued_at as "keysIssuedAt",
            t.signed_on as "signedOn", t.batch_number as "batchNumber", t.batch_settling as "batchSettling",
            t.processing_requirement as "processingRequirement",
            t.session_version || '/' || m.session_version as "version"
       from ${batchRows(['$1::text[]'])} as wanted(terminal_id)
       join acquirer.terminal t using (terminal_id) join acquirer.merchant m using (merchant_id)`,
    [terminalIds],
    'acquirer.findTerminals',
  )
}

export interface SessionKeys {
  readonly pinKey: string
  readonly macKey: string
  readonly trackKey: string | null
}

/** Stores the keys of a sign-on; the batch stays as it is, for only settlement ends one. */
export async function signTerminalOn(
  database: Queryable,
  terminalId: string,
  session: SessionKeys & { licenceSerial: string | null; operator: string; at: Date },
): Promise<void> {
  await database.query(
    `update acquirer.terminal
        set pin_key = $2, mac_key = $3, track_key = $4, keys_issued_at = $5, signed_on = true, operator = $6,
            licence_serial = coalesce(licence_serial, $7), last_seen_at = $5, processing_requirement = '0'
      where terminal_id = $1`,
    [terminalId, session.pinKey, session.macKey, session.trackKey, session.at, session.operator, session.licenceSerial],
    'acquirer.signTerminalOn',
  )
}

export async function signTerminalOff(database: Queryable, terminalId: string, at: Date): Promise<void> {
  await database.query(
    `update acquirer.terminal
        set signed_on = false, pin_key = null, mac_key = null, track_key = null, last_seen_at = $2
      where terminal_id = $1`,
    [terminalId, at],
    'acquirer.signTerminalOff',
  )
}

export async function markTerminalSeen(database: Queryable, terminalId: string, at: Date): Promise<void> {
  await database.query(
    'update acquirer.terminal set last_seen_at = $2 where terminal_id = $1',
    [terminalId, at],
    'acquirer.markTerminalSeen',
  )
}

/**
 * Serialises the terminals of a batch across all processes: one transaction in flight per terminal, and after them per merchant
 * that counts for a limit (`countingMerchants`). The locks end with the database transaction; they are taken in one order, so two
 * batches never wait for each other in a circle.
 */
export async function lockTerminals(
  tx: Transaction,
  terminalIds: readonly string[],
  merchantIds: readonly string[] = [],
): Promise<void> {
  if (merchantIds.length > 0) {
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended(name, 0))
         from (select 1 as place, terminal_id as name from unnest($1::text[]) as t(terminal_id)
               union select 2, 'merchant ' || merchant_id from unnest($2::text[]) as m(merchant_id)
                order by place, name) as ordered`,
      [terminalIds, merchantIds],
      'acquirer.lockTerminalsAndMerchants',
    )
    return
  }
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(terminal_id, 0))
       from (select distinct terminal_id from unnest($1::text[]) as t(terminal_id) order by terminal_id) as ordered`,
    [terminalIds],
    'acquirer.lockTerminals',
  )
}
