// Puts a terminal together from the options: real clock, real socket, keys and journal in its directory.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { SoftwareSecurityModule } from '@shua/security-module'
import {
  CopyingPrinter,
  createTerminal,
  emptyState,
  FileJournal,
  MemoryPrinter,
  ModuleCardVault,
  NetworkEscPosPrinter,
  ProfilePinPad,
  TcpHostLink,
  type Terminal,
} from '@shua/terminal-core'
import type { TerminalOptions } from './terminal-options.ts'

export interface OpenedTerminal {
  readonly terminal: Terminal
  readonly paper: MemoryPrinter
}

export async function openTerminal(options: TerminalOptions): Promise<OpenedTerminal> {
  const { directory, terminalId, merchantId, profile, language } = options
  const journal = await FileJournal.open({ directory, initial: emptyState({ terminalId, merchantId, language }) })
  try {
    const module = await SoftwareSecurityModule.open({
      masterKeyFile: join(directory, 'master-key'),
      random: randomBytes,
    })
    const paper = new MemoryPrinter()
    const terminal = await createTerminal({
      configuration: {
        terminalId,
        merchantId,
        merchantName: options.merchantName,
        profile,
        licenceAndSerial: options.licence,
      },
      drivers: {
        clock: { now: () => new Date(), monotonicNs: () => process.hrtime.bigint() },
        link: new TcpHostLink({ host: options.host, port: options.port }),
        pinPad: new ProfilePinPad(module, profile),
        vault: new ModuleCardVault(module),
        printer: options.printer ? new CopyingPrinter(new NetworkEscPosPrinter(options.printer), paper) : paper,
        journal,
        random: randomBytes,
      },
      masterKey: options.masterKey,
    })
    await terminal.start(options.operator)
    return { terminal, paper }
  } catch (error) {
    await journal.close()
    throw error
  }
}
