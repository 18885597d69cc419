// A whole issuer for tests: a real database of its own, the software security module, one programme, and cards with PIN
// 123456 made on demand. Requests go through the issuer's real interface, each batch in its own database transaction.

import { parsePan, Sensitive } from '@shua/card-data'
import { ledgerMigrations } from '@shua/ledger-store'
import { money } from '@shua/money'
import type { Database } from '@shua/postgres'
import type { PaymentAnswer, PaymentRequest } from '@shua/scheme'
import { SoftwareSecurityModule, type KeyBlock } from '@shua/security-module'
import { createTestDatabase, seededRandom } from '@shua/testkit'
import type { CardToIssue } from '../card/issue-cards.ts'
import { createIssuer, type IssuerRole } from '../issuer.ts'
import { issuerMigrations } from '../issuer-migrations.ts'
import { createProgramme, type ProgrammeToCreate } from '../programme/create-programme.ts'
import { buildRequest, businessDate, nextPaymentId } from './build-facts.ts'

export const testPin = new Sensitive('123456')
const at = new Date('2026-08-01T04:00:00Z')
const bin = '622588'

export interface TestCard {
  readonly accountId: string
  readonly pan: Sensitive<string>
}

export interface TestIssuer {
  readonly database: Database
  readonly issuer: IssuerRole
  readonly securityModule: SoftwareSecurityModule
  readonly keys: { readonly zonePin: KeyBlock; readonly cvv: KeyBlock; readonly pin: KeyBlock }
  /** An account with one card; a card without a PIN unless `changes` gives one. */
  newCard(balanceMinor: bigint, changes?: Partial<CardToIssue>): Promise<TestCard>
  /** Adds the card's data to a request. */
  request(card: TestCard, changes: Partial<PaymentRequest>): PaymentRequest
  pinOf(card: TestCard, pin?: Sensitive<string>): PaymentRequest['pin']
  /** One batch in one transaction. */
  authorize(...requests: PaymentRequest[]): Promise<PaymentAnswer[]>
  /** `approved`, `unknown`, or the reason of a decline. */
  outcome(request: PaymentRequest): Promise<string>
  balance(card: TestCard): Promise<{ posted: bigint; held: bigint }>
  drop(): Promise<void>
}

export async function createTestIssuer(programme: Partial<ProgrammeToCreate> = {}): Promise<TestIssuer> {
  const testDatabase = await createTestDatabase([await ledgerMigrations(), await issuerMigrations()])
  const { database } = testDatabase
  const random = seededRandom(1)
  const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(random.bytes(32)), (size) =>
    random.bytes(size),
  )
  const zonePin = securityModule.generateKey({ usage: 'pin', algorithm: 'tdes2' })
  const cvv = securityModule.generateKey({ usage: 'cardVerification', algorithm: 'tdes2' })
  const pin = securityModule.generateKey({ usage: 'pinOffset', algorithm: 'tdes2' })
  const panHash = securityModule.generateKey({ usage: 'panHash', algorithm: 'aes256' })
  const panSeal = securityModule.generateKey({ usage: 'dataEncryption', algorithm: 'aes256' })
  const issuer = createIssuer({ issuerId: '01020000', securityModule, keys: { panHash, panSeal } })
  const keys = { cardVerification: cvv, pinVerification: pin }
  const values = {
    programmeId: 'gift',
    name: 'Gift card',
    bin,
    currency: 'CNY',
    keys,
    createdAt: at,
    ...programme,
  } as const
  await database.inTransaction(async (tx) => await createProgramme(tx, values))

  const authorize = async (...requests: PaymentRequest[]): Promise<PaymentAnswer[]> => [
    ...(await database.inTransaction(async (tx) => await issuer.authorize(requests, tx))),
  ]
  return {
    database,
    issuer,
    securityModule,
    keys: { zonePin, cvv, pin },
    newCard: async (balanceMinor, changes = {}) => {
      const accountId = nextPaymentId()
      const pan = changes.pan ?? issuer.choosePan({ bin, length: 16 }, (below) => random.integer(below))
      const card = { pan, expiry: '3012', serviceCode: '201', chip: false, ...changes }
      const account = {
        accountId,
        programmeId: 'gift',
        initialBalance: money(balanceMinor, 'CNY'),
        loadPaymentId: nextPaymentId(),
      }
      const date = { businessDate, at }
      await database.inTransaction(async (tx) => await issuer.issueCards(tx, [{ ...account, cards: [card] }], date))
      return { accountId, pan }
    },
    request: ({ pan }, changes) => buildRequest({ ...changes, card: { ...buildRequest().card, pan, ...changes.card } }),
    pinOf: ({ pan }, pin = testPin) => {
      const block = securityModule.encryptPinBlock({ key: zonePin, format: 0, pin, pan })
      return { block: new Sensitive<Uint8Array>(block), format: 0, key: zonePin }
    },
    authorize,
    outcome: async (request) => {
      const [answer] = await authorize(request)
      return answer?.outcome === 'declined' ? answer.reason : (answer?.outcome ?? 'no answer')
    },
    balance: async ({ pan }) => {
      const card = await issuer.findCard(database, pan)
      return { posted: card?.posted.minorUnits ?? -1n, held: card?.held.minorUnits ?? -1n }
    },
    drop: async () => await testDatabase.drop(),
  }
}

export function pan(digits: string): Sensitive<string> {
  const parsed = parsePan(digits)
  if (!parsed) throw new Error('not a card number')
  return parsed
}
