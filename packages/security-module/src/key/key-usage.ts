// What a key is for, with its TR-31 code. The usage is sealed into the key block, so a key can never serve another
// purpose than it was made for: a MAC key does not decipher PIN blocks, whoever asks.

import type { KeyAlgorithm } from '../cipher/key-algorithm.ts'

interface UsageRow {
  /** The code our own key blocks carry; two digits where TR-31 has none and leaves numbers to the implementer. */
  readonly code: string
  /** Codes accepted in other parties' key blocks. */
  readonly accepts?: readonly string[]
  readonly mode: ModeOfUse
  /** S: leaves also as a bare cryptogram under a terminal master key. E: only in a key block. N: never. */
  readonly exportability: Exportability
  readonly algorithms: readonly KeyAlgorithm[]
}

export type Exportability = 'E' | 'N' | 'S'
/** B both ways, C generate and verify, D decipher only, E encipher only, G generate only, N any, V verify only, X derive. */
export type ModeOfUse = 'B' | 'C' | 'D' | 'E' | 'G' | 'N' | 'V' | 'X'
export type Operation = 'encipher' | 'decipher' | 'generate' | 'verify' | 'derive'

const des = ['des', 'tdes2', 'tdes3'] as const
const tdes = ['tdes2', 'tdes3'] as const
const aes = ['aes128', 'aes192', 'aes256'] as const
const any = [...des, ...aes, 'sm4'] as const
const wrapping = [...tdes, ...aes, 'sm4'] as const

export const keyUsages = {
  terminalMaster: { code: 'K0', mode: 'B', exportability: 'S', algorithms: any },
  keyBlockProtection: { code: 'K1', mode: 'B', exportability: 'N', algorithms: [...tdes, ...aes] },
  pin: { code: 'P0', mode: 'B', exportability: 'S', algorithms: any },
  mac: {
    code: 'M3',
    accepts: ['M0', 'M1', 'M2', 'M4', 'M5', 'M6', 'M8'],
    mode: 'C',
    exportability: 'S',
    algorithms: any,
  },
  track: { code: '10', mode: 'B', exportability: 'S', algorithms: [...des, 'sm4'] },
  dataEncryption: { code: 'D0', mode: 'B', exportability: 'N', algorithms: wrapping },
  panHash: { code: 'M7', mode: 'C', exportability: 'N', algorithms: ['aes256'] },
  pinVerification: { code: 'V2', mode: 'C', exportability: 'E', algorithms: ['tdes2'] },
  pinOffset: { code: 'V1', accepts: ['V0'], mode: 'C', exportability: 'E', algorithms: tdes },
  cardVerification: { code: 'C0', mode: 'C', exportability: 'E', algorithms: ['tdes2'] },
  cardDynamicNumber: { code: 'E4', mode: 'X', exportability: 'E', algorithms: ['tdes2'] },
  dukptBase: { code: 'B0', mode: 'X', exportability: 'E', algorithms: ['tdes2', ...aes] },
} as const satisfies Record<string, UsageRow>

export type KeyUsage = keyof typeof keyUsages

export function usageRow(usage: KeyUsage): UsageRow {
  return keyUsages[usage]
}

/** The usage a TR-31 code stands for, or undefined for one this module has no operation for. */
export function usageOfCode(code: string): KeyUsage | undefined {
  const usages = Object.keys(keyUsages) as KeyUsage[]
  return usages.find((usage) => usageRow(usage).code === code || usageRow(usage).accepts?.includes(code) === true)
}

const operationsOfMode: Record<ModeOfUse, readonly Operation[]> = {
  B: ['encipher', 'decipher'],
  C: ['generate', 'verify'],
  D: ['decipher'],
  E: ['encipher'],
  G: ['generate'],
  N: ['encipher', 'decipher', 'generate', 'verify', 'derive'],
  V: ['verify'],
  X: ['derive'],
}

export function isModeOfUse(text: string): text is ModeOfUse {
  return Object.hasOwn(operationsOfMode, text)
}

export function modeAllows(mode: ModeOfUse, operation: Operation): boolean {
  return operationsOfMode[mode].includes(operation)
}

/** Keys that travel to a terminal as a bare cryptogram under its master key (terminal-protocol §3.1). */
export const terminalKeyUsages: readonly KeyUsage[] = ['terminalMaster', 'pin', 'mac', 'track']
