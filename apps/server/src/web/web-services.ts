// What the HTTP edge asks, answered from the roles' public surfaces.

import { dayTotals, listTerminals, terminalKeys, type TraceRecorder } from '@shua/acquirer'
import { maskPan } from '@shua/card-data'
import type { DemoCard, Health, Overview } from '@shua/contract'
import type { LinkServer } from '@shua/link'
import { localTime } from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'
import { demoCards, demoTrack2 } from '../demo/demo-cards.ts'
import type { HostedTerminals } from '../hosted-terminals.ts'
import type { HttpServices, PublishedEvent } from '../http/http-services.ts'
import type { ServerSettings } from '../server-settings.ts'
import type { Storage } from '../storage.ts'
import type { EventSource } from './event-source.ts'
import { paymentPage } from './payments.ts'
import { xrayReport } from './xray.ts'

const version = '0.1.0'

export interface WebParts {
  readonly storage: Storage
  readonly traces: Pick<TraceRecorder, 'flush'>
  /** Where terminals connect; absent when other processes take the payments. */
  readonly link: LinkServer | undefined
  readonly terminals: HostedTerminals
  readonly events: EventSource<PublishedEvent>
  readonly settings: ServerSettings
}

export function createWebServices(parts: WebParts): HttpServices {
  const { database, securityModule } = parts.storage
  return {
    health: () => health(parts),
    overview: () => overview(parts),
    payments: (query) => paymentPage(database, query),
    xray: (paymentId) =>
      xrayReport(paymentId, {
        database,
        flush: () => parts.traces.flush(),
        keysOf: async (terminalId) =>
          (await terminalKeys(database, terminalId)).map(({ name, keyBlock }) => ({
            name,
            kcv: securityModule
              .checkValue(keyBlock as KeyBlock)
              .subarray(0, 4)
              .toString('hex')
              .toUpperCase(),
          })),
      }),
    terminals: parts.terminals,
    events: { subscribe: (listener) => parts.events.subscribe(listener) },
  }
}

async function health({ storage, link }: WebParts): Promise<Health> {
  const database = await storage.database.query('select 1').then(
    () => true,
    () => false,
  )
  const checks = [
    { name: 'database', status: database ? ('ok' as const) : ('failed' as const) },
    ...(link ? [{ name: 'terminals', status: link.stats().ready ? ('ok' as const) : ('failed' as const) }] : []),
  ]
  return { status: checks.every((check) => check.status === 'ok') ? 'ok' : 'degraded', version, checks }
}

async function overview({ storage, terminals, settings }: WebParts): Promise<Overview> {
  const { database } = storage
  const listed = await listTerminals(database)
  const totals = await dayTotals(database, localTime(new Date()).isoDate)
  return {
    serverName: '刷 Shua',
    version,
    // Of all processes together: the page shows the way of a payment, not who runs it.
    roles: ['acquirer', 'switch', 'issuer', 'ledger'],
    terminals: listed.map((terminal) => ({
      terminalId: terminal.terminalId,
      merchantName: terminal.merchantName,
      place: terminal.place,
      profile: terminal.profile,
      hosted: terminals.has(terminal.terminalId),
      signedOn: terminal.signedOn,
      batchNumber: String(terminal.batchNumber).padStart(6, '0'),
      lastSeenAt: terminal.lastSeenAt?.toISOString() ?? null,
    })),
    cards: demoCards.map(demoCard),
    today: {
      approvedCount: Number(totals.approvedCount),
      approvedMinor: totals.approvedMinor.toString(),
      currency: 'CNY',
      declinedCount: Number(totals.declinedCount),
      unknownCount: Number(totals.unknownCount),
    },
    warnings: settings.open
      ? [{ zh: '监听地址对外开放，且尚无登录', en: 'Listeners are open beyond this machine and nobody has to log in' }]
      : [],
  }
}

function demoCard(card: (typeof demoCards)[number]): DemoCard {
  return {
    cardId: card.cardId,
    label: card.label,
    maskedPan: maskPan(card.pan),
    holder: card.holder,
    scenario: card.scenario,
    responseCode: card.responseCode,
    note: card.note,
    track2Demo: demoTrack2(card),
    pin: card.pin,
    balanceMinor: card.balanceMinor.toString(),
    currency: 'CNY',
  }
}
