// Loads the demo: merchants, terminals, a card programme and the rack of cards. Everything in one database transaction, so a
// start that is interrupted leaves nothing half done; loaded once.

import { addToStopList, registerMerchant, registerTerminal } from '@shua/acquirer'
import { parsePan, Sensitive } from '@shua/card-data'
import { createProgramme, type IssuerRole } from '@shua/issuer'
import { assert } from '@shua/assert'
import type { Database, Transaction } from '@shua/postgres'
import { localTime, paymentIdAt, stopListEntry, terminalProfiles } from '@shua/scheme'
import type { SecurityModule } from '@shua/security-module'
import { issuerBin } from '../network.ts'
import type { NetworkKeys } from '../network-keys.ts'
import { demoCards, type DemoCardDefinition } from './demo-cards.ts'
import { demoMerchants, demoTerminals } from './demo-terminals.ts'

export interface DemoContext {
  readonly database: Database
  readonly securityModule: SecurityModule
  readonly keys: NetworkKeys
  readonly issuer: IssuerRole
  readonly now: Date
  readonly random: (size: number) => Buffer
}

const seedName = 'demo'
const programmeId = 'mall'

/** Answers whether anything was loaded; a database that has the demo keeps it. */
export async function loadDemo(context: DemoContext): Promise<boolean> {
  return context.database.inTransaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7309)')
    const loaded = await tx.query('select 1 from server.seed where name = $1', [seedName])
    if (loaded.length > 0) return false
    await loadAcquirer(tx, context)
    await loadIssuer(tx, context)
    await tx.query('insert into server.seed (name, loaded_at) values ($1, $2)', [seedName, context.now])
    return true
  })
}

async function loadAcquirer(tx: Transaction, { securityModule, keys, now }: DemoContext): Promise<void> {
  for (const merchant of demoMerchants) await registerMerchant(tx, merchant, now)
  for (const terminal of demoTerminals) {
    const { algorithm } = terminalProfiles[terminal.profile].keySet
    const key = new Sensitive(Buffer.from(terminal.masterKey, 'hex'))
    await registerTerminal(tx, {
      ...terminal,
      masterKey: securityModule.importKey({ usage: 'terminalMaster', algorithm, key }),
      forbiddenKinds: [],
    })
  }
  for (const card of demoCards.filter((each) => each.stopListed === true)) {
    await addToStopList(tx, {
      panHash: securityModule.hashPan({ key: keys.panHash, pan: panOf(card) }),
      entry: stopListEntry(card.pan),
      reason: 'demo',
      at: now,
    })
  }
}

async function loadIssuer(tx: Transaction, { keys, issuer, now, random }: DemoContext): Promise<void> {
  await createProgramme(tx, {
    programmeId,
    name: '刷刷百货储值卡',
    bin: issuerBin,
    currency: 'CNY',
    dailyLimitMinor: 5_000_000n,
    monthlyLimitMinor: 20_000_000n,
    keys: { cardVerification: keys.cardVerification, pinVerification: keys.pinVerification },
    createdAt: now,
  })
  const accounts = demoCards
    .filter((card) => card.unknownToIssuer !== true)
    .map((card) => ({
      accountId: paymentIdAt(now, random(10)),
      programmeId,
      initialBalance: { minorUnits: card.balanceMinor, currency: 'CNY' as const },
      loadPaymentId: paymentIdAt(now, random(10)),
      cards: [
        {
          pan: panOf(card),
          expiry: card.expiry,
          serviceCode: card.serviceCode,
          chip: card.chip ?? false,
          state: card.state,
          holderName: card.holder,
          pin: new Sensitive(card.pin),
          requiresPin: true,
          ...(card.singleLimitMinor === undefined ? {} : { singleLimitMinor: card.singleLimitMinor }),
          pinTries: card.pinTries ?? 0,
        },
      ],
    }))
  await issuer.issueCards(tx, accounts, { businessDate: localTime(now).isoDate, at: now })
}

function panOf(card: DemoCardDefinition): Sensitive<string> {
  const pan = parsePan(card.pan)
  assert(pan, 'a demo card has a PAN')
  return pan
}
