// Plugs the roles together: terminals reach the acquirer over a link, the acquirer hands payments to the switch, the switch to
// the issuer, and all three work in one database (docs/decisions/0002-one-database-transaction-per-payment-batch.md).

import {
  createAcquirer,
  acquirerMigrations,
  createTraceRecorder,
  type Acquirer,
  type AcquirerEvent,
  type TraceRecorder,
} from '@shua/acquirer'
import { compileDialect, dialects, type Codec } from '@shua/iso8583'
import { createIssuer, issuerMigrations, type IssuerRole } from '@shua/issuer'
import { ledgerMigrations } from '@shua/ledger-store'
import { startLinkServer, terminalFrame, type LinkEvent, type LinkServer } from '@shua/link'
import { loadMigrations, type Database, type MigrationSet } from '@shua/postgres'
import { settlementMigrations } from '@shua/settlement'
import { createSwitch } from '@shua/switch'
import type { SecurityModule } from '@shua/security-module'
import { nobodyObserves, type NetworkObserver } from './metrics/network-observer.ts'
import { openNetworkKeys, type NetworkKeys } from './network-keys.ts'

export const acquirerId = '48020000'
export const issuerId = '01020000'
export const issuerBin = '622588'

export interface NetworkOptions {
  readonly database: Database
  readonly securityModule: SecurityModule
  readonly host: string
  readonly terminalPort: number
  readonly now: () => Date
  readonly nanoseconds: () => bigint
  readonly random: (size: number) => Buffer
  readonly onAcquirerEvent: (event: AcquirerEvent) => void
  readonly onLinkEvent: (event: LinkEvent) => void
  readonly onFault: (where: string, error: unknown) => void
  readonly observer?: NetworkObserver
}

export interface Network {
  readonly keys: NetworkKeys
  readonly codec: Codec
  readonly issuer: IssuerRole
  readonly acquirer: Acquirer
  readonly traces: TraceRecorder
  readonly terminals: LinkServer
  close(options: { drainMs: number }): Promise<void>
}

const connectionsMax = 5_000

export async function networkMigrations(): Promise<MigrationSet[]> {
  const server = await loadMigrations('server', new URL('../migrations/', import.meta.url))
  const roles = [await issuerMigrations(), await acquirerMigrations(), await settlementMigrations()]
  return [server, await ledgerMigrations(), ...roles]
}

/** Expects a migrated database (`networkMigrations`). */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { database, securityModule, now, onFault, observer = nobodyObserves } = options
  const keys = await openNetworkKeys(database, securityModule, now())
  const codec = compileDialect(dialects.unionpayPos)
  const issuer = createIssuer({ issuerId, securityModule, keys })
  const network = observer.observeSwitch(
    createSwitch({
      routes: [{ bins: [issuerBin], issuerId, issuer, zonePin: { key: keys.zonePin, format: 0 } }],
      securityModule,
      onIssuerFailure: ({ cause }) => onFault('issuer', cause),
    }),
  )
  const traces = startTraces(options, codec)
  const acquirer = createAcquirer({
    acquirerId,
    database,
    securityModule,
    keys,
    codec,
    network,
    now,
    nanoseconds: options.nanoseconds,
    random: options.random,
    onFault: (error) => onFault('acquirer', error),
    traceWanted: (startedAtUs) => traces.wants(startedAtUs),
    onEvent: (event) => {
      if (event.trace.recording) recordTrace(traces, event)
      options.onAcquirerEvent(event)
    },
  })
  const terminals = await startLinkServer({
    host: options.host,
    port: options.terminalPort,
    frame: terminalFrame,
    connectionsMax,
    idleTimeoutMs: 300_000,
    frameTimeoutMs: 10_000,
    inFlightPerConnectionMax: 16,
    onFrame: (payload) => acquirer.handle(payload),
    onEvent: options.onLinkEvent,
  })
  return {
    keys,
    codec,
    issuer,
    acquirer,
    traces,
    terminals,
    async close(closing) {
      await terminals.close(closing)
      await acquirer.idle()
      await traces.close()
    },
  }
}

/** The recorder of traces; a process with demo terminals has one too, for what they see. */
export function startTraces(
  options: Pick<NetworkOptions, 'database' | 'onFault' | 'observer'>,
  codec: Codec,
): TraceRecorder {
  const { database, onFault, observer = nobodyObserves } = options
  return observer.observeTraces(database, (observed) =>
    createTraceRecorder({
      database: observed,
      codec,
      waitingMax: 5_000,
      intervalMs: 150,
      onFault: (error) => onFault('trace', error),
    }),
  )
}

function recordTrace(traces: TraceRecorder, event: AcquirerEvent): void {
  if (event.terminalId === undefined || event.stan === undefined || event.batchNumber === undefined) return
  traces.record({
    terminalId: event.terminalId,
    batchNumber: event.batchNumber,
    stan: event.stan,
    seenBy: 'host',
    mti: event.mti,
    paymentId: event.paymentId,
    startedAtUs: event.startedAtUs,
    durationUs: event.durationUs,
    lane: 'acquirer',
    events: event.trace.events,
    request: event.request,
    answer: event.answer,
  })
}
