// What differs between terminal models and acquirers is configuration: one profile per terminal says which dialect, keys,
// MAC and PIN forms it speaks, so that old and new terminals work side by side (terminal-protocol §7 lists what varies).

export type MacVariant = 'unionpayEcb' | 'unionpayEcb3des' | 'x99' | 'x919' | 'sm4Ecb'

export interface TerminalProfile {
  readonly name: string
  /** Name of the ISO 8583 dialect. */
  readonly dialect: string
  readonly keySet: {
    readonly algorithm: 'tdes2' | 'sm4'
    /** `half` is the usual 40-byte block: an 8-byte MAK in a 16-byte place. */
    readonly mak: 'half' | 'full'
    /** Bytes of each check value in DE 62. */
    readonly checkValueBytes: 4 | 8
  }
  readonly macVariant: MacVariant
  readonly pinFormat: 0 | 1 | 'sm4'
  /** DE 53 digit 2. */
  readonly pinAlgorithmDigit: string
  readonly trackEncrypted: boolean
  readonly voidNeedsCard: boolean
  readonly voidNeedsPin: boolean
  readonly reversalAttemptsMax: number
  readonly answerTimeoutMs: number
}

const common = {
  dialect: 'unionpayPos',
  voidNeedsCard: true,
  voidNeedsPin: false,
  reversalAttemptsMax: 3,
  answerTimeoutMs: 60_000,
} as const

const tdes = { algorithm: 'tdes2', mak: 'half', checkValueBytes: 4 } as const
const tdesFull = { algorithm: 'tdes2', mak: 'full', checkValueBytes: 4 } as const
const sm4 = { algorithm: 'sm4', mak: 'full', checkValueBytes: 8 } as const

export const terminalProfiles = {
  /** The common one: 3DES keys, 8-byte MAK, UnionPay ECB MAC, clear track. */
  'pos-3des': {
    ...common,
    name: 'pos-3des',
    keySet: tdes,
    macVariant: 'unionpayEcb',
    pinFormat: 0,
    pinAlgorithmDigit: '6',
    trackEncrypted: false,
  },
  'pos-3des-track': {
    ...common,
    name: 'pos-3des-track',
    keySet: tdes,
    macVariant: 'unionpayEcb',
    pinFormat: 0,
    pinAlgorithmDigit: '6',
    trackEncrypted: true,
  },
  'pos-3des-mac16': {
    ...common,
    name: 'pos-3des-mac16',
    keySet: tdesFull,
    macVariant: 'unionpayEcb3des',
    pinFormat: 0,
    pinAlgorithmDigit: '6',
    trackEncrypted: false,
  },
  'pos-x99': {
    ...common,
    name: 'pos-x99',
    keySet: tdes,
    macVariant: 'x99',
    pinFormat: 0,
    pinAlgorithmDigit: '6',
    trackEncrypted: false,
  },
  'pos-x919': {
    ...common,
    name: 'pos-x919',
    keySet: tdesFull,
    macVariant: 'x919',
    pinFormat: 0,
    pinAlgorithmDigit: '6',
    trackEncrypted: false,
  },
  'pos-sm4': {
    ...common,
    name: 'pos-sm4',
    keySet: sm4,
    macVariant: 'sm4Ecb',
    pinFormat: 'sm4',
    pinAlgorithmDigit: '3',
    trackEncrypted: true,
  },
} as const satisfies Record<string, TerminalProfile>

export type TerminalProfileName = keyof typeof terminalProfiles
