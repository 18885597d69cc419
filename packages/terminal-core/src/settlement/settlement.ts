// 结算: totals from the journal, compared by the host (0500); upload when they differ; the end message; and only after the end is
// answered is the batch cleared (terminal-protocol §4.3). Each step is durable, so an interrupted settlement goes on where it
// stopped.

import { formatSettlementTotals, parseSettlementTotals } from '@shua/scheme'
import { sendAllAdvices } from '../completion-advice/send-stored-advice.ts'
import type { Exchange } from '../engine/exchange.ts'
import { managementExchange, managementOutcome, type ManagementRequest } from '../engine/management-exchange.ts'
import { refused, type Declined, type RefusalReason, type SettlementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'
import { undecidedCode } from '../payment/undecided-code.ts'
import { resolveReversal } from '../reversal/reversal.ts'
import { signOff } from '../sign-off/sign-off.ts'
import { signOn } from '../sign-on/sign-on.ts'
import { batchTotals } from '../state/batch-totals.ts'
import { countOfUpload, uploadBatch } from './batch-upload.ts'
import { printSettlement } from './print-settlement.ts'

export async function settle(context: TerminalContext, operator: string): Promise<SettlementOutcome> {
  if (context.state.settlement === undefined) {
    const wrong = await beforeSettlement(context)
    if (wrong !== undefined) return refused(wrong)
    await startSettlement(context, operator)
  }
  return await continueSettlement(context)
}

async function beforeSettlement(context: TerminalContext): Promise<RefusalReason | undefined> {
  if (context.state.pinPad === undefined) return 'noMasterKey'
  if (!context.state.signedOn) return 'notSignedOn'
  const reversal = await resolveReversal(context)
  if (reversal.kind === 'pending') return 'reversalPending'
  return (await sendAllAdvices(context)) ? undefined : 'advicesPending'
}

async function startSettlement(context: TerminalContext, operator: string): Promise<void> {
  await context.append({
    type: 'settlementStarted',
    settlement: {
      operator,
      startedAt: context.nowText(),
      phase: 'asked',
      domesticFlag: 0,
      foreignFlag: 0,
      nextBatch: undefined,
    },
  })
}

/** Goes on with a settlement that has begun; also called at start. */
export async function continueSettlement(context: TerminalContext): Promise<SettlementOutcome> {
  if (context.state.settlement?.phase === 'asked') {
    const stopped = await askTotals(context)
    if (stopped !== undefined) return stopped
  }
  const { settlement } = context.state
  // The host turned out to have closed the batch already.
  if (settlement === undefined) return await finish(context, 0)
  const uploaded = settlement.phase === 'uploading' ? await uploadBatch(context) : 0
  if (typeof uploaded !== 'number') return await stop(context, uploaded)
  const end = await withFreshKeys(context, {
    kind: 'batchUploadEnd',
    networkCode: settlement.phase === 'balanced' ? '207' : '202',
    withStan: true,
    operator: undefined,
    digits: String(countOfUpload(context.state.records)).padStart(4, '0'),
  })
  if (context.state.settlement === undefined) return await finish(context, uploaded)
  const outcome = managementOutcome(end)
  if (outcome.kind !== 'done' || end.kind !== 'answer') return await stop(context, end)
  await close(context, end.answer.batchNumber)
  return await finish(context, uploaded)
}

/** Sends the 0500; undefined when settlement goes on. */
async function askTotals(context: TerminalContext): Promise<SettlementOutcome | undefined> {
  const { records, settlement } = context.state
  const totals = batchTotals(records)
  const result = await withFreshKeys(context, {
    kind: 'settlement',
    networkCode: '201',
    withStan: true,
    operator: settlement?.operator,
    digits: formatSettlementTotals({
      domestic: { ...totals.domestic, flag: 0 },
      foreign: { ...totals.foreign, flag: 0 },
    }),
    complete: (message) => message.set(49, '156'),
  })
  if (context.state.settlement === undefined) return undefined
  // Some hosts answer without DE 39: what counts is whether DE 48 holds the flags (§4.3).
  const answered = result.kind === 'answer' ? parseSettlementTotals(result.answer.digits ?? '') : undefined
  if (result.kind === 'noAnswer' || answered === undefined) return await stop(context, result)
  const { batchNumber } = result.answer
  await context.append({
    type: 'settlementAnswered',
    domesticFlag: flagOf(answered.domestic.flag, totals.domestic.debitCount + totals.domestic.creditCount),
    foreignFlag: flagOf(answered.foreign.flag, totals.foreign.debitCount + totals.foreign.creditCount),
    nextBatch: batchNumber === context.state.batchNumber ? undefined : batchNumber,
  })
  return undefined
}

/** A host may leave the flag of an empty block at 0. */
function flagOf(flag: number, count: number): number {
  return flag === 0 && count === 0 ? 1 : flag
}

/** Sends once more after a sign-on when the host has forgotten our keys; learns then whether it closed the batch meanwhile. */
async function withFreshKeys(context: TerminalContext, request: ManagementRequest): Promise<Exchange> {
  const result = await managementExchange(context, request)
  if (result.kind === 'noAnswer' || result.answer.responseCode !== '77') return result
  const operator = context.state.settlement?.operator ?? '00'
  const outcome = await signOn(context, operator)
  if (outcome.kind !== 'done') return result
  if (context.state.mustSettle) {
    // Our batch is not the host's any more: the end message of this settlement had arrived and its answer was lost.
    await close(context, undefined)
    await signOn(context, operator)
    return result
  }
  return await managementExchange(context, request)
}

async function close(context: TerminalContext, hostBatch: string | undefined): Promise<void> {
  const { batchNumber, settlement } = context.state
  const named = hostBatch === batchNumber ? undefined : hostBatch
  const next = named ?? settlement?.nextBatch ?? followingBatch(batchNumber)
  await context.append({ type: 'batchClosed', nextBatch: next, closedAt: context.localText() })
}

export function followingBatch(batchNumber: string): string {
  return String((Number(batchNumber) % 999_999) + 1).padStart(6, '0')
}

async function finish(context: TerminalContext, uploaded: number): Promise<SettlementOutcome> {
  const printed = (await printSettlement(context, { reprint: false })) === 'printed'
  const { closedBatch, batchNumber, parameters } = context.state
  if (parameters?.autoSignOff === true) await signOff(context, closedBatch?.operator ?? '00')
  return {
    kind: 'settled',
    balanced: closedBatch?.balanced ?? false,
    closedBatch: closedBatch?.batchNumber ?? batchNumber,
    nextBatch: batchNumber,
    uploaded,
    printed,
  }
}

/**
 * No answer: it goes on later; so it does on 96, because an end message whose answer was lost may have closed the batch. Another
 * refusal: the settlement is dropped and can be asked for anew.
 */
async function stop(context: TerminalContext, result: Exchange): Promise<SettlementOutcome> {
  const phase = context.state.settlement?.phase ?? 'asked'
  const isUndecided = result.kind === 'noAnswer' || (phase !== 'asked' && result.answer.responseCode === undecidedCode)
  if (isUndecided) return { kind: 'interrupted', phase }
  await context.append({ type: 'settlementDropped' })
  const { responseCode, rrn } = result.answer
  const declined: Declined = {
    kind: 'declined',
    responseCode: responseCode ?? '06',
    stan: result.message.text('11'),
    rrn,
  }
  return declined
}
