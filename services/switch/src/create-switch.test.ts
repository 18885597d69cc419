import { parsePan, Sensitive } from '@shua/card-data'
import type { EnteredPin, Issuer, PaymentAnswer, PaymentRequest } from '@shua/scheme'
import { SoftwareSecurityModule, type KeyBlock } from '@shua/security-module'
import { seededRandom } from '@shua/testkit'
import { describe, expect, it } from 'vitest'
import { createSwitch, type Route } from './create-switch.ts'

const random = seededRandom(1)
const securityModule = SoftwareSecurityModule.withMasterKey(new Sensitive(random.bytes(32)), (size) =>
  random.bytes(size),
)
const pinKey = (): KeyBlock => securityModule.generateKey({ usage: 'pin', algorithm: 'tdes2' })
const [terminalKey, zoneKey] = [pinKey(), pinKey()]
const pvvKey = securityModule.generateKey({ usage: 'pinVerification', algorithm: 'tdes2' })
const transaction = { name: 'the transaction' }
const pan = (digits: string): Sensitive<string> => parsePan(digits)!

interface Heard {
  name: string
  outcome: string
  detail?: Record<string, string>
}

function request(digits: string, changes: Partial<PaymentRequest> & { heard?: Heard[] } = {}): PaymentRequest {
  const { heard = [], ...others } = changes
  return {
    paymentId: '0197a000-0000-7000-8000-000000000001',
    kind: 'purchase',
    card: { pan: pan(digits), expiry: '3012', serviceCode: '201', discretionaryData: undefined },
    entryMode: { method: 'stripe', pin: 'none' },
    pin: undefined,
    amount: { minorUnits: 1_000n, currency: 'CNY' },
    terminalId: '10000001',
    merchantId: '898110015411234',
    merchantCategory: '5411',
    batchNumber: '000001',
    stan: '000001',
    rrn: '260801000001',
    businessDate: '2026-08-01',
    at: new Date('2026-08-01T04:00:00Z'),
    originalPaymentId: undefined,
    observer: { recording: true, event: (event) => heard.push(event) },
    ...others,
  }
}

/** An issuer that approves and puts the card's masked number where the approval code stands, so that order shows. */
class Recorder implements Issuer<typeof transaction> {
  readonly batches: (readonly PaymentRequest[])[] = []

  async authorize(requests: readonly PaymentRequest[], tx: typeof transaction): Promise<PaymentAnswer[]> {
    if (tx !== transaction) throw new Error('another transaction')
    this.batches.push(requests)
    return requests.map(({ card }) => ({
      outcome: 'approved',
      approvalCode: String(card.pan),
      issuerId: 'recorder',
      balance: undefined,
    }))
  }
}

type TestRoute = Route<typeof transaction>

function routeTo(
  issuer: Issuer<typeof transaction>,
  bins: readonly string[],
  changes: Partial<TestRoute> = {},
): TestRoute {
  return { bins, issuerId: bins.join(), issuer, zonePin: { key: zoneKey, format: 0 }, ...changes }
}

const switchOf = (...routes: TestRoute[]) => createSwitch({ routes, securityModule })

describe('routing', () => {
  it('gives each card to the longest prefix, one batch per issuer, answers in the order of the requests', async () => {
    const [bank, shop] = [new Recorder(), new Recorder()]
    const cards = ['6225880000000001', '6225881000000001', '6225880000000019', '4900000000000003', '6210940000000001']
    const answers = await switchOf(routeTo(bank, ['622588', '621']), routeTo(shop, ['6225881'])).route(
      cards.map((digits) => request(digits)),
      transaction,
    )
    expect(answers.map((answer) => (answer.outcome === 'approved' ? answer.approvalCode : answer))).toEqual([
      '622588******0001',
      '622588******0001',
      '622588******0019',
      { outcome: 'declined', reason: 'issuerUnknown' },
      '621094******0001',
    ])
    expect(bank.batches.map((batch) => batch.length)).toEqual([3])
    expect(shop.batches.map((batch) => batch.length)).toEqual([1])
  })

  it.each([
    ['SWITCH_BIN', ['62258a']],
    ['SWITCH_BIN', ['']],
    ['SWITCH_BIN_TWICE', ['622588', '622588']],
  ])('refuses a table with %s', (code, bins) => {
    expect(() => switchOf(routeTo(new Recorder(), bins))).toThrow(expect.objectContaining({ code }))
  })

  it('answers an empty batch', async () => {
    expect(await switchOf().route([], transaction)).toEqual([])
  })
})

describe('the PIN', () => {
  const card = '6225880000000001'
  const pin = new Sensitive('123456')
  const pvv = securityModule.pinVerificationValue({ key: pvvKey, keyIndex: 1, pin, pan: pan(card) })

  function entered(format: EnteredPin['format'], key: KeyBlock): EnteredPin {
    const block = securityModule.encryptPinBlock({ key, format, pin, pan: pan(card) })
    return { block: new Sensitive<Uint8Array>(block), format, key }
  }

  it.each([
    [0, terminalKey],
    [1, terminalKey],
    ['sm4', securityModule.generateKey({ usage: 'pin', algorithm: 'sm4' })],
  ] as const)('of format %s arrives in the zone of the issuer, who finds it right', async (format, key) => {
    const bank = new Recorder()
    const heard: Heard[] = []
    await switchOf(routeTo(bank, ['622588'])).route([request(card, { pin: entered(format, key), heard })], transaction)
    const arrived = bank.batches[0]![0]!.pin!
    expect([arrived.key, arrived.format]).toEqual([zoneKey, 0])
    const check = {
      pinKey: zoneKey,
      format: 0,
      block: arrived.block.reveal(),
      pan: pan(card),
      pvvKey,
      pvvKeyIndex: 1,
      pvv,
    } as const
    expect(securityModule.verifyPin(check)).toBe('right')
    expect(heard.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['route by BIN', 'ok'],
      ['PIN translation', 'ok'],
      ['issuer answered', 'ok'],
    ])
    expect(JSON.stringify(heard)).not.toMatch(/6225880000000001|123456/)
  })

  it('that does not decrypt is refused here, and the rest of the batch goes on', async () => {
    const bank = new Recorder()
    const broken = { ...entered(0, terminalKey), block: new Sensitive(new Uint8Array(8).fill(0x5a)) }
    const heard: Heard[] = []
    const batch = [
      request(card, { pin: broken, heard }),
      request(card, { pin: entered(0, terminalKey) }),
      request(card),
    ]
    const answers = await switchOf(routeTo(bank, ['622588'])).route(batch, transaction)
    expect(answers.map((answer) => (answer.outcome === 'declined' ? answer.reason : answer.outcome))).toEqual([
      'pinBlockMalformed',
      'approved',
      'approved',
    ])
    expect(heard.at(-1)).toMatchObject({ name: 'PIN translation', outcome: 'refused' })
  })
})

describe('a PIN key that cannot be used', () => {
  const card = '6225880000000001'
  const other = SoftwareSecurityModule.withMasterKey(new Sensitive(random.bytes(32)), (size) => random.bytes(size))

  it.each([
    ['of another master key', other.generateKey({ usage: 'pin', algorithm: 'tdes2' })],
    ['of another usage', securityModule.generateKey({ usage: 'mac', algorithm: 'tdes2' })],
    ['that is none', 'no key block'],
  ])('%s declines its own payment, with nothing sent', async (_, key) => {
    const bank = new Recorder()
    const failures: unknown[] = []
    const pin: EnteredPin = { block: new Sensitive<Uint8Array>(new Uint8Array(8)), format: 0, key }
    const answers = await createSwitch({
      routes: [routeTo(bank, ['622588'])],
      securityModule,
      onIssuerFailure: (failure) => failures.push(failure),
    }).route([request(card, { pin }), request(card)], transaction)
    expect(answers[0]).toEqual({ outcome: 'declined', reason: 'issuerUnreachable' })
    expect(answers[1]?.outcome).toBe('approved')
    expect(bank.batches.map((batch) => batch.length)).toEqual([1])
    expect(failures.length).toBe(1)
  })
})

describe('an issuer that fails', () => {
  const broken: readonly (readonly [string, Issuer<typeof transaction>, Partial<TestRoute>])[] = [
    ['throws', { authorize: async () => await Promise.reject(new Error('connection lost')) }, {}],
    [
      'throws at once',
      {
        authorize: () => {
          throw new Error('bug')
        },
      },
      {},
    ],
    ['stays silent', { authorize: async () => await new Promise<never>(() => undefined) }, { timeoutMs: 20 }],
    ['forgets an answer', { authorize: async () => await Promise.resolve([]) }, {}],
  ]

  it.each(broken)(
    'and %s leaves its payments unknown, never declined, and the others alone',
    async (_, issuer, changes) => {
      const bank = new Recorder()
      const failures: string[] = []
      const heard: Heard[] = []
      const routes = [routeTo(bank, ['622588']), routeTo(issuer, ['49'], changes)]
      const onIssuerFailure = ({ issuerId }: { issuerId: string }): void => void failures.push(issuerId)
      const answers = await createSwitch({ routes, securityModule, onIssuerFailure }).route(
        [request('4900000000000003', { heard }), request('6225880000000001'), request('4900000000000011')],
        transaction,
      )
      expect(answers.map(({ outcome }) => outcome)).toEqual(['unknown', 'approved', 'unknown'])
      expect(failures).toEqual(['49'])
      expect(heard.at(-1)).toMatchObject({ name: 'issuer answered', outcome: 'info', detail: { answer: 'unknown' } })
    },
  )

  it('that answers in time is not cut off', async () => {
    const slow: Issuer<typeof transaction> = {
      authorize: async (requests, tx) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 5)
        })
        return await new Recorder().authorize(requests, tx)
      },
    }
    const route = routeTo(slow, ['622588'], { timeoutMs: 30_000 })
    const [answer] = await switchOf(route).route([request('6225880000000001')], transaction)
    expect(answer?.outcome).toBe('approved')
  })
})
