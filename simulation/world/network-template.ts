// What every seed begins with, made once for all of them: keys, merchants, terminals with their journals after the first start,
// and cards. The rows are those that the product's own seeding writes; the conformance test puts them into PostgreSQL as well.

import { assert } from '@shua/assert'
import { maskPan, Sensitive } from '@shua/card-data'
import { createIssuer } from '@shua/issuer'
import { cardholderAccount, custodyAccount } from '@shua/ledger'
import { shardOf, terminalProfiles, type TerminalProfileName } from '@shua/scheme'
import { SoftwareSecurityModule, type KeyBlock } from '@shua/security-module'
import { createTerminal, emptyState, ModuleCardVault, ProfilePinPad, type TerminalState } from '@shua/terminal-core'
import { seededRandom } from '../../packages/testkit/src/seeded-random.ts'
import { pinOffsetParameters } from '../../services/issuer/src/card/card-cryptography.ts'
import { emptyTables, primaryKeys, type RowTypes, type TableName, type Tables } from '../memory/tables.ts'
import { MemoryJournal } from './memory-journal.ts'
import { rememberPasswordHashes } from './quick-passwords.ts'

export const issuerId = '01020000'
export const acquirerId = '48020000'
export const issuerBin = '622588'
export const cardPin = new Sensitive('123456')
const programmeId = 'mall'
const createdAt = new Date(Date.UTC(2026, 6, 31, 2))
const uuid = (kind: number, index: number): string =>
  `019f${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`

export interface SimulatedCard {
  readonly track2: string
  readonly maskedPan: string
}

export interface SimulatedTerminal {
  readonly terminalId: string
  readonly merchantId: string
  readonly profile: TerminalProfileName
  readonly masterKey: string
  readonly state: TerminalState
}

export interface NetworkKeys {
  readonly panHash: KeyBlock
  readonly panSeal: KeyBlock
  readonly zonePin: KeyBlock
  readonly pinVerification: KeyBlock
  readonly cardVerification: KeyBlock
}

export interface NetworkTemplate {
  readonly securityModule: SoftwareSecurityModule
  readonly keys: NetworkKeys
  readonly tables: Tables
  readonly terminals: readonly SimulatedTerminal[]
  readonly cards: readonly SimulatedCard[]
  /** From now on the module draws its randomness from here. */
  drawFrom(random: (size: number) => Buffer): void
}

const profiles: readonly TerminalProfileName[] = ['pos-3des', 'pos-3des', 'pos-sm4', 'pos-3des']
const balances = [1_000_000n, 60_000n, 4_000n, 250_000n]

export async function createTemplate(): Promise<NetworkTemplate> {
  rememberPasswordHashes()
  const fixed = seededRandom(20_260_801)
  let random = (size: number): Buffer => fixed.bytes(size)
  const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(fixed.bytes(32)), (size) => random(size))
  const keys: NetworkKeys = {
    panHash: securityModule.generateKey({ usage: 'panHash', algorithm: 'aes256' }),
    panSeal: securityModule.generateKey({ usage: 'dataEncryption', algorithm: 'aes256' }),
    zonePin: securityModule.generateKey({ usage: 'pin', algorithm: 'tdes2' }),
    pinVerification: securityModule.generateKey({ usage: 'pinOffset', algorithm: 'tdes2' }),
    cardVerification: securityModule.generateKey({ usage: 'cardVerification', algorithm: 'tdes2' }),
  }
  const tables = emptyTables()
  const parts = { securityModule, keys, tables, fixed }
  addMerchants(tables)
  const terminals: SimulatedTerminal[] = []
  for (const [index, profile] of profiles.entries()) terminals.push(await addTerminal(parts, index, profile))
  const cards = addCards(parts)
  return { securityModule, keys, tables, terminals, cards, drawFrom: (source) => (random = source) }
}

interface Parts {
  readonly securityModule: SoftwareSecurityModule
  readonly keys: NetworkKeys
  readonly tables: Tables
  readonly fixed: ReturnType<typeof seededRandom>
}

function add<Name extends TableName>(tables: Tables, name: Name, row: RowTypes[Name]): void {
  const table = tables[name] as Map<string, RowTypes[Name]>
  table.set(primaryKeys[name](row), row)
}

const merchantIds = ['898110015411234', '898310058121001'] as const

function addMerchants(tables: Tables): void {
  for (const [index, merchantId] of merchantIds.entries()) {
    add(tables, 'merchant', {
      merchant_id: merchantId,
      name: `商户${index + 1}`,
      name_en: `Merchant ${index + 1}`,
      category: '5311',
      city: '北京',
      state: 'active',
      single_limit_minor: null,
      daily_limit_minor: null,
      monthly_limit_minor: null,
      created_at: createdAt,
      session_version: 1n,
    })
  }
}

async function addTerminal(parts: Parts, index: number, profile: TerminalProfileName): Promise<SimulatedTerminal> {
  const { securityModule, tables, fixed } = parts
  const terminalId = `2000000${index + 1}`
  const merchantId = merchantIds[index < 2 ? 0 : 1]
  const key = new Sensitive(Buffer.from(fixed.bytes(16).map(withOddParity)))
  const { algorithm } = terminalProfiles[profile].keySet
  add(tables, 'terminal', {
    terminal_id: terminalId,
    merchant_id: merchantId,
    state: 'active',
    profile,
    place: '',
    licence_serial: null,
    forbidden_kinds: [],
    single_limit_minor: null,
    daily_limit_minor: null,
    monthly_limit_minor: null,
    master_key: securityModule.importKey({ usage: 'terminalMaster', algorithm, key: copyOf(key) }),
    pin_key: null,
    mac_key: null,
    track_key: null,
    keys_issued_at: null,
    signed_on: false,
    batch_number: 1,
    batch_settling: false,
    operator: null,
    last_seen_at: null,
    processing_requirement: '0',
    session_version: 1n,
  })
  const journal = new MemoryJournal(emptyState({ terminalId, merchantId, language: 'en' }))
  const terminal = await createTerminal({
    configuration: { terminalId, merchantId, merchantName: 'Simulation', profile: terminalProfiles[profile] },
    drivers: {
      clock: { now: () => createdAt, monotonicNs: () => 0n },
      link: { send: () => Promise.reject(new Error('the first start sends nothing')), state: 'unknown' },
      pinPad: new ProfilePinPad(securityModule, terminalProfiles[profile]),
      vault: new ModuleCardVault(securityModule),
      printer: { print: () => Promise.resolve('printed') },
      journal,
      random: (size) => fixed.bytes(size),
    },
    masterKey: copyOf(key),
  })
  await terminal.start('01')
  return { terminalId, merchantId, profile, masterKey: key.reveal().toString('hex'), state: journal.state }
}

function copyOf(key: Sensitive<Buffer>): Sensitive<Buffer> {
  return new Sensitive(Buffer.from(key.reveal()))
}

function withOddParity(byte: number): number {
  const ones = (byte >> 1).toString(2).replaceAll('0', '').length
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0)
}

function addCards({ securityModule, keys, tables, fixed }: Parts): SimulatedCard[] {
  const issuer = createIssuer({ issuerId, securityModule, keys })
  add(tables, 'programme', {
    programme_id: programmeId,
    name: '储值卡',
    bin: issuerBin,
    currency: 'CNY',
    kinds_allowed: null,
    merchants_allowed: null,
    categories_allowed: null,
    single_limit_minor: null,
    daily_limit_minor: null,
    daily_count_max: null,
    monthly_limit_minor: null,
    pin_tries_max: 3,
    completion_percent_max: 115,
    hold_days: 2,
    cvv_position: null,
    stripe_fallback_allowed: false,
    cvv_key: keys.cardVerification,
    pin_key: keys.pinVerification,
    created_at: createdAt,
    version: 1n,
  })
  const custody = custodyAccount(programmeId)
  add(tables, 'ledgerAccount', { account_id: custody, currency: 'CNY', normal_side: 'debit', opened_at: createdAt })
  const below = (limit: number): number => fixed.integer(limit)
  return balances.flatMap((balance, index) => {
    const accountId = uuid(1, index + 1)
    const first = issuer.choosePan({ bin: issuerBin, length: 16 }, below)
    const shard = shardOf(securityModule.hashPan({ key: keys.panHash, pan: first }))
    // Two cards of one account stand for a couple that pays at two terminals at once.
    const pans = index === 0 ? [first, issuer.choosePan({ bin: issuerBin, length: 16, shard }, below)] : [first]
    addAccount(tables, { accountId, shard, balance, custody, index })
    return pans.map((pan) => addCard({ securityModule, keys, tables, pan, accountId, shard }))
  })
}

function addAccount(
  tables: Tables,
  o: { accountId: string; shard: number; balance: bigint; custody: string; index: number },
): void {
  const { accountId, shard, balance, custody, index } = o
  const holder = cardholderAccount(accountId)
  add(tables, 'account', {
    shard,
    account_id: accountId,
    programme_id: programmeId,
    currency: 'CNY',
    status: 'open',
    posted_minor: balance,
    held_minor: 0n,
    authorization_sequence: 0n,
    created_at: createdAt,
  })
  add(tables, 'ledgerAccount', { account_id: holder, currency: 'CNY', normal_side: 'credit', opened_at: createdAt })
  add(tables, 'transfer', {
    shard,
    transfer_id: uuid(3, index + 1),
    payment_id: uuid(2, index + 1),
    debit_account: custody,
    credit_account: holder,
    amount_minor: balance,
    currency: 'CNY',
    kind: 'load',
    business_date: '2026-07-31',
    created_at: createdAt,
  })
}

function addCard(
  o: Pick<Parts, 'securityModule' | 'keys' | 'tables'> & {
    readonly pan: Sensitive<string>
    readonly accountId: string
    readonly shard: number
  },
): SimulatedCard {
  const { securityModule, keys, pan } = o
  const digits = pan.reveal()
  const panHash = securityModule.hashPan({ key: keys.panHash, pan })
  assert(shardOf(panHash) === o.shard, 'the cards of an account fall into one shard')
  add(o.tables, 'card', {
    shard: o.shard,
    pan_hash: panHash,
    account_id: o.accountId,
    masked_pan: maskPan(digits),
    sealed_pan: securityModule.seal({ key: keys.panSeal, value: pan, context: 'issuer.card.pan' }),
    holder_name: null,
    expiry: '3012',
    service_code: '120',
    chip: false,
    state: 'active',
    state_changed_at: createdAt,
    requires_pin: true,
    pin_offset: securityModule.pinOffset({
      key: keys.pinVerification,
      pin: cardPin,
      pan,
      parameters: pinOffsetParameters(pan),
    }),
    pin_tries: 0,
    single_limit_minor: null,
    daily_limit_minor: null,
    daily_count_max: null,
    monthly_limit_minor: null,
    day: null,
    day_spent_minor: 0n,
    day_count: 0,
    month_spent_minor: 0n,
    created_at: createdAt,
  })
  return { track2: `${digits}D30121200000000000`, maskedPan: maskPan(digits) }
}
