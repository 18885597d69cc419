// Opens accounts with their cards and loads the first balance, which is a transfer from the programme's custody account.
// Called by demo data and load tests in large sets, so every table takes one statement.

import { Fault } from '@shua/assert'
import { maskPan, type Sensitive } from '@shua/card-data'
import { buildTransfers, cardholderAccount, custodyAccount } from '@shua/ledger'
import { insertTransfers, openAccounts } from '@shua/ledger-store'
import type { Currency, Money } from '@shua/money'
import type { Transaction } from '@shua/postgres'
import { parseKeyBlock } from '@shua/security-module'
import type { CardState } from '../authorization/facts.ts'
import { cardKeyOf, type IssuerContext } from '../authorization/issuer-context.ts'
import { pinOffsetParameters } from './card-cryptography.ts'
import { insertAccounts, insertCards, type AccountToInsert, type CardToInsert } from '../store/insert-cards.ts'

export interface CardToIssue {
  readonly pan: Sensitive<string>
  /** YYMM */
  readonly expiry: string
  readonly serviceCode: string
  readonly chip: boolean
  /** Default active. */
  readonly state?: CardState
  readonly holderName?: string
  /** A card without a PIN never asks for one. */
  readonly pin?: Sensitive<string>
  /** Whether swiped and keyed payments need the PIN. Default: when there is one. */
  readonly requiresPin?: boolean
  /** The card's own limits instead of its programme's. */
  readonly singleLimitMinor?: bigint
  readonly dailyLimitMinor?: bigint
  readonly dailyCountMax?: number
  readonly monthlyLimitMinor?: bigint
  /** Wrong PINs so far; a card issued with its tries used up shows what happens then. Default 0. */
  readonly pinTries?: number
}

export interface AccountToIssue {
  readonly accountId: string
  readonly programmeId: string
  /** Default open. */
  readonly status?: 'open' | 'frozen' | 'closed'
  readonly initialBalance: Money
  /** UUIDv7 under which the first load is posted. */
  readonly loadPaymentId: string
  /** At least one; their numbers fall into the same shard. */
  readonly cards: readonly CardToIssue[]
}

export interface IssuingDate {
  /** YYYY-MM-DD */
  readonly businessDate: string
  readonly at: Date
}

interface ProgrammeRow {
  programme_id: string
  bin: string
  currency: Currency
  pin_key: string
}

/**
 * Faults: ISSUER_PROGRAMME_UNKNOWN, ISSUER_CURRENCY, ISSUER_CARD_BIN, ISSUER_CARD_SHARD when the cards of an account fall
 * into different shards (choosePan finds numbers that do not).
 */
export async function issueCards(
  context: IssuerContext,
  tx: Transaction,
  accounts: readonly AccountToIssue[],
  date: IssuingDate,
): Promise<void> {
  const programmes = await readProgrammes(tx)
  const prepared = accounts.map((account) => prepareAccount(context, account, programmes, date))
  const opened = accounts.map(({ accountId, initialBalance }) => ({
    account: cardholderAccount(accountId),
    currency: initialBalance.currency,
  }))
  await openAccounts(tx, opened, date.at)
  await insertAccounts(
    tx,
    prepared.map(({ account }) => account),
  )
  await insertCards(
    tx,
    prepared.flatMap(({ cards }) => cards),
  )
  const loads = accounts.flatMap((account, index) =>
    buildTransfers({ shard: prepared[index]!.account.shard, paymentId: account.loadPaymentId, ...date }, [
      {
        debit: custodyAccount(account.programmeId),
        credit: cardholderAccount(account.accountId),
        amount: account.initialBalance,
        kind: 'load',
      },
    ]),
  )
  await insertTransfers(tx, loads)
}

async function readProgrammes(tx: Transaction): Promise<Map<string, ProgrammeRow>> {
  const rows = await tx.query<ProgrammeRow>('select programme_id, bin, currency, pin_key from issuer.programme')
  return new Map(rows.map((row) => [row.programme_id, row]))
}

function prepareAccount(
  context: IssuerContext,
  account: AccountToIssue,
  programmes: ReadonlyMap<string, ProgrammeRow>,
  date: IssuingDate,
): { account: AccountToInsert; cards: CardToInsert[] } {
  const { accountId, programmeId, initialBalance } = account
  const programme = programmes.get(programmeId)
  if (!programme) throw issuingFault('ISSUER_PROGRAMME_UNKNOWN', 'no programme has this id', { programmeId })
  if (programme.currency !== initialBalance.currency) {
    throw issuingFault('ISSUER_CURRENCY', 'an account has the currency of its programme', { accountId })
  }
  const cards = account.cards.map((card) => prepareCard(context, { card, accountId, programme, at: date.at }))
  const shard = cards[0]?.shard
  if (shard === undefined || cards.some((card) => card.shard !== shard)) {
    throw issuingFault('ISSUER_CARD_SHARD', 'an account has cards, and all of them in one shard', { accountId })
  }
  return {
    account: {
      shard,
      accountId,
      programmeId,
      currency: initialBalance.currency,
      status: account.status ?? 'open',
      postedMinor: initialBalance.minorUnits,
      createdAt: date.at,
    },
    cards,
  }
}

function prepareCard(
  context: IssuerContext,
  o: { card: CardToIssue; accountId: string; programme: ProgrammeRow; at: Date },
): CardToInsert {
  const { card, accountId, programme, at } = o
  const { pan, pin } = card
  const digits = pan.reveal()
  if (!digits.startsWith(programme.bin)) {
    throw issuingFault('ISSUER_CARD_BIN', 'the number does not begin with the BIN of its programme', { accountId })
  }
  const { securityModule, keys } = context
  const key = parseKeyBlock(programme.pin_key)
  return {
    ...cardKeyOf(context, pan),
    accountId,
    maskedPan: maskPan(digits),
    sealedPan: securityModule.seal({ key: keys.panSeal, value: pan, context: 'issuer.card.pan' }),
    holderName: card.holderName ?? null,
    expiry: card.expiry,
    serviceCode: card.serviceCode,
    chip: card.chip,
    state: card.state ?? 'active',
    requiresPin: card.requiresPin ?? pin !== undefined,
    pinOffset: pin ? securityModule.pinOffset({ key, pin, pan, parameters: pinOffsetParameters(pan) }) : null,
    pinTries: card.pinTries ?? 0,
    singleLimitMinor: card.singleLimitMinor ?? null,
    dailyLimitMinor: card.dailyLimitMinor ?? null,
    dailyCountMax: card.dailyCountMax ?? null,
    monthlyLimitMinor: card.monthlyLimitMinor ?? null,
    at,
  }
}

function issuingFault(code: string, message: string, details: Record<string, unknown>): Fault {
  return new Fault(code, message, { details })
}
