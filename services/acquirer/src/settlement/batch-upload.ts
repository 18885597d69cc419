// Batch upload (0320/201): the records of a batch whose totals differ, up to eight a message, or a single refund or advice with
// its own 60.1 (terminal-protocol §4.3). A packet that comes twice changes nothing.

import { parsePan, type Sensitive } from '@shua/card-data'
import type { Message } from '@shua/iso8583'
import { parseBatchDetail, type ManagementMessage } from '@shua/scheme'
import type { Transaction } from '@shua/postgres'
import { findBatch, storeUpload, type UploadedRecord } from '../store/batch-store.ts'
import type { TerminalSession } from '../store/terminal-store.ts'
import type { ManagementOutcome } from '../management/management-outcome.ts'

export async function batchUpload(
  request: ManagementMessage,
  message: Message,
  context: { terminal: TerminalSession; tx: Transaction; hashPan: (pan: Sensitive<string>) => Buffer },
): Promise<ManagementOutcome> {
  const { terminal, tx } = context
  const batchNumber = Number(request.head.batchNumber)
  const records = request.head.typeCode === '00' ? packet(request, context.hashPan) : single(message, context.hashPan)
  if (records === undefined) return { refused: 'formatError' }
  const batch = await findBatch(tx, terminal.terminalId, batchNumber)
  if (batch?.state !== 'settling') return { refused: 'originalNotFound' }
  await storeUpload(tx, terminal.terminalId, batchNumber, records)
  return echoOf(request)
}

/** The answer repeats DE 48 (terminal-protocol §2.9). */
function echoOf(request: ManagementMessage): ManagementOutcome {
  return request.digits === undefined ? {} : { digits: request.digits }
}

function packet(request: ManagementMessage, hashPan: (pan: Sensitive<string>) => Buffer): UploadedRecord[] | undefined {
  return parseBatchDetail(request.digits ?? '')?.map((record) => ({
    stan: Number(record.stan),
    panHash: hashPan(record.pan),
    maskedPan: record.pan.toString(),
    amountMinor: record.amountMinor,
  }))
}

function single(message: Message, hashPan: (pan: Sensitive<string>) => Buffer): UploadedRecord[] | undefined {
  const stan = message.text('11')
  const pan = parsePan(message.text('2') ?? '')
  const amountMinor = message.amount('4')
  if (stan === undefined || pan === undefined || amountMinor === undefined) return undefined
  return [{ stan: Number(stan), panHash: hashPan(pan), maskedPan: pan.toString(), amountMinor }]
}
