// Dispatches the messages without a payment. What needs working keys is refused with 77 while the terminal has none.

import { localTime, type ManagementKind, type ManagementMessage, type TerminalProfile } from '@shua/scheme'
import { refusal, type Verdict, type Visit } from '../edge/visit.ts'
import { admitMerchant, admitSession } from '../edge/admit.ts'
import { batchUpload } from '../settlement/batch-upload.ts'
import { endBatchUpload } from '../settlement/batch-upload-end.ts'
import { settle } from '../settlement/settlement.ts'
import { signOn } from '../sign-on/sign-on.ts'
import { signTerminalOff, markTerminalSeen, type TerminalSession } from '../store/terminal-store.ts'
import type { ManagementOutcome } from './management-outcome.ts'
import { parameterDownload } from './parameter-download.ts'
import { stopListDownload } from './stop-list-download.ts'

export interface ManagementContext {
  readonly visit: Visit
  readonly terminal: TerminalSession
  readonly profile: TerminalProfile
}

/** Messages that come without DE 11 (terminal-protocol §2.9). */
const withoutTrace = new Set<ManagementKind>([
  'echo',
  'parameterDownload',
  'parameterDownloadEnd',
  'stopListDownload',
  'stopListDownloadEnd',
  'statusReport',
])

const needsSession: Record<ManagementKind, boolean> = {
  signOn: false,
  signOff: false,
  echo: false,
  statusReport: false,
  parameterDownload: false,
  parameterDownloadEnd: false,
  stopListDownload: true,
  stopListDownloadEnd: true,
  settlement: true,
  batchUpload: true,
  batchUploadEnd: true,
}

export async function manage(request: ManagementMessage, context: ManagementContext): Promise<Verdict> {
  const { visit, terminal } = context
  if (needsSession[request.kind]) {
    const refused = admitSession(terminal, visit)
    if (refused !== undefined) return refusal(refused)
  }
  if (request.kind === 'signOn') {
    const closed = admitMerchant(terminal, visit.observer)
    if (closed !== undefined) return refusal(closed)
  }
  if (!withoutTrace.has(request.kind) && request.head.stan === undefined) return refusal('formatError')
  const outcome = await run(request, context)
  if (outcome.refused !== undefined) return refusal(outcome.refused)
  // Settlement answers tell the settlement date and the card organisation (§2.9, observed bitmaps).
  const settles = request.kind === 'settlement' ? { settlementDate: localTime(visit.at).date, organisation: 'CUP' } : {}
  return {
    outcome: 'answered',
    answer: {
      responseCode: '00',
      batchNumber: outcome.batchNumber,
      data: outcome.data,
      digits: outcome.digits,
      ...settles,
    },
  }
}

async function run(
  request: ManagementMessage,
  { visit, terminal, profile }: ManagementContext,
): Promise<ManagementOutcome> {
  const { options, at, message } = visit
  const { database, securityModule } = options
  switch (request.kind) {
    case 'signOn':
      return signOn(request, { terminal, profile, at, database, securityModule })
    case 'signOff':
      await signTerminalOff(database, terminal.terminalId, at)
      return {}
    case 'echo':
    case 'statusReport':
    case 'parameterDownloadEnd':
    case 'stopListDownloadEnd':
      await markTerminalSeen(database, terminal.terminalId, at)
      return {}
    case 'parameterDownload':
      return parameterDownload(terminal.merchantName, profile)
    case 'stopListDownload':
      return stopListDownload(database, request.data)
    case 'settlement':
      if (Number(request.head.batchNumber) !== terminal.batchNumber) return { refused: 'batchMismatch' }
      return database.inTransaction((tx) => settle(request, terminal, at, tx))
    case 'batchUpload':
      return database.inTransaction((tx) =>
        batchUpload(request, message, {
          terminal,
          tx,
          hashPan: (pan) => securityModule.hashPan({ key: options.keys.panHash, pan }),
        }),
      )
    case 'batchUploadEnd':
      return database.inTransaction((tx) => endBatchUpload(request, { terminal, at, tx, random: options.random }))
  }
}
