// 签到: fetches fresh working keys and the number of the open batch (terminal-protocol §3.1–3.3). A check value that is not
// the key's leaves the old keys in place and the terminal signed off.

import { Fault } from '@shua/assert'
import { formatSequenceNumber, parseWorkingKeys, type TerminalProfile } from '@shua/scheme'
import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import { refused, type ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

/** DE 60.3: with or without a track key, for 3DES and for SM4 key sets (§2.1). */
function signOnCode(profile: TerminalProfile): string {
  if (profile.keySet.algorithm === 'sm4') return profile.trackEncrypted ? '006' : '005'
  return profile.trackEncrypted ? '004' : '003'
}

export async function signOn(context: TerminalContext, operator: string): Promise<ManagementOutcome> {
  const { configuration, drivers } = context
  if (context.state.pinPad === undefined) return refused('noMasterKey')
  const { licenceAndSerial, profile } = configuration
  const result = await managementExchange(context, {
    kind: 'signOn',
    networkCode: signOnCode(profile),
    withStan: true,
    operator,
    data: licenceAndSerial === undefined ? undefined : formatSequenceNumber(licenceAndSerial),
  })
  const outcome = managementOutcome(result)
  if (outcome.kind !== 'done' || result.kind !== 'answer') return outcome
  const { answer } = result
  try {
    drivers.pinPad.loadWorkingKeys(parseWorkingKeys(answer.data ?? new Uint8Array(), profile))
  } catch (error) {
    // A wrong length, a wrong check value, or a key block that does not open: the keys of host and terminal do not fit.
    if (error instanceof Fault) return refused('keysWrong')
    throw error
  }
  await context.append({
    type: 'signedOn',
    pinPad: drivers.pinPad.exportState(),
    at: context.nowText(),
    ...batchAfter(context, answer.batchNumber),
  })
  await context.append({ type: 'requirementDone', digit: '3' })
  return outcome
}

/** The host's batch is adopted unless ours still holds something: then it must be settled first (§2.3, §4.3). */
function batchAfter(
  context: TerminalContext,
  hostBatch: string | undefined,
): { batchNumber: string; mustSettle: boolean } {
  const { batchNumber, records, advices, settlement } = context.state
  const own = /^\d{6}$/.test(hostBatch ?? '') && hostBatch !== '000000' ? hostBatch! : batchNumber
  const empty = records.length === 0 && advices.length === 0 && settlement === undefined
  if (own === batchNumber || empty) return { batchNumber: own, mustSettle: false }
  return { batchNumber, mustSettle: true }
}
