// Sign-on: fresh working keys under the terminal's master key, with their check values, and the open batch number
// (terminal-protocol §2.3, §3.2). The keys of the previous sign-on end here.

import {
  formatWorkingKeys,
  parseSequenceNumber,
  type DeclineReason,
  type ManagementMessage,
  type TerminalProfile,
  type WrappedKey,
} from '@shua/scheme'
import type { KeyAlgorithm, KeyBlock, KeyUsage, SecurityModule } from '@shua/security-module'
import type { Queryable } from '@shua/postgres'
import { signTerminalOn, type TerminalSession } from '../store/terminal-store.ts'
import type { ManagementOutcome } from '../management/management-outcome.ts'

/** DE 60.3 by key set: 003 and 004 ask for 3DES keys without and with TDK, 005 and 006 the same with SM4. */
const askedKeys = {
  tdes2: { '003': false, '004': true },
  sm4: { '005': false, '006': true },
} as const satisfies Record<TerminalProfile['keySet']['algorithm'], Record<string, boolean>>

export async function signOn(
  request: ManagementMessage,
  context: {
    terminal: TerminalSession
    profile: TerminalProfile
    at: Date
    database: Queryable
    securityModule: SecurityModule
  },
): Promise<ManagementOutcome> {
  const { terminal, profile, securityModule } = context
  const refused = refuseSignOn(request, terminal, profile)
  if (refused !== undefined) return { refused }
  const { algorithm, mak, checkValueBytes } = profile.keySet
  const withTrackKey = (askedKeys[algorithm] as Record<string, boolean>)[request.head.networkCode] === true
  const under = terminal.masterKey as KeyBlock
  const fresh = (usage: KeyUsage, keyAlgorithm: KeyAlgorithm): { key: KeyBlock; wrapped: WrappedKey } => {
    const key = securityModule.generateKey({ usage, algorithm: keyAlgorithm })
    const cryptogram = securityModule.wrapKey({ under, key })
    return { key, wrapped: { cryptogram, checkValue: securityModule.checkValue(key).subarray(0, checkValueBytes) } }
  }
  const pik = fresh('pin', algorithm)
  const macKey = fresh('mac', mak === 'half' ? 'des' : algorithm)
  const trackKey = withTrackKey ? fresh('track', algorithm) : undefined
  await signTerminalOn(context.database, terminal.terminalId, {
    pinKey: pik.key,
    macKey: macKey.key,
    trackKey: trackKey?.key ?? null,
    licenceSerial: licenceOf(request) ?? null,
    operator: request.operator?.trim() ?? '',
    at: context.at,
  })
  return {
    data: formatWorkingKeys({ pik: pik.wrapped, mak: macKey.wrapped, tdk: trackKey?.wrapped }),
    batchNumber: String(terminal.batchNumber).padStart(6, '0'),
  }
}

function licenceOf(request: ManagementMessage): string | undefined {
  return request.data === undefined ? undefined : parseSequenceNumber(request.data)
}

function refuseSignOn(
  request: ManagementMessage,
  terminal: TerminalSession,
  profile: TerminalProfile,
): DeclineReason | undefined {
  if (!Object.hasOwn(askedKeys[profile.keySet.algorithm], request.head.networkCode)) return 'functionNotSupported'
  // Older terminals send no licence; one that does must send its own.
  if (request.data === undefined) return undefined
  const licence = licenceOf(request)
  if (licence === undefined) return 'formatError'
  return terminal.licenceSerial !== null && terminal.licenceSerial !== licence ? 'terminalMismatch' : undefined
}
