// Facts for decision tables: an open account with 100.00 and an active card, and whatever a row changes about them.

import { parsePan, Sensitive } from '@shua/card-data'
import { money } from '@shua/money'
import type { PaymentRequest } from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'
import type { Account, Authorization, Card, Facts, Programme } from '../authorization/facts.ts'

export const accountId = '0197a000-0000-7000-8000-00000000a001'
export const panHash = Buffer.alloc(32, 7)
export const merchantId = '898110015411234'
export const businessDate = '2026-08-01'
const pan = parsePan('6225880000000001')!

let paymentCount = 0

/** A new UUID in the form of a UUIDv7, counting up. */
export function nextPaymentId(): string {
  paymentCount += 1
  return `0197a000-0000-7000-9000-${paymentCount.toString(16).padStart(12, '0')}`
}

export function buildRequest(changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    paymentId: nextPaymentId(),
    kind: 'purchase',
    card: { pan, expiry: '3012', serviceCode: '201', discretionaryData: new Sensitive('1234567890123') },
    entryMode: { method: 'stripe', pin: 'none' },
    pin: undefined,
    amount: money(1_000n, 'CNY'),
    terminalId: '10000001',
    merchantId,
    merchantCategory: '5411',
    batchNumber: '000001',
    stan: '000001',
    rrn: '260801000001',
    businessDate,
    at: new Date('2026-08-01T04:00:00Z'),
    originalPaymentId: undefined,
    observer: { recording: true, event: () => undefined },
    ...changes,
  }
}

export const enteredPin = { block: new Sensitive(new Uint8Array(8)), format: 0, key: 'unused' } as const

export function buildCard(changes: Partial<Card> = {}): Card {
  return {
    shard: 7,
    panHash,
    accountId,
    state: 'active',
    expiry: '3012',
    serviceCode: '201',
    chip: false,
    requiresPin: false,
    pinOffset: '123456',
    pinTries: 0,
    singleLimitMinor: null,
    dailyLimitMinor: null,
    dailyCountMax: null,
    monthlyLimitMinor: null,
    day: null,
    daySpentMinor: 0n,
    dayCount: 0,
    monthSpentMinor: 0n,
    ...changes,
  }
}

export function buildAccount(changes: Partial<Account> = {}): Account {
  return {
    shard: 7,
    accountId,
    currency: 'CNY',
    status: 'open',
    postedMinor: 10_000n,
    heldMinor: 0n,
    authorizationSequence: 0n,
    ...changes,
  }
}

export function buildProgramme(changes: Partial<Programme> = {}): Programme {
  return {
    programmeId: 'gift',
    kindsAllowed: null,
    merchantsAllowed: null,
    categoriesAllowed: null,
    pinTriesMax: 3,
    completionPercentMax: 115,
    holdDays: 30,
    cvvPosition: null,
    stripeFallbackAllowed: false,
    cvvKey: 'unused' as KeyBlock,
    pinKey: 'unused' as KeyBlock,
    ...changes,
  }
}

export function buildAuthorization(changes: Partial<Authorization> = {}): Authorization {
  return {
    shard: 7,
    paymentId: nextPaymentId(),
    accountId,
    panHash,
    kind: 'purchase',
    state: 'approved',
    reason: null,
    amountMinor: 1_000n,
    currency: 'CNY',
    approvalCode: '123456',
    originalPaymentId: null,
    refundedMinor: 0n,
    completedMinor: 0n,
    holdMinor: 0n,
    holdExpiresAt: null,
    releasedMinor: 0n,
    businessDate,
    merchantId,
    ...changes,
  }
}

export interface FactChanges {
  readonly request?: Partial<PaymentRequest>
  readonly card?: Partial<Card>
  readonly account?: Partial<Account>
  readonly programme?: Partial<Programme>
  readonly chain?: readonly Authorization[]
  readonly pin?: 'right' | 'wrong' | 'malformed'
  readonly cardVerified?: boolean
}

export function buildFacts(changes: FactChanges = {}): Facts {
  const chain = changes.chain ?? []
  const pin = changes.pin === undefined ? {} : { pin: enteredPin }
  const request = buildRequest({ originalPaymentId: chain[0]?.paymentId, ...pin, ...changes.request })
  return {
    request,
    amountMinor: request.amount?.minorUnits ?? 0n,
    card: buildCard(changes.card),
    account: buildAccount(changes.account),
    programme: buildProgramme(changes.programme),
    chain,
    pin: { verify: () => changes.pin ?? 'right' },
    cardVerified: () => changes.cardVerified ?? true,
  }
}
