// The part of a terminal that holds its keys (terminal-protocol §3). What the pad wants remembered over a power cut it exports
// as key blocks, worth nothing without its own master key; the journal keeps them.

import type { Sensitive } from '@shua/card-data'
import type { PinOnWire, WorkingKeySet } from '@shua/scheme'

export interface PinPad {
  /** Injects the terminal's master key and answers its check value; working keys under a former one are erased. */
  loadMasterKey(key: Sensitive<Buffer>): string
  /** The check value `loadMasterKey` would answer. */
  checkValueOf(key: Sensitive<Buffer>): string
  /** Takes all keys of a sign-on answer or none; throws `SECURITY_KEY_CHECK` when a check value is not the key's. */
  loadWorkingKeys(keys: WorkingKeySet): void
  eraseWorkingKeys(): void
  encryptPin(pin: Sensitive<string>, pan: Sensitive<string>): PinOnWire
  encryptTrack(track: Sensitive<string>): Sensitive<string>
  computeMac(data: Uint8Array): Buffer
  verifyMac(data: Uint8Array, mac: Uint8Array): boolean
  /** JSON-serialisable. */
  exportState(): unknown
  /** Throws `SECURITY_PIN_PAD_STATE` for anything but this pad's own export. */
  importState(state: unknown): void
}

/** Keeps card numbers unreadable inside the journal. */
export interface CardVault {
  /** A new key as a key block, to be kept with the values. */
  createKey(): string
  seal(key: string, value: Sensitive<string>, context: string): string
  /** Throws `SECURITY_SEAL` when the value was not sealed here for this context. */
  open(key: string, sealed: string, context: string): Sensitive<string>
}
