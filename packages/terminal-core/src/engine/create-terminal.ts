// Puts a terminal together: configuration, drivers, journal. The application that calls it owns clock, sockets and files.

import type { Sensitive } from '@shua/card-data'
import { compileDialect, dialects } from '@shua/iso8583'
import type { TerminalProfile } from '@shua/scheme'
import { Terminal } from './terminal.ts'
import { terminalConfigurationDefault, type TerminalConfiguration } from './terminal-configuration.ts'
import { TerminalContext, type TerminalDrivers, type TerminalTrace } from './terminal-context.ts'

/** The dialect is the same for every terminal of a process. */
const codec = compileDialect(dialects.unionpayPos)

export interface CreateTerminalOptions {
  readonly configuration: Partial<TerminalConfiguration> & {
    readonly terminalId: string
    readonly merchantId: string
    readonly profile: TerminalProfile
  }
  readonly drivers: TerminalDrivers
  /** Injected at the first start, and again when it is another one than before. */
  readonly masterKey?: Sensitive<Buffer> | undefined
  readonly onTrace?: ((trace: TerminalTrace) => void) | undefined
}

/** Throws `SECURITY_PIN_PAD_STATE` when the journal's keys are of another PIN pad. Call `start` on what comes back. */
export async function createTerminal(options: CreateTerminalOptions): Promise<Terminal> {
  const configuration: TerminalConfiguration = { ...terminalConfigurationDefault, ...options.configuration }
  const listeners = new Set<() => void>()
  const context = new TerminalContext({
    configuration,
    drivers: options.drivers,
    codec,
    onTrace: options.onTrace,
    onChange: () => {
      for (const listener of listeners) listener()
    },
  })
  await loadKeys(context, options.masterKey)
  return new Terminal(context, listeners)
}

async function loadKeys(context: TerminalContext, masterKey: Sensitive<Buffer> | undefined): Promise<void> {
  const { pinPad, vault } = context.drivers
  const { state } = context
  if (state.pinPad !== undefined) pinPad.importState(state.pinPad)
  if (masterKey === undefined || pinPad.checkValueOf(masterKey) === state.masterKeyCheckValue) return
  const masterKeyCheckValue = pinPad.loadMasterKey(masterKey)
  await context.append({
    type: 'masterKeyLoaded',
    pinPad: pinPad.exportState(),
    masterKeyCheckValue,
    // Card numbers in the journal are sealed with the old key, so it stays.
    sealKey: state.sealKey ?? vault.createKey(),
  })
}
