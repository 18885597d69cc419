import { ledgerMigrations } from '@shua/ledger-store'
import { migrate, type Database } from '@shua/postgres'
import { createTestDatabase } from '@shua/testkit'
import { expect, it } from 'vitest'
import { issuerMigrations } from './issuer-migrations.ts'
import { nextPaymentId } from './testing/build-facts.ts'

const accountId = '0197a000-0000-7000-8000-00000000a001'
const used = Buffer.alloc(32, 1)
const unused = Buffer.alloc(32, 2)

async function insertCard(database: Database, panHash: Buffer, day: string | null): Promise<void> {
  await database.query(
    `insert into issuer.card (shard, pan_hash, account_id, masked_pan, sealed_pan, expiry, service_code, chip, state,
       state_changed_at, requires_pin, day, created_at)
     values (7, $1, $2, '622588******0001', '', '3012', '201', false, 'active', now(), false, $3, now())`,
    [panHash, accountId, day],
  )
}

async function insertPayment(
  database: Database,
  [kind, state, amountMinor, businessDate]: readonly [string, string, bigint, string],
): Promise<void> {
  await database.query(
    `insert into issuer.authorization (shard, payment_id, account_id, pan_hash, kind, state, reason, amount_minor, currency,
       business_date, requested_at, merchant_id, terminal_id, batch_number, stan, rrn, entry_method)
     values (7, $1, $2, $3, $4, $5, $6, $7, 'CNY', $8, now(), '', '', '', '', '', 'stripe')`,
    [
      nextPaymentId(),
      accountId,
      used,
      kind,
      state,
      state === 'declined' ? 'insufficientFunds' : null,
      amountMinor,
      businessDate,
    ],
  )
}

it('cards in use begin with what stands of their month', async () => {
  const all = await issuerMigrations()
  const before = { ...all, migrations: all.migrations.filter(({ version }) => version < 3) }
  const test = await createTestDatabase([await ledgerMigrations(), before])
  const { database } = test
  await database.query(
    `insert into issuer.programme (programme_id, name, bin, currency, pin_tries_max, completion_percent_max, hold_days,
       stripe_fallback_allowed, cvv_key, pin_key, created_at)
     values ('gift', 'Gift', '622588', 'CNY', 3, 115, 30, false, '', '', now())`,
  )
  await database.query(
    `insert into issuer.account (shard, account_id, programme_id, currency, status, posted_minor, held_minor, created_at)
     values (7, $1, 'gift', 'CNY', 'open', 0, 0, now())`,
    [accountId],
  )
  await insertCard(database, used, '2026-08-20')
  await insertCard(database, unused, null)
  for (const payment of [
    ['purchase', 'approved', 1n, '2026-08-01'],
    ['preAuthorization', 'completed', 10n, '2026-08-19'],
    ['preAuthorization', 'expired', 100n, '2026-08-20'],
    // None of these counts.
    ['purchase', 'approved', 1_000n, '2026-07-31'],
    ['purchase', 'voided', 1_000n, '2026-08-02'],
    ['purchase', 'reversed', 1_000n, '2026-08-03'],
    ['purchase', 'declined', 1_000n, '2026-08-04'],
    ['completion', 'approved', 1_000n, '2026-08-20'],
    ['refund', 'approved', 1_000n, '2026-08-20'],
  ] as const)
    await insertPayment(database, payment)
  await migrate(database, [all])
  const rows = await database.query('select pan_hash, month_spent_minor from issuer.card order by pan_hash')
  expect(rows).toEqual([
    { pan_hash: used, month_spent_minor: 111n },
    { pan_hash: unused, month_spent_minor: 0n },
  ])
  await test.drop()
})
