import { declineReasons, type DeclineReason, type PaymentObserver, type PaymentRequest } from '@shua/scheme'
import { describe, expect, it } from 'vitest'
import { buildAuthorization, buildFacts, buildRequest, type FactChanges } from '../testing/build-facts.ts'
import { checkReasons, newMoneyChecks } from './checks.ts'
import { decide, flows } from './decide.ts'
import type { Decision } from './decision.ts'

type Kind = PaymentRequest['kind']

function told(decision: Decision): DeclineReason | 'approved' {
  return decision.outcome === 'approved' ? 'approved' : decision.reason
}

function ask(kind: Kind, changes: FactChanges): DeclineReason | 'approved' {
  return told(decide(buildFacts({ ...changes, request: { kind, ...changes.request } })))
}

/** One row per reason a presented card can meet, in the order of scheme.declineReasons. */
const cardRows: readonly (readonly [DeclineReason, FactChanges])[] = [
  ['cardLost', { card: { state: 'lost' } }],
  ['cardStolen', { card: { state: 'stolen' } }],
  ['cardClosed', { card: { state: 'closed' } }],
  ['cardClosed', { account: { status: 'closed' } }],
  ['cardNotActivated', { card: { state: 'notActivated' } }],
  ['cardFrozen', { card: { state: 'frozen' } }],
  ['cardFrozen', { account: { status: 'frozen' } }],
  ['cardExpired', { card: { expiry: '2607' } }],
  ['expiryDiffers', { card: { expiry: '3101' } }],
  ['cardVerificationFailed', { cardVerified: false }],
  ['chipRequired', { card: { chip: true } }],
]
const pinRows: readonly (readonly [DeclineReason, FactChanges])[] = [
  ['pinTriesExceeded', { card: { pinTries: 3 }, pin: 'right' }],
  ['pinTriesExceeded', { card: { pinTries: 2 }, pin: 'wrong' }],
  ['pinBlockMalformed', { pin: 'malformed' }],
  ['pinWrong', { card: { pinTries: 1 }, pin: 'wrong' }],
]
const needsPinRows: typeof pinRows = [
  ['pinTriesExceeded', { card: { pinTries: 3 } }],
  ['pinMissing', { card: { requiresPin: true } }],
]
const scopeRows: typeof pinRows = [
  ['notPermittedToCard', { programme: { kindsAllowed: [] } }],
  ['notPermittedToCard', { programme: { merchantsAllowed: ['999999999999999'] } }],
  ['notPermittedToCard', { programme: { categoriesAllowed: ['5812'] } }],
]
const moneyRows: typeof pinRows = [
  ['notPermittedToCard', { account: { currency: 'JPY' } }],
  ['cardSingleLimitExceeded', { card: { singleLimitMinor: 999n } }],
  ['cardDailyLimitExceeded', { card: { dailyLimitMinor: 1_999n, day: '2026-08-01', daySpentMinor: 1_000n } }],
  ['cardDailyCountExceeded', { card: { dailyCountMax: 2, day: '2026-08-01', dayCount: 2 } }],
  ['cardMonthlyLimitExceeded', { card: { monthlyLimitMinor: 999n } }],
  ['cardMonthlyLimitExceeded', { card: { monthlyLimitMinor: 1_999n, day: '2026-08-01', monthSpentMinor: 1_000n } }],
  // A payment of the month before that comes late counts with the month already begun.
  ['cardMonthlyLimitExceeded', { card: { monthlyLimitMinor: 1_999n, day: '2026-09-01', monthSpentMinor: 1_000n } }],
  ['insufficientFunds', { account: { postedMinor: 1_500n, heldMinor: 501n } }],
]

describe.each(['purchase', 'preAuthorization'] as const)('%s', (kind) => {
  it.each([...cardRows, ...pinRows, ...needsPinRows, ...scopeRows, ...moneyRows])(
    'is refused with %s (row %#)',
    (reason, changes) => {
      expect(ask(kind, changes)).toBe(reason)
    },
  )

  it.each<[string, FactChanges]>([
    ['the whole available balance', { account: { postedMinor: 1_500n, heldMinor: 500n } }],
    [
      'the last month of the card',
      { card: { expiry: '2608' }, request: { card: { ...buildRequest().card, expiry: '2608' } } },
    ],
    ['no expiry read', { request: { card: { ...buildRequest().card, expiry: undefined } } }],
    ['the whole single limit', { card: { singleLimitMinor: 1_000n } }],
    ['the rest of the daily limit', { card: { dailyLimitMinor: 2_000n, day: '2026-08-01', daySpentMinor: 1_000n } }],
    [
      'a new day',
      { card: { dailyLimitMinor: 1_000n, dailyCountMax: 1, day: '2026-07-31', daySpentMinor: 1_000n, dayCount: 1 } },
    ],
    [
      'the rest of the monthly limit',
      { card: { monthlyLimitMinor: 2_000n, day: '2026-08-01', monthSpentMinor: 1_000n } },
    ],
    ['a new month', { card: { monthlyLimitMinor: 1_000n, day: '2026-07-31', monthSpentMinor: 1_000n } }],
    ['the same month of another year', { card: { monthlyLimitMinor: 1_000n, day: '2025-08-31', monthSpentMinor: 1n } }],
    ['a right PIN', { card: { requiresPin: true, pinTries: 2 }, pin: 'right' }],
    [
      'no PIN by chip',
      { card: { requiresPin: true, chip: true }, request: { entryMode: { method: 'chip', pin: 'none' } } },
    ],
    ['a PIN for a card without one', { card: { pinOffset: null }, pin: 'wrong' }],
    ['a chip card swiped where allowed', { card: { chip: true }, programme: { stripeFallbackAllowed: true } }],
    ['a chip card whose service code wants no chip', { card: { chip: true, serviceCode: '101' } }],
    [
      'a programme that allows it',
      { programme: { kindsAllowed: [kind], merchantsAllowed: ['898110015411234'], categoriesAllowed: ['5411'] } },
    ],
  ])('is approved with %s', (_, changes) => {
    expect(ask(kind, changes)).toBe('approved')
  })

  it.each([0n, -1n])('is refused for the amount %s', (minorUnits) => {
    expect(ask(kind, { request: { amount: { minorUnits, currency: 'CNY' } } })).toBe('amountInvalid')
  })
})

describe('balance inquiry', () => {
  const request = { amount: undefined }
  it.each([...cardRows, ...pinRows, ...needsPinRows, ...scopeRows])(
    'is refused with %s (row %#)',
    (reason, changes) => {
      expect(ask('balanceInquiry', { ...changes, request })).toBe(reason)
    },
  )

  it('is approved on an empty account and uses up no limit', () => {
    const changes = { account: { postedMinor: 0n }, card: { dailyCountMax: 0, singleLimitMinor: 0n }, request }
    expect(ask('balanceInquiry', changes)).toBe('approved')
  })
})

describe('completion', () => {
  const chain = [buildAuthorization({ kind: 'preAuthorization', holdMinor: 1_000n })]
  const account = { heldMinor: 1_000n }

  it.each([...cardRows, ...pinRows, ...scopeRows])('requested is refused with %s (row %#)', (reason, changes) => {
    expect(ask('completion', { ...changes, chain, account: { ...account, ...changes.account } })).toBe(reason)
  })

  it.each([...cardRows, ...scopeRows])('advised does not ask about %s (row %#)', (_, changes) => {
    expect(ask('completionAdvice', { ...changes, chain, account: { ...account, ...changes.account } })).toBe('approved')
  })

  it.each(['completion', 'completionAdvice'] as const)(
    '%s may take its own hold and what is available, up to the share',
    (kind) => {
      const completing = (minorUnits: bigint, postedMinor: bigint): string =>
        ask(kind, {
          chain,
          account: { postedMinor, heldMinor: 1_000n },
          request: { amount: { minorUnits, currency: 'CNY' } },
        })
      expect(completing(1_150n, 1_150n)).toBe('approved')
      expect(completing(1_151n, 10_000n)).toBe('completionAboveShare')
      expect(completing(1_150n, 1_149n)).toBe('insufficientFunds')
      expect(completing(1n, 1_000n)).toBe('approved')
    },
  )

  it('rounds the permitted share down', () => {
    const small = [buildAuthorization({ kind: 'preAuthorization', amountMinor: 3n, holdMinor: 3n })]
    const request = { amount: { minorUnits: 4n, currency: 'CNY' } } as const
    expect(ask('completion', { chain: small, account: { heldMinor: 3n }, request })).toBe('completionAboveShare')
  })
})

describe('money back', () => {
  const purchase = buildAuthorization({ refundedMinor: 0n })
  const back = ['void', 'refund'] as const

  it.each(back)('%s does not depend on the state of the card', (kind) => {
    for (const [, changes] of cardRows.filter(([, row]) => row.account?.status !== 'closed')) {
      expect(ask(kind, { ...changes, chain: [purchase] })).toBe('approved')
    }
    expect(ask(kind, { chain: [purchase], card: { requiresPin: true } })).toBe('approved')
  })

  it.each(back)('%s is refused for a closed account and for a PIN that is given and wrong', (kind) => {
    expect(ask(kind, { chain: [purchase], account: { status: 'closed' } })).toBe('cardClosed')
    for (const [reason, changes] of pinRows) expect(ask(kind, { ...changes, chain: [purchase] })).toBe(reason)
  })

  it('void takes the whole amount only', () => {
    for (const minorUnits of [999n, 1_001n]) {
      expect(ask('void', { chain: [purchase], request: { amount: { minorUnits, currency: 'CNY' } } })).toBe(
        'originalAmountDiffers',
      )
    }
  })

  it('refunds together never exceed what was paid', () => {
    const refunding = (minorUnits: bigint, refundedMinor: bigint): string =>
      ask('refund', {
        chain: [buildAuthorization({ refundedMinor })],
        request: { amount: { minorUnits, currency: 'CNY' } },
      })
    expect(refunding(400n, 600n)).toBe('approved')
    expect(refunding(401n, 600n)).toBe('refundAboveRemaining')
    expect(refunding(1_001n, 0n)).toBe('refundAboveRemaining')
    expect(refunding(1n, 1_000n)).toBe('refundAboveRemaining')
  })

  it.each([
    ['another account', { accountId: '0197a000-0000-7000-8000-00000000a002' }],
    ['another merchant', { merchantId: '898110015419999' }],
    ['another currency', { currency: 'JPY' }],
  ] as const)('an original of %s is refused', (_, changes) => {
    const chain = [buildAuthorization(changes)]
    expect(back.map((kind) => ask(kind, { chain }))).toEqual(['issuerRefusesOriginal', 'issuerRefusesOriginal'])
    expect(ask('reversal', { chain })).toBe('issuerRefusesOriginal')
  })

  it('a reversal with another amount is refused', () => {
    const request = { amount: { minorUnits: 999n, currency: 'CNY' } } as const
    expect(ask('reversal', { chain: [purchase], request })).toBe('originalAmountDiffers')
    expect(ask('reversal', { chain: [purchase], request: { amount: undefined } })).toBe('approved')
  })
})

describe('precedence', () => {
  it('tells the first reason of the declared order when several apply', () => {
    const order = Object.keys(declineReasons)
    const everything: FactChanges = {
      card: {
        state: 'active',
        expiry: '2607',
        chip: true,
        pinTries: 3,
        singleLimitMinor: 1n,
        dailyLimitMinor: 1n,
        dailyCountMax: 0,
      },
      programme: { kindsAllowed: [] },
      account: { postedMinor: 0n },
      cardVerified: false,
    }
    const { card, programme, account } = everything
    const repaired: FactChanges[] = [
      { ...everything, card: { ...card, state: 'lost' } },
      everything,
      { ...everything, card: { ...card, expiry: '3101' } },
      { ...everything, card: { ...card, expiry: '3012' } },
      { ...everything, card: { ...card, expiry: '3012' }, cardVerified: true },
      { card: { ...card, expiry: '3012', chip: false }, programme: programme!, account: account! },
      {
        card: { ...card, expiry: '3012', chip: false, pinTries: 0, requiresPin: true },
        programme: programme!,
        account: account!,
      },
      {
        card: { ...card, expiry: '3012', chip: false, pinTries: 0 },
        programme: programme!,
        account: account!,
        pin: 'wrong',
      },
      { card: { ...card, expiry: '3012', chip: false, pinTries: 0 }, programme: programme!, account: account! },
      { card: { ...card, expiry: '3012', chip: false, pinTries: 0 }, account: account! },
      { card: { dailyLimitMinor: 1n, dailyCountMax: 0 }, account: account! },
      { card: { dailyCountMax: 0 }, account: account! },
      { account: account! },
      {},
    ]
    const reasons = repaired.map((changes) => ask('purchase', changes))
    expect(reasons).toEqual([
      'cardLost',
      'cardExpired',
      'expiryDiffers',
      'cardVerificationFailed',
      'chipRequired',
      'pinTriesExceeded',
      'pinMissing',
      'pinWrong',
      'notPermittedToCard',
      'cardSingleLimitExceeded',
      'cardDailyLimitExceeded',
      'cardDailyCountExceeded',
      'insufficientFunds',
      'approved',
    ])
    const positions = reasons.slice(0, -1).map((reason) => order.indexOf(reason))
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  })
})

/**
 * Every state of an original × every event. a: approved · n: originalNotOpen · r: issuerRefusesOriginal ·
 * s: reversalRefused, for it stands.
 * Columns: void, refund, preAuthorizationVoid, completion, completionAdvice, completionVoid, reversal.
 */
const events = [
  'void',
  'refund',
  'preAuthorizationVoid',
  'completion',
  'completionAdvice',
  'completionVoid',
  'reversal',
] as const
const outcomes = { a: 'approved', n: 'originalNotOpen', r: 'issuerRefusesOriginal', s: 'reversalRefused' } as const
type OriginalState = ReturnType<typeof buildAuthorization>['state'] | 'refunded'
const stateTable: readonly (readonly [kind: string, state: OriginalState, outcomes: string])[] = [
  ['balanceInquiry', 'declined', 'rrrrrrr'],
  ['balanceInquiry', 'approved', 'rrrrrrr'],
  ['purchase', 'declined', 'rrrrrrr'],
  ['purchase', 'approved', 'aarrrra'],
  ['purchase', 'refunded', 'narrrrs'],
  ['purchase', 'voided', 'nnrrrrs'],
  ['purchase', 'reversed', 'nnrrrra'],
  ['void', 'declined', 'rrrrrrr'],
  ['void', 'approved', 'rrrrrra'],
  ['void', 'reversed', 'rrrrrra'],
  ['refund', 'declined', 'rrrrrrr'],
  ['refund', 'approved', 'rrrrrrr'],
  ['preAuthorization', 'declined', 'rrrrrrr'],
  ['preAuthorization', 'approved', 'rraaara'],
  ['preAuthorization', 'voided', 'rrnnnrs'],
  ['preAuthorization', 'completed', 'rrnnnrs'],
  ['preAuthorization', 'expired', 'rrnnnra'],
  ['preAuthorization', 'reversed', 'rrnnnra'],
  ['preAuthorizationVoid', 'declined', 'rrrrrrr'],
  ['preAuthorizationVoid', 'approved', 'rrrrrra'],
  ['preAuthorizationVoid', 'reversed', 'rrrrrra'],
  ['completion', 'declined', 'rrrrrrr'],
  ['completion', 'approved', 'rarrraa'],
  ['completion', 'refunded', 'rarrrns'],
  ['completion', 'voided', 'rnrrrns'],
  ['completion', 'reversed', 'rnrrrna'],
  ['completionAdvice', 'declined', 'rrrrrrr'],
  ['completionAdvice', 'approved', 'rarrrar'],
  ['completionAdvice', 'refunded', 'rarrrnr'],
  ['completionAdvice', 'voided', 'rnrrrnr'],
  ['completionVoid', 'declined', 'rrrrrrr'],
  ['completionVoid', 'approved', 'rrrrrra'],
  ['completionVoid', 'reversed', 'rrrrrra'],
  ['reversal', 'declined', 'rrrrrrr'],
  ['reversal', 'approved', 'rrrrrrr'],
  ['unknown', 'barred', 'rrrrrrr'],
]

function originalChain(kind: string, state: OriginalState): ReturnType<typeof buildAuthorization>[] {
  const amount = state === 'refunded' ? { refundedMinor: 400n } : {}
  const original = buildAuthorization({
    kind: kind as 'purchase',
    state: state === 'refunded' ? 'approved' : state,
    holdMinor: kind === 'preAuthorization' && state === 'approved' ? 1_000n : 0n,
    approvalCode: state === 'declined' || state === 'barred' ? null : '123456',
    ...amount,
  })
  const held = buildAuthorization({
    kind: 'preAuthorization',
    state: kind === 'completionVoid' ? 'approved' : 'completed',
  })
  const parents: Record<string, ReturnType<typeof buildAuthorization>[]> = {
    void: [buildAuthorization({ state: 'voided' })],
    refund: [buildAuthorization({ refundedMinor: 1_000n })],
    preAuthorizationVoid: [buildAuthorization({ kind: 'preAuthorization', state: 'voided' })],
    completion: [held],
    completionAdvice: [held],
    completionVoid: [buildAuthorization({ kind: 'completion', state: 'voided' }), held],
    reversal: [buildAuthorization({ state: 'reversed' })],
  }
  return [original, ...(parents[kind] ?? [])]
}

describe('state of the original × event', () => {
  it.each(stateTable)('%s %s', (kind, state, expected) => {
    // 500 so that a refund of what is left after a partial one fits; everything else names the whole amount.
    const account = { heldMinor: kind === 'preAuthorization' && state === 'approved' ? 1_000n : 0n }
    const told = events.map((event) => {
      const minorUnits = event === 'refund' ? 500n : 1_000n
      return ask(event, {
        chain: originalChain(kind, state),
        account,
        request: { amount: { minorUnits, currency: 'CNY' } },
      })
    })
    expect(told).toEqual(expected.split('').map((letter) => outcomes[letter as keyof typeof outcomes]))
  })

  it('no original at all is refused by every event', () => {
    expect(events.map((event) => ask(event, {}))).toEqual(events.map(() => 'issuerRefusesOriginal'))
  })

  it('the reversal of a completion void is refused with a case when the pre-authorization went on', () => {
    const [voided, completion, held] = originalChain('completionVoid', 'approved')
    const chain = [voided!, completion!, { ...held!, state: 'completed' as const }]
    const decision = decide(buildFacts({ chain, request: { kind: 'reversal' } }))
    expect(decision).toMatchObject({
      reason: 'reversalRefused',
      case: { kind: 'reversalRefused', amountMinor: 1_000n },
    })
  })
})

describe('what the observer hears', () => {
  function observe(kind: Kind, changes: FactChanges): string[] {
    const heard: string[] = []
    const observer: PaymentObserver = {
      recording: true,
      event: ({ name, outcome }) => heard.push(`${name}: ${outcome}`),
    }
    ask(kind, { ...changes, request: { observer, ...changes.request } })
    return heard
  }

  it('is every check up to the one that decided', () => {
    expect(observe('purchase', { pin: 'right', account: { postedMinor: 1n } })).toEqual([
      'card known: ok',
      'amount: ok',
      'card state: ok',
      'expiry: ok',
      'card verification value: info',
      'chip: ok',
      'PIN: ok',
      'programme scope: ok',
      'single limit: info',
      'daily limit: info',
      'daily count: info',
      'monthly limit: info',
      'available balance: refused',
    ])
    expect(observe('purchase', { card: { state: 'stolen' } })).toEqual([
      'card known: ok',
      'amount: ok',
      'card state: refused',
    ])
    expect(observe('reversal', {})).toEqual(['card known: ok', 'state of the original: ok', 'original: refused'])
  })

  it.each(Object.keys(flows) as Kind[])('names a deciding check for every refusal of %s', (kind) => {
    const originals = stateTable.map(([originalKind, state]) => ({ chain: originalChain(originalKind, state) }))
    const rows = [...cardRows, ...pinRows, ...needsPinRows, ...scopeRows, ...moneyRows].map(([, changes]) => changes)
    for (const changes of [...rows, ...originals, {}]) {
      const refused = ask(kind, changes) !== 'approved'
      expect(observe(kind, changes).some((line) => line.endsWith(': refused'))).toBe(refused)
    }
  })

  it('each reason belongs to one check', () => {
    const reasons = Object.values(checkReasons).flat()
    expect(new Set(reasons).size).toBe(reasons.length)
    const issuerReasons = (Object.keys(declineReasons) as DeclineReason[]).filter(
      (reason) => declineReasons[reason].by === 'issuer',
    )
    // An unknown card has no ladder to climb: authorize.ts refuses it before a decision.
    expect(issuerReasons.filter((reason) => !reasons.includes(reason as never))).toEqual(['cardUnknown'])
    expect(newMoneyChecks.every((name) => name in checkReasons)).toBe(true)
  })
})
