import { Sensitive } from '@shua/card-data'
import { readBalances, readTransfers } from '@shua/ledger-store'
import { money } from '@shua/money'
import { declineReasons, type DeclineReason, type PaymentRequest } from '@shua/scheme'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkMoneyRules } from '../money-rules/check-money-rules.ts'
import { buildRequest, merchantId, nextPaymentId } from '../testing/build-facts.ts'
import { createTestIssuer, pan, testPin, type TestCard, type TestIssuer } from '../testing/test-issuer.ts'

let bank: TestIssuer

beforeAll(async () => {
  bank = await createTestIssuer({ cvvPosition: 4, merchantsAllowed: [merchantId] })
})

afterAll(async () => {
  await bank.drop()
})

/** Discretionary data with the card's verification value at position 4. */
function stripeOf(card: TestCard): PaymentRequest['card'] {
  const value = { key: bank.keys.cvv, pan: card.pan, expiry: '3012', serviceCode: '201' }
  const cvv = bank.securityModule.cardVerificationValue(value)
  return { ...buildRequest().card, pan: card.pan, discretionaryData: new Sensitive(`9999${cvv}55`) }
}

function swipe(card: TestCard, changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return bank.request(card, { card: stripeOf(card), ...changes })
}

describe('the ladder, through the issuer and its database', () => {
  type Row = readonly [DeclineReason, () => Promise<PaymentRequest>]
  const rows: readonly Row[] = [
    ['cardUnknown', async () => swipe({ accountId: 'none', pan: pan('6225889999999999') })],
    ['cardLost', async () => swipe(await bank.newCard(5_000n, { state: 'lost' }))],
    ['cardStolen', async () => swipe(await bank.newCard(5_000n, { state: 'stolen' }))],
    ['cardClosed', async () => swipe(await bank.newCard(5_000n, { state: 'closed' }))],
    ['cardNotActivated', async () => swipe(await bank.newCard(5_000n, { state: 'notActivated' }))],
    ['cardFrozen', async () => swipe(await bank.newCard(5_000n, { state: 'frozen' }))],
    ['cardExpired', async () => swipe(await bank.newCard(5_000n, { expiry: '2412' }))],
    ['expiryDiffers', async () => swipe(await bank.newCard(5_000n, { expiry: '3101' }))],
    [
      'cardVerificationFailed',
      async () => {
        const card = await bank.newCard(5_000n)
        const discretionaryData = new Sensitive(
          stripeOf(card)
            .discretionaryData!.reveal()
            .replace(/^9999\d/, '9999x'),
        )
        return swipe(card, { card: { ...stripeOf(card), discretionaryData } })
      },
    ],
    ['chipRequired', async () => swipe(await bank.newCard(5_000n, { chip: true }))],
    ['pinTriesExceeded', async () => swipe(await bank.newCard(5_000n, { pin: testPin, pinTries: 3 }))],
    ['pinMissing', async () => swipe(await bank.newCard(5_000n, { pin: testPin }))],
    [
      'pinWrong',
      async () => {
        const card = await bank.newCard(5_000n, { pin: testPin })
        return swipe(card, { pin: bank.pinOf(card, new Sensitive('654321')) })
      },
    ],
    ['notPermittedToCard', async () => swipe(await bank.newCard(5_000n), { merchantId: '898110015419999' })],
    ['cardSingleLimitExceeded', async () => swipe(await bank.newCard(5_000n, { singleLimitMinor: 999n }))],
    ['cardDailyLimitExceeded', async () => swipe(await bank.newCard(5_000n, { dailyLimitMinor: 999n }))],
    ['cardDailyCountExceeded', async () => swipe(await bank.newCard(5_000n, { dailyCountMax: 0 }))],
    ['cardMonthlyLimitExceeded', async () => swipe(await bank.newCard(5_000n, { monthlyLimitMinor: 999n }))],
    ['insufficientFunds', async () => swipe(await bank.newCard(999n))],
    [
      'issuerRefusesOriginal',
      async () => swipe(await bank.newCard(5_000n), { kind: 'refund', originalPaymentId: nextPaymentId() }),
    ],
    [
      'reversalRefused',
      async () => {
        const card = await bank.newCard(5_000n)
        const purchase = swipe(card)
        const voided = swipe(card, { kind: 'void', originalPaymentId: purchase.paymentId })
        expect([await bank.outcome(purchase), await bank.outcome(voided)]).toEqual(['approved', 'approved'])
        return swipe(card, { kind: 'reversal', originalPaymentId: purchase.paymentId })
      },
    ],
  ]

  it.each(rows)('%s', async (reason, prepare) => {
    const request = await prepare()
    expect(await bank.outcome(request)).toBe(reason)
    // A decline is recorded, but moves nothing.
    expect(await readTransfers(bank.database, [request.paymentId])).toEqual([])
  })

  it('has a row for every reason of the issuer, in the order of declaration', () => {
    const reasons = (Object.keys(declineReasons) as DeclineReason[]).filter(
      (reason) => declineReasons[reason].by === 'issuer',
    )
    expect(rows.map(([reason]) => reason)).toEqual(reasons)
  })
})

describe('a purchase', () => {
  it('moves the money once, in the ledger and on the account', async () => {
    const card = await bank.newCard(5_000n, { pin: testPin })
    const heard: { lane: string; name: string; detail?: Record<string, string> }[] = []
    const request = swipe(card, {
      pin: bank.pinOf(card),
      observer: { recording: true, event: (event) => heard.push(event) },
    })
    const [answer] = await bank.authorize(request)
    expect(answer).toMatchObject({
      outcome: 'approved',
      issuerId: '01020000',
      balance: { posted: money(4_000n, 'CNY'), available: money(4_000n, 'CNY') },
    })
    const [transfer, ...others] = await readTransfers(bank.database, [request.paymentId])
    expect(others).toEqual([])
    expect(transfer).toMatchObject({
      transferId: request.paymentId,
      debit: `cardholder:${card.accountId}`,
      credit: `merchant:${merchantId}`,
      amount: money(1_000n, 'CNY'),
      kind: 'purchase',
      businessDate: '2026-08-01',
      at: request.at,
    })
    const [balance] = await readBalances(bank.database, [`cardholder:${card.accountId}`])
    expect(balance?.balanceMinor).toBe(4_000n)
    expect(heard.filter(({ lane }) => lane === 'ledger')).toEqual([
      expect.objectContaining({
        kind: 'entry',
        name: 'purchase',
        detail: expect.objectContaining({ debit: `cardholder:${card.accountId}`, amount: '10.00' }),
      }),
    ])
    expect(JSON.stringify(heard)).not.toContain(card.pan.reveal())
  })

  it('that comes twice has one effect and the same answer', async () => {
    const card = await bank.newCard(5_000n)
    const request = swipe(card)
    const [first] = await bank.authorize(request)
    const [second] = await bank.authorize(request)
    const [third, fourth] = await bank.authorize(request, request)
    expect(first).toMatchObject({ outcome: 'approved' })
    for (const again of [second, third, fourth]) expect(again).toMatchObject({ ...first, balance: undefined })
    expect(await bank.balance(card)).toEqual({ posted: 4_000n, held: 0n })
  })

  it('that stands twice in one batch has one effect, announced or not', async () => {
    const card = await bank.newCard(5_000n)
    const [request, other] = [swipe(card), swipe(card)]
    const answers = await bank.database.inTransaction(async (tx) => {
      bank.issuer.announce?.([{ pan: card.pan, paymentId: request.paymentId }], tx)
      return await bank.issuer.authorize([request, other, request, other], tx)
    })
    expect(answers.map(({ outcome }) => outcome)).toEqual(['approved', 'approved', 'approved', 'approved'])
    expect(answers[2]).toEqual({ ...answers[0], balance: undefined })
    expect(answers[3]).toEqual({ ...answers[1], balance: undefined })
    expect(await bank.balance(card)).toEqual({ posted: 3_000n, held: 0n })
  })

  it('that was declined is declined again for the same reason, even when it would be approved now', async () => {
    const card = await bank.newCard(5_000n, { state: 'frozen' })
    const request = swipe(card)
    expect(await bank.outcome(request)).toBe('cardFrozen')
    await bank.issuer.setCardState(bank.database, { pan: card.pan, state: 'active', at: request.at })
    expect(await bank.outcome(request)).toBe('cardFrozen')
    expect(await bank.outcome(swipe(card))).toBe('approved')
  })

  it('of a batch is answered in the order of the batch, whatever the others get', async () => {
    const cards = [await bank.newCard(5_000n), await bank.newCard(10n), await bank.newCard(5_000n, { state: 'lost' })]
    const unknown = swipe({ accountId: 'none', pan: pan('6225889999999999') })
    const answers = await bank.authorize(
      swipe(cards[0]!),
      unknown,
      swipe(cards[1]!),
      swipe(cards[2]!),
      swipe(cards[0]!),
    )
    expect(answers.map((answer) => (answer.outcome === 'declined' ? answer.reason : answer.outcome))).toEqual([
      'approved',
      'cardUnknown',
      'insufficientFunds',
      'cardLost',
      'approved',
    ])
    expect(await bank.balance(cards[0]!)).toEqual({ posted: 3_000n, held: 0n })
  })

  it('never repeats an approval code', async () => {
    const card = await bank.newCard(5_000n)
    const codes = new Set<string>()
    for (let count = 0; count < 5; count++) {
      for (const answer of await bank.authorize(swipe(card), swipe(card))) {
        if (answer.outcome === 'approved') codes.add(answer.approvalCode)
      }
    }
    expect(codes.size).toBe(5)
  })

  it('leaves nothing behind when the transaction is rolled back', async () => {
    const card = await bank.newCard(5_000n)
    const request = swipe(card)
    const lost = bank.database.inTransaction(async (tx) => {
      await bank.issuer.authorize([request], tx)
      throw new Error('power cut')
    })
    await expect(lost).rejects.toThrow('power cut')
    expect(await bank.balance(card)).toEqual({ posted: 5_000n, held: 0n })
    expect(await bank.outcome(request)).toBe('approved')
  })
})

describe('the PIN', () => {
  it('locks after three wrong tries until it is unlocked; a right one in between starts the count again', async () => {
    const card = await bank.newCard(50_000n, { pin: testPin })
    const wrong = async (): Promise<string> =>
      await bank.outcome(swipe(card, { pin: bank.pinOf(card, new Sensitive('000000')) }))
    const right = async (): Promise<string> => await bank.outcome(swipe(card, { pin: bank.pinOf(card) }))
    expect([await wrong(), await wrong(), await right()]).toEqual(['pinWrong', 'pinWrong', 'approved'])
    expect([await wrong(), await wrong(), await wrong()]).toEqual(['pinWrong', 'pinWrong', 'pinTriesExceeded'])
    expect(await right()).toBe('pinTriesExceeded')
    await bank.issuer.unlockPin(bank.database, card.pan)
    expect(await right()).toBe('approved')
    expect((await bank.issuer.findCard(bank.database, card.pan))?.pinTries).toBe(0)
  })

  it('that was right counts as right although the purchase is declined', async () => {
    const card = await bank.newCard(1n, { pin: testPin, pinTries: 2 })
    expect(await bank.outcome(swipe(card, { pin: bank.pinOf(card) }))).toBe('insufficientFunds')
    expect((await bank.issuer.findCard(bank.database, card.pan))?.pinTries).toBe(0)
  })

  it('of a lost card is not counted', async () => {
    const card = await bank.newCard(5_000n, { pin: testPin, state: 'lost', pinTries: 2 })
    expect(await bank.outcome(swipe(card, { pin: bank.pinOf(card) }))).toBe('cardLost')
    expect((await bank.issuer.findCard(bank.database, card.pan))?.pinTries).toBe(2)
  })
})

describe('daily limits', () => {
  const day = (businessDate: string): Partial<PaymentRequest> => ({ businessDate })

  it('count what is spent in a day, and give it back when it is voided or reversed', async () => {
    const card = await bank.newCard(50_000n, { dailyLimitMinor: 2_000n, dailyCountMax: 2 })
    const first = swipe(card)
    const second = swipe(card)
    expect([await bank.outcome(first), await bank.outcome(second), await bank.outcome(swipe(card))]).toEqual([
      'approved',
      'approved',
      'cardDailyLimitExceeded',
    ])
    expect(await bank.outcome(swipe(card, { kind: 'void', originalPaymentId: first.paymentId }))).toBe('approved')
    const third = swipe(card)
    expect([await bank.outcome(third), await bank.outcome(swipe(card))]).toEqual(['approved', 'cardDailyLimitExceeded'])
    expect(await bank.outcome(swipe(card, { kind: 'reversal', originalPaymentId: third.paymentId }))).toBe('approved')
    expect([await bank.outcome(swipe(card)), await bank.outcome(swipe(card))]).toEqual([
      'approved',
      'cardDailyLimitExceeded',
    ])
    expect(await bank.outcome(swipe(card, day('2026-08-02')))).toBe('approved')
    // Yesterday's purchase does not give back what was spent today.
    const reversal = swipe(card, { kind: 'reversal', originalPaymentId: second.paymentId, businessDate: '2026-08-02' })
    expect(await bank.outcome(reversal)).toBe('approved')
    expect([
      await bank.outcome(swipe(card, day('2026-08-02'))),
      await bank.outcome(swipe(card, day('2026-08-02'))),
    ]).toEqual(['approved', 'cardDailyLimitExceeded'])
  })
})

describe('monthly limits', () => {
  const on = (businessDate: string): Partial<PaymentRequest> => ({ businessDate })
  const undoing = (kind: 'void' | 'reversal' | 'refund', original: PaymentRequest, businessDate: string) =>
    ({ kind, originalPaymentId: original.paymentId, businessDate }) as const

  it('count what is spent in a month, and give it back when it is voided or reversed in that month', async () => {
    const card = await bank.newCard(50_000n, { monthlyLimitMinor: 3_000n })
    const first = swipe(card, on('2026-08-01'))
    const held = swipe(card, { kind: 'preAuthorization', ...on('2026-08-15') })
    const second = swipe(card, on('2026-08-31'))
    for (const request of [first, held, second]) expect(await bank.outcome(request)).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('cardMonthlyLimitExceeded')
    // A completion counts nothing: its authorization did.
    const completion = { kind: 'completion', originalPaymentId: held.paymentId, ...on('2026-08-31') } as const
    expect(await bank.outcome(swipe(card, completion))).toBe('approved')
    expect(await bank.outcome(swipe(card, undoing('void', first, '2026-08-31')))).toBe('approved')
    const third = swipe(card, on('2026-08-31'))
    expect(await bank.outcome(third)).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('cardMonthlyLimitExceeded')
    // A refund gives nothing back.
    expect(await bank.outcome(swipe(card, undoing('refund', third, '2026-08-31')))).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('cardMonthlyLimitExceeded')
    expect(await bank.outcome(swipe(card, undoing('reversal', second, '2026-08-31')))).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('cardMonthlyLimitExceeded')
  })

  it('begin anew with a month, and what is undone then gives nothing back', async () => {
    const card = await bank.newCard(50_000n, { monthlyLimitMinor: 1_000n })
    const august = swipe(card, on('2026-08-31'))
    expect(await bank.outcome(august)).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-08-31')))).toBe('cardMonthlyLimitExceeded')
    expect(await bank.outcome(swipe(card, on('2026-09-01')))).toBe('approved')
    expect(await bank.outcome(swipe(card, undoing('reversal', august, '2026-09-01')))).toBe('approved')
    expect(await bank.outcome(swipe(card, on('2026-09-01')))).toBe('cardMonthlyLimitExceeded')
  })

  it('are the programme’s unless the card has its own', async () => {
    const strict = await createTestIssuer({ monthlyLimitMinor: 999n })
    const [plain, own] = [await strict.newCard(5_000n), await strict.newCard(5_000n, { monthlyLimitMinor: 1_000n })]
    const outcomes = [plain, own].map(async (card) => strict.outcome(strict.request(card, {})))
    expect(await Promise.all(outcomes)).toEqual(['cardMonthlyLimitExceeded', 'approved'])
    await strict.drop()
  })
})

it('the money rules hold after all of this', async () => {
  expect(await checkMoneyRules(bank.database)).toEqual([])
})
