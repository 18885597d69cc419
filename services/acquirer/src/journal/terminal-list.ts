// Terminals and merchants as the console shows them, and how they come to be.

import type { Database, Queryable } from '@shua/postgres'

export interface ListedTerminal {
  readonly terminalId: string
  readonly merchantId: string
  readonly merchantName: string
  readonly place: string
  readonly profile: string
  readonly signedOn: boolean
  readonly batchNumber: number
  readonly lastSeenAt: Date | null
}

export async function listTerminals(database: Database): Promise<ListedTerminal[]> {
  return database.query<ListedTerminal>(
    `select t.terminal_id as "terminalId", t.merchant_id as "merchantId", m.name as "merchantName", t.place, t.profile,
            t.signed_on as "signedOn", t.batch_number as "batchNumber", t.last_seen_at as "lastSeenAt"
       from acquirer.terminal t join acquirer.merchant m using (merchant_id) order by t.terminal_id`,
  )
}

export interface NewMerchant {
  readonly merchantId: string
  readonly name: string
  readonly nameEn: string
  readonly category: string
  readonly city: string
  readonly state: 'active' | 'suspended' | 'closed'
  /** What is left out is no limit. */
  readonly singleLimitMinor?: bigint | null
  readonly dailyLimitMinor?: bigint | null
  readonly monthlyLimitMinor?: bigint | null
}

export async function registerMerchant(database: Queryable, merchant: NewMerchant, at: Date): Promise<void> {
  await database.query(
    `insert into acquirer.merchant (merchant_id, name, name_en, category, city, state, created_at, single_limit_minor,
            daily_limit_minor, monthly_limit_minor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      merchant.merchantId,
      merchant.name,
      merchant.nameEn,
      merchant.category,
      merchant.city,
      merchant.state,
      at,
      merchant.singleLimitMinor ?? null,
      merchant.dailyLimitMinor ?? null,
      merchant.monthlyLimitMinor ?? null,
    ],
  )
}

export interface NewTerminal {
  readonly terminalId: string
  readonly merchantId: string
  readonly state: 'active' | 'suspended' | 'withdrawn'
  readonly profile: string
  readonly place: string
  readonly licenceSerial: string | null
  readonly masterKey: string
  readonly batchNumber: number
  readonly forbiddenKinds: readonly string[]
  /** What is left out is no limit. */
  readonly singleLimitMinor?: bigint | null
  readonly dailyLimitMinor?: bigint | null
  readonly monthlyLimitMinor?: bigint | null
}

export async function registerTerminal(database: Queryable, terminal: NewTerminal): Promise<void> {
  await database.query(
    `insert into acquirer.terminal (terminal_id, merchant_id, state, profile, place, licence_serial, master_key, batch_number,
            forbidden_kinds, single_limit_minor, daily_limit_minor, monthly_limit_minor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      terminal.terminalId,
      terminal.merchantId,
      terminal.state,
      terminal.profile,
      terminal.place,
      terminal.licenceSerial,
      terminal.masterKey,
      terminal.batchNumber,
      terminal.forbiddenKinds,
      terminal.singleLimitMinor ?? null,
      terminal.dailyLimitMinor ?? null,
      terminal.monthlyLimitMinor ?? null,
    ],
  )
}

/** The key blocks a terminal works with, by name: TMK, and what the last sign-on gave. */
export async function terminalKeys(
  database: Database,
  terminalId: string,
): Promise<{ name: string; keyBlock: string }[]> {
  return database.query<{ name: string; keyBlock: string }>(
    `select key.name, key.block as "keyBlock" from acquirer.terminal t,
            lateral (values ('TMK', t.master_key), ('PIK', t.pin_key), ('MAK', t.mac_key), ('TDK', t.track_key)) as key(name, block)
      where t.terminal_id = $1 and key.block is not null`,
    [terminalId],
  )
}
