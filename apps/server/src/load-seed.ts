// What a load run needs and nobody else: many terminals of a few merchants with a known master key, and many cards with a known
// PIN. Ids, numbers and tracks follow from an index, so that the generator (`shua load`) knows them without asking.
// The keys are public on purpose; this is never called for a network that holds real money.

import { registerMerchant, registerTerminal } from '@shua/acquirer'
import { assert } from '@shua/assert'
import { luhnCheckDigit, parsePan, Sensitive } from '@shua/card-data'
import { createProgramme, type AccountToIssue, type IssuerRole } from '@shua/issuer'
import type { Database, Transaction } from '@shua/postgres'
import { localTime, paymentIdAt } from '@shua/scheme'
import type { SecurityModule } from '@shua/security-module'
import { layBulkCards } from './bulk-cards.ts'
import { issuerBin } from './network.ts'
import type { NetworkKeys } from './network-keys.ts'

export const loadProfile = 'pos-3des'
export const loadPin = '123456'
/** Clear master key of every load terminal, hex. */
export const loadMasterKey = '0123456789ABCDEFFEDCBA9876543210'
export const loadTerminalsMax = 999_999

const programmeId = 'load'
const merchantCount = 16
const expiry = '3012'
const serviceCode = '201'
const discretionaryData = '1234567890123'
const cardsPerTransaction = 2_000
/** 10,000,000.00: no run spends it, so what is declined is a finding. */
const balanceMinor = 1_000_000_000n
const seedName = 'load'

/** Indexes begin at 0. */
export function loadTerminalId(index: number): string {
  assert(index >= 0 && index < loadTerminalsMax, 'a load terminal has an id of eight digits that begins with 2')
  return String(20_000_001 + index)
}

export function loadMerchantId(terminalIndex: number): string {
  return `8980000000${String(10_001 + (terminalIndex % merchantCount))}`
}

/** Sixteen digits; the 9 after the BIN keeps them apart from the demo's. */
export function loadPan(index: number): string {
  const body = `${issuerBin}9${String(index).padStart(8, '0')}`
  return body + luhnCheckDigit(body)!
}

export function loadTrack2(index: number): string {
  return `${loadPan(index)}D${expiry}${serviceCode}${discretionaryData}`
}

export interface LoadSeed {
  /** For millions of cards without a statement timeout, and with nothing else in it. */
  readonly database: Database
  readonly securityModule: SecurityModule
  readonly keys: NetworkKeys
  readonly issuer: IssuerRole
  readonly terminals: number
  readonly cards: number
  /**
   * How many of the cards can pay, those of the lowest indexes; the others only take their place in the tables. All when left
   * out: a card that can pay costs about ten times the others' time.
   */
  readonly payingCards?: number
  readonly now: Date
  readonly random: (size: number) => Buffer
}

/** Answers false when the database has load terminals and cards already; they are then as many as they were. */
export async function seedLoad(seed: LoadSeed): Promise<boolean> {
  const { database, cards, now } = seed
  const payingCards = Math.min(seed.payingCards ?? cards, cards)
  const isNew = await database.inTransaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7310)')
    const loaded = await tx.query('select 1 from server.seed where name = $1', [seedName])
    if (loaded.length > 0) return false
    await seedTerminals(tx, seed)
    await seedProgramme(tx, seed)
    await tx.query('insert into server.seed (name, loaded_at) values ($1, $2)', [seedName, now])
    return true
  })
  if (!isNew) return false
  const issue = (): Promise<void> => issueCards(seed, payingCards)
  if (payingCards < cards) await layBulkCards({ database, cards, issue })
  else await issue()
  // Without statistics the first seconds of a run would be planned for empty tables.
  for (const table of ['issuer.card', 'issuer.account', 'acquirer.terminal', 'ledger.account'])
    await database.query(`analyze ${table}`)
  return true
}

/** Two at a time: while the database writes one set, the keys of the next one are at work. */
async function issueCards(seed: LoadSeed, count: number): Promise<void> {
  const date = { businessDate: localTime(seed.now).isoDate, at: seed.now }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < count) {
      const first = next
      next = Math.min(first + cardsPerTransaction, count)
      const accounts = Array.from({ length: next - first }, (_, offset) => accountOf(seed, first + offset))
      await seed.database.inTransaction((tx) => seed.issuer.issueCards(tx, accounts, date))
    }
  }
  await Promise.all([work(), work()])
}

async function seedTerminals(tx: Transaction, { securityModule, terminals, now }: LoadSeed): Promise<void> {
  const key = new Sensitive(Buffer.from(loadMasterKey, 'hex'))
  const masterKey = securityModule.importKey({ usage: 'terminalMaster', algorithm: 'tdes2', key })
  for (let index = 0; index < Math.min(merchantCount, terminals); index++) {
    const merchantId = loadMerchantId(index)
    const name = `负载商户 ${index + 1}`
    await registerMerchant(
      tx,
      { merchantId, name, nameEn: `Load merchant ${index + 1}`, category: '5311', city: '北京', state: 'active' },
      now,
    )
  }
  for (let index = 0; index < terminals; index++) {
    await registerTerminal(tx, {
      terminalId: loadTerminalId(index),
      merchantId: loadMerchantId(index),
      state: 'active',
      profile: loadProfile,
      place: '负载',
      licenceSerial: null,
      masterKey,
      batchNumber: 1,
      forbiddenKinds: [],
      singleLimitMinor: null,
    })
  }
}

async function seedProgramme(tx: Transaction, { keys, now }: LoadSeed): Promise<void> {
  await createProgramme(tx, {
    programmeId,
    name: '负载卡',
    bin: `${issuerBin}9`,
    currency: 'CNY',
    keys: { cardVerification: keys.cardVerification, pinVerification: keys.pinVerification },
    createdAt: now,
  })
}

function accountOf({ now, random }: LoadSeed, index: number): AccountToIssue {
  const pan = parsePan(loadPan(index))
  assert(pan, 'a load card has a number')
  return {
    accountId: paymentIdAt(now, random(10)),
    programmeId,
    initialBalance: { minorUnits: balanceMinor, currency: 'CNY' },
    loadPaymentId: paymentIdAt(now, random(10)),
    cards: [{ pan, expiry, serviceCode, chip: false, pin: new Sensitive(loadPin), requiresPin: true }],
  }
}
