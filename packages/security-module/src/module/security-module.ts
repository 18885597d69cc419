// The security module's interface: everything the roles may do with keys. They hold key blocks only; clear keys exist
// inside the module. The software module implements it; a hardware module would be another implementation.
// All calls are synchronous. Faults are listed in security-fault.ts; each operation names the ones particular to it.

import type { Sensitive } from '@shua/card-data'
import type { CardKeyOption } from '../card-verification/card-key.ts'
import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'
import type { DukptKeyAlgorithm } from '../dukpt/aes-dukpt.ts'
import type { DukptPurpose } from '../dukpt/dukpt-purpose.ts'
import type { KeyUsage } from '../key/key-usage.ts'
import type { PaddingMethod } from '../mac/padding.ts'
import type { MacVariant } from '../mac/terminal-mac.ts'
import type { PinBlockFormat } from '../pin/encrypted-pin-block.ts'
import type { PinOffsetParameters } from '../pin/pin-verification.ts'
import type { KeyBlock } from './key-block.ts'

export interface KeyKind {
  readonly usage: KeyUsage
  readonly algorithm: KeyAlgorithm
}

/** ISO/IEC 9797-1 beyond the terminal's variants: algorithm 1, 3 (retail MAC) or 5 (CMAC, which pads by itself). */
export type Iso9797Method =
  | { readonly algorithm: 1 | 3; readonly padding: PaddingMethod; readonly macBytes: number }
  | { readonly algorithm: 5; readonly macBytes: number }

export type PinCheck = 'right' | 'wrong' | 'malformed'

interface CardKeySelection {
  /** A cardDynamicNumber master key. */
  readonly key: KeyBlock
  readonly pan: Sensitive<string>
  /** Two digits. */
  readonly panSequence: string
  readonly option: CardKeyOption
}

export interface SecurityModule {
  /** Faults: SECURITY_KEY_LENGTH, SECURITY_KEY_ALGORITHM, SECURITY_KEY_WEAK. */
  importKey(o: KeyKind & { readonly key: Sensitive<Buffer> }): KeyBlock
  /** Two or three components; their check values and the key's are compared when given. Fault SECURITY_KEY_CHECK. */
  importComponents(
    o: KeyKind & {
      readonly components: readonly Sensitive<Buffer>[]
      readonly checkValues?: readonly Uint8Array[]
      readonly checkValue?: Uint8Array
    },
  ): KeyBlock
  generateKey(o: KeyKind): KeyBlock
  describeKey(key: KeyBlock): KeyKind & { readonly mode: string; readonly exportability: string }
  /** The full KCV: 8 bytes for DES keys (protocols carry 4), 16 for SM4 (they carry 8) and AES. */
  checkValue(key: KeyBlock): Buffer
  /** ECB of a terminal's key under its master key (terminal-protocol §3.2). Fault SECURITY_KEY_EXPORT. */
  wrapKey(o: { readonly under: KeyBlock; readonly key: KeyBlock }): Buffer
  unwrapKey(o: KeyKind & { readonly under: KeyBlock; readonly cryptogram: Uint8Array }): KeyBlock
  /** A TR-31 block under a key shared with somebody else. Fault SECURITY_KEY_EXPORT. */
  exportKeyBlock(o: { readonly under: KeyBlock; readonly key: KeyBlock; readonly version: 'B' | 'D' }): string
  /** Reads somebody else's block of version A to E; usage and restrictions come with it. */
  importKeyBlock(o: { readonly under: KeyBlock; readonly block: string }): KeyBlock

  computeMac(o: { readonly key: KeyBlock; readonly variant: MacVariant; readonly data: Uint8Array }): Buffer
  verifyMac(o: {
    readonly key: KeyBlock
    readonly variant: MacVariant
    readonly data: Uint8Array
    readonly mac: Uint8Array
  }): boolean
  computeIso9797Mac(o: { readonly key: KeyBlock; readonly method: Iso9797Method; readonly data: Uint8Array }): Buffer
  verifyIso9797Mac(o: {
    readonly key: KeyBlock
    readonly method: Iso9797Method
    readonly data: Uint8Array
    readonly mac: Uint8Array
  }): boolean

  encryptPinBlock(o: {
    readonly key: KeyBlock
    readonly format: PinBlockFormat
    readonly pin: Sensitive<string>
    readonly pan: Sensitive<string>
  }): Buffer
  /** Faults: SECURITY_PIN_BLOCK when malformed, SECURITY_PIN_TRANSLATION from a format with PAN to one without. */
  translatePinBlock(o: {
    readonly from: { readonly key: KeyBlock; readonly format: PinBlockFormat }
    readonly to: { readonly key: KeyBlock; readonly format: PinBlockFormat }
    readonly block: Uint8Array
    readonly pan: Sensitive<string>
  }): Buffer
  pinVerificationValue(o: {
    readonly key: KeyBlock
    readonly keyIndex: number
    readonly pin: Sensitive<string>
    readonly pan: Sensitive<string>
  }): string
  verifyPin(o: {
    readonly pinKey: KeyBlock
    readonly format: PinBlockFormat
    readonly block: Uint8Array
    readonly pan: Sensitive<string>
    readonly pvvKey: KeyBlock
    readonly pvvKeyIndex: number
    readonly pvv: string
  }): PinCheck
  /** IBM 3624: the offset that makes `pin` the cardholder's. It covers every digit of the PIN. */
  pinOffset(o: {
    readonly key: KeyBlock
    readonly pin: Sensitive<string>
    readonly pan: Sensitive<string>
    readonly parameters: PinOffsetParameters
  }): string
  verifyPinOffset(o: {
    readonly pinKey: KeyBlock
    readonly format: PinBlockFormat
    readonly block: Uint8Array
    readonly pan: Sensitive<string>
    readonly offsetKey: KeyBlock
    readonly parameters: PinOffsetParameters
    readonly offset: string
  }): PinCheck

  encryptTrack(o: { readonly key: KeyBlock; readonly track: Sensitive<string> }): Sensitive<string>
  /** Fault SECURITY_TRACK when what comes out is no track. */
  decryptTrack(o: { readonly key: KeyBlock; readonly track: Sensitive<string> }): Sensitive<string>

  /** CVV/CVN; service code 999 gives the chip's, 000 the printed one. */
  cardVerificationValue(o: {
    readonly key: KeyBlock
    readonly pan: Sensitive<string>
    readonly expiry: string
    readonly serviceCode: string
  }): string
  dynamicCardVerificationValue(
    o: CardKeySelection & { readonly expiry: string; readonly serviceCode: string; readonly counter: string },
  ): string
  cardVerificationCode3(
    o: CardKeySelection & {
      readonly trackData: Sensitive<Buffer>
      readonly unpredictableNumber: Uint8Array
      readonly counter: Uint8Array
    },
  ): string

  /**
   * The key of one DUKPT transaction as a key block of usage pin, mac or dataEncryption. The key serial number has 10
   * bytes with a TDES base key, 12 with an AES one. `algorithm` only with AES; by default the base key's.
   */
  deriveDukptKey(o: {
    readonly base: KeyBlock
    readonly ksn: Uint8Array
    readonly purpose: DukptPurpose
    readonly algorithm?: DukptKeyAlgorithm
  }): KeyBlock
  /** CBC over whole blocks under a data key. Fault SECURITY_DATA_LENGTH. */
  encryptData(o: { readonly key: KeyBlock; readonly iv: Uint8Array; readonly data: Uint8Array }): Buffer
  decryptData(o: { readonly key: KeyBlock; readonly iv: Uint8Array; readonly data: Uint8Array }): Sensitive<Buffer>

  /** 32 bytes of HMAC-SHA-256: finds a card without storing its number. */
  hashPan(o: { readonly key: KeyBlock; readonly pan: Sensitive<string> }): Buffer
  /** AES-GCM; `context` says where the value belongs and must be the same when it is opened. */
  seal(o: { readonly key: KeyBlock; readonly value: Sensitive<string>; readonly context: string }): Buffer
  open(o: { readonly key: KeyBlock; readonly sealed: Uint8Array; readonly context: string }): Sensitive<string>
}
