// The profile of a certification: who the terminal is, which keys and cards it has, and what the host at the other end supports.
// It is JSON that an acquirer or a terminal vendor writes once; zod checks it before a socket is opened, and what is secret in
// it travels as Sensitive from here on.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { terminalProfiles, type TerminalProfile, type TerminalProfileName } from '@shua/scheme'
import { z } from 'zod'
import { cardPurposeNames, cardPurposes, type CardPurposeName } from './card-purpose.ts'

const flowNames = [
  'signOff',
  'echo',
  'statusReport',
  'parameterDownload',
  'stopListDownload',
  'balanceInquiry',
  'void',
  'refund',
  'preAuthorization',
  'preAuthorizationVoid',
  'completion',
  'completionAdvice',
  'completionVoid',
  'settlement',
  'manualEntry',
] as const

export type FlowName = (typeof flowNames)[number]

const hexKey = z.string().regex(/^([0-9A-Fa-f]{2}){16,24}$/, 'a key is 32 or 48 hex digits')
const responseCode = z.string().regex(/^[0-9A-Z]{2}$/, 'a response code has two characters')
const track2 = z.string().regex(/^\d{12,19}[D=]\d{7,}$/, 'track 2 is PAN, separator, expiry, service code and the rest')

const cardSchema = z
  .strictObject({
    purpose: z.enum(cardPurposeNames as [CardPurposeName, ...CardPurposeName[]]),
    track2: track2.max(37).optional(),
    pan: z
      .string()
      .regex(/^\d{12,19}$/, 'a PAN has 12 to 19 digits')
      .optional(),
    expiry: z
      .string()
      .regex(/^\d{2}(0[1-9]|1[0-2])$/, 'expiry is YYMM')
      .optional(),
    pin: z
      .string()
      .regex(/^\d{4,12}$/, 'a PIN has 4 to 12 digits')
      .optional(),
    /** Fen; 100.00 unless told. */
    amountMinor: z.int().positive().optional(),
    expected: z.array(responseCode).min(1).optional(),
  })
  .refine((card) => card.track2 !== undefined || card.pan !== undefined, 'a card has track2, or pan and expiry')

const masterKeySchema = z.union([
  z.strictObject({ hex: hexKey }),
  z.strictObject({
    components: z.array(hexKey).min(2).max(3),
    checkValue: z
      .string()
      .regex(/^[0-9A-Fa-f]{6,32}$/)
      .optional(),
  }),
])

const flags = Object.fromEntries(flowNames.map((name) => [name, z.boolean().default(true)])) as Record<
  FlowName,
  z.ZodDefault<z.ZodBoolean>
>

const schema = z.strictObject({
  name: z.string().min(1),
  /** One of the terminal profiles: key set, MAC variant, PIN block form. */
  crypto: z.enum(Object.keys(terminalProfiles) as [TerminalProfileName, ...TerminalProfileName[]]),
  terminal: z.strictObject({
    terminalId: z.string().regex(/^[\x21-\x7e]{8}$/, 'a terminal number has 8 characters'),
    merchantId: z.string().regex(/^[\x21-\x7e]{15}$/, 'a merchant number has 15 characters'),
    licenceAndSerial: z.string().max(50).optional(),
    operator: z
      .string()
      .regex(/^\d{2,3}$/)
      .default('01'),
    tpdu: z
      .string()
      .regex(/^60\d{8}$/)
      .default('6000030000'),
    header: z
      .string()
      .regex(/^\d{12}$/)
      .default('603100310000'),
    readCapability: z.enum(['2', '5', '6']).default('2'),
  }),
  masterKey: masterKeySchema.optional(),
  cards: z.array(cardSchema).min(1),
  flows: z.strictObject(flags).prefault({}),
  host: z
    .strictObject({
      connection: z.enum(['perTransaction', 'kept']).default('perTransaction'),
      answerTimeoutMs: z.int().min(200).max(120_000).default(10_000),
      completionPercentMax: z.int().min(100).max(200).default(115),
      unknownTerminalId: z.string().length(8).default('99999999'),
      unknownMerchantId: z.string().length(15).default('999999999999999'),
      randomMessages: z.int().min(0).max(5_000).default(60),
    })
    .prefault({}),
  device: z
    .strictObject({
      /** How long the kit waits for the terminal to begin what it was asked for. */
      waitMs: z.int().min(100).max(3_600_000).default(180_000),
      /** The terminal's own time-out; a late answer comes after it. */
      answerTimeoutMs: z.int().min(50).max(300_000).default(60_000),
      /** Header digits the terminal acts upon. */
      headerRequests: z.array(z.enum(['1', '2', '3', '7'])).default(['3']),
      partialApproval: z.boolean().default(false),
      firstBatch: z
        .string()
        .regex(/^\d{6}$/)
        .default('000001'),
      merchantName: z
        .string()
        .regex(/^[\x20-\x7e]{1,40}$/)
        .default('CERTIFICATION'),
    })
    .prefault({}),
  /** Response codes of this acquirer by case, where they differ from the protocol text. */
  expected: z.record(z.string(), z.array(responseCode).min(1)).default({}),
})

export interface TestCard {
  readonly purpose: CardPurposeName
  readonly pan: Sensitive<string>
  /** YYMM */
  readonly expiry: string
  readonly track2: Sensitive<string> | undefined
  readonly pin: Sensitive<string> | undefined
  readonly amountMinor: bigint
  readonly expected: readonly string[]
}

type Checked = z.infer<typeof schema>

export interface CertificationProfile extends Omit<Checked, 'crypto' | 'cards' | 'masterKey'> {
  readonly crypto: TerminalProfile
  readonly cards: readonly TestCard[]
  /** Whole, or two or three components. */
  readonly masterKey: readonly Sensitive<Buffer>[] | undefined
  readonly masterKeyCheckValue: Buffer | undefined
}

/** What a profile looks like before it is checked. */
export type ProfileInput = z.input<typeof schema>

/** Throws Fault CERTIFICATION_PROFILE with the path of what is wrong; the message repeats no value. */
export function readProfile(input: unknown): CertificationProfile {
  const result = schema.safeParse(input)
  if (!result.success) {
    const [issue] = result.error.issues
    const path = issue?.path.join('.') ?? ''
    throw new Fault('CERTIFICATION_PROFILE', `the profile is wrong at '${path}': ${issue?.message ?? ''}`, { path })
  }
  const { crypto, cards, masterKey, ...rest } = result.data
  return {
    ...rest,
    crypto: terminalProfiles[crypto],
    cards: cards.map(testCard),
    masterKey: masterKey === undefined ? undefined : keyParts(masterKey),
    masterKeyCheckValue:
      masterKey !== undefined && 'components' in masterKey && masterKey.checkValue !== undefined
        ? Buffer.from(masterKey.checkValue, 'hex')
        : undefined,
  }
}

function keyParts(masterKey: z.infer<typeof masterKeySchema>): Sensitive<Buffer>[] {
  const parts = 'hex' in masterKey ? [masterKey.hex] : masterKey.components
  return parts.map((hex) => new Sensitive(Buffer.from(hex, 'hex')))
}

function testCard(card: z.infer<typeof cardSchema>, index: number): TestCard {
  const stripe = card.track2?.replace('=', 'D')
  const [panOfTrack, rest] = stripe?.split('D') ?? []
  const pan = card.pan ?? panOfTrack ?? ''
  const expiry = card.expiry ?? rest?.slice(0, 4)
  if (expiry === undefined || (panOfTrack !== undefined && panOfTrack !== pan)) {
    const path = `cards.${index}`
    throw new Fault('CERTIFICATION_PROFILE', `the card at '${path}' has no expiry, or two numbers`, { path })
  }
  return {
    purpose: card.purpose,
    pan: new Sensitive(pan, `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`),
    expiry,
    track2: stripe === undefined ? undefined : new Sensitive(stripe),
    pin: card.pin === undefined ? undefined : new Sensitive(card.pin),
    amountMinor: BigInt(card.amountMinor ?? 100_00),
    expected: card.expected ?? cardPurposes[card.purpose].expected,
  }
}

/** The card of a purpose; undefined when the profile has none. */
export function cardOf(profile: CertificationProfile, purpose: CardPurposeName): TestCard | undefined {
  return profile.cards.find((card) => card.purpose === purpose)
}
