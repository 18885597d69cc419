// The operator of this product's terminal, as a program: does at a real terminal what the kit asks for, one thing after the other.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sensitive } from '@shua/card-data'
import type { CertificationProfile, RequestKind } from '@shua/certification'
import { localTime } from '@shua/scheme'
import { SoftwareSecurityModule } from '@shua/security-module'
import {
  createTerminal,
  emptyState,
  FileJournal,
  initialPasswords,
  MemoryPrinter,
  ModuleCardVault,
  ProfilePinPad,
  TcpHostLink,
  type HostLink,
  type Terminal,
} from '@shua/terminal-core'

const operator = '01'
const amount = { minorUnits: 1_00n, currency: 'CNY' } as const

export interface DeviceHands {
  readonly terminal: Terminal
  /** Does it when everything asked before is done. */
  do(kind: RequestKind | undefined): void
  idle(): Promise<void>
  close(): Promise<void>
}

export async function openDevice(options: {
  readonly port: number
  readonly profile: CertificationProfile
  readonly answerTimeoutMs: number
  readonly wrapLink?: (link: HostLink) => HostLink
}): Promise<DeviceHands> {
  const { profile } = options
  const directory = await mkdtemp(join(tmpdir(), 'shua-certified-'))
  const { terminalId, merchantId, licenceAndSerial } = profile.terminal
  const journal = await FileJournal.open({ directory, initial: emptyState({ terminalId, merchantId, language: 'zh' }) })
  const module = await SoftwareSecurityModule.open({
    masterKeyFile: join(directory, 'master-key'),
    random: randomBytes,
  })
  const crypto = { ...profile.crypto, answerTimeoutMs: options.answerTimeoutMs }
  const link = new TcpHostLink({ host: '127.0.0.1', port: options.port })
  const terminal = await createTerminal({
    configuration: { terminalId, merchantId, profile: crypto, licenceAndSerial },
    drivers: {
      clock: { now: () => new Date(), monotonicNs: () => process.hrtime.bigint() },
      link: options.wrapLink?.(link) ?? link,
      pinPad: new ProfilePinPad(module, crypto),
      vault: new ModuleCardVault(module),
      printer: new MemoryPrinter(1000),
      journal,
      random: randomBytes,
    },
    masterKey: profile.masterKey?.[0],
  })
  await terminal.start(operator)
  let queue: Promise<void> = Promise.resolve()
  return {
    terminal,
    do: (kind) => {
      queue = queue.then(async () => {
        if (kind !== undefined) await perform(terminal, profile, kind)
        await terminal.whenIdle()
      })
    },
    idle: () => queue,
    close: async () => {
      await queue
      await terminal.close()
      await rm(directory, { recursive: true })
    },
  }
}

async function perform(terminal: Terminal, profile: CertificationProfile, kind: RequestKind): Promise<void> {
  const good = profile.cards.find(({ purpose }) => purpose === 'good')
  if (good?.track2 === undefined) throw new Error('the profile has a good card with a stripe')
  const card = { method: 'stripe', track2: good.track2 } as const
  const supervisor = new Sensitive(initialPasswords['00'])
  const paying = { operator, card, pin: good.pin, supervisor }
  const sell = async () => terminal.purchase({ ...paying, amount })
  const hold = async () => {
    await terminal.preAuthorization({ ...paying, amount })
    await terminal.whenIdle()
    const approvalCode = terminal.state.last?.approvalCode ?? ''
    return { ...paying, amount, approvalCode, date: localTime(new Date()).date }
  }
  const lastStan = (): string => terminal.state.records.findLast(({ status }) => status === 'approved')?.stan ?? ''
  const work: Partial<Record<RequestKind, () => Promise<unknown>>> = {
    signOn: () => terminal.signOn(operator),
    signOff: () => terminal.signOff(operator),
    echo: () => terminal.echo(),
    purchase: sell,
    balanceInquiry: () => terminal.balanceInquiry({ ...paying, print: false }),
    void: async () => {
      await sell()
      await terminal.whenIdle()
      return terminal.void({ ...paying, stan: lastStan() })
    },
    refund: async () => {
      await sell()
      await terminal.whenIdle()
      const rrn = terminal.state.last?.rrn ?? ''
      return terminal.refund({ operator, card, supervisor, amount, rrn, date: localTime(new Date()).date })
    },
    preAuthorization: () => terminal.preAuthorization({ ...paying, amount }),
    preAuthorizationVoid: async () => terminal.preAuthorizationVoid(await hold()),
    completion: async () => terminal.completion(await hold()),
    completionAdvice: async () => terminal.completionAdvice(await hold()),
    completionVoid: async () => {
      await terminal.completion(await hold())
      await terminal.whenIdle()
      return terminal.completionVoid({ ...paying, stan: lastStan() })
    },
    settlement: async () => {
      if (terminal.state.settlement === undefined) await sell()
      return terminal.settle(operator)
    },
  }
  await work[kind]?.()
}
