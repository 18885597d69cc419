// What a PIN pad keeps across a restart: its keys as key blocks, worth nothing without the pad's own master key.

import { Fault } from '@shua/assert'
import { parseKeyBlock, type KeyBlock } from '../module/key-block.ts'
import { securityFault } from '../security-fault.ts'

/** JSON-serialisable. */
export interface PinPadState {
  readonly version: 1
  /** By slot. */
  readonly masterKeys: Readonly<Record<string, KeyBlock>>
  readonly workingKeys: { readonly pik?: KeyBlock; readonly mak?: KeyBlock; readonly tdk?: KeyBlock }
}

/** Reads what `exportState` wrote; Fault SECURITY_PIN_PAD_STATE. Whether the keys are this pad's is checked by the pad. */
export function parsePinPadState(state: unknown): PinPadState {
  const masterKeys = new Map<string, KeyBlock>()
  const workingKeys: { -readonly [name in 'pik' | 'mak' | 'tdk']?: KeyBlock } = {}
  if (!isRecord(state) || state['version'] !== 1 || !isRecord(state['masterKeys']) || !isRecord(state['workingKeys'])) {
    throw unreadable('')
  }
  for (const [slot, block] of Object.entries(state['masterKeys'])) {
    if (!/^[1-9]$/.test(slot)) throw unreadable(`masterKeys.${slot}`)
    masterKeys.set(slot, blockAt(block, `masterKeys.${slot}`))
  }
  for (const [name, block] of Object.entries(state['workingKeys'])) {
    if (name !== 'pik' && name !== 'mak' && name !== 'tdk') throw unreadable('workingKeys')
    workingKeys[name] = blockAt(block, `workingKeys.${name}`)
  }
  return { version: 1, masterKeys: Object.fromEntries(masterKeys), workingKeys }
}

function blockAt(value: unknown, path: string): KeyBlock {
  if (typeof value !== 'string') throw unreadable(path)
  try {
    return parseKeyBlock(value)
  } catch (cause) {
    if (cause instanceof Fault) throw unreadable(path, cause)
    throw cause
  }
}

export function unreadable(path: string, cause?: Fault): Fault {
  return securityFault('SECURITY_PIN_PAD_STATE', 'the stored state of the PIN pad is unreadable', { path, cause })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
