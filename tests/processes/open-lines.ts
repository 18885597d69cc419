// One terminal signed on at one of two server processes, and once more with the same keys at the other: its line may move at any time.

import { loadMasterKey, loadTerminalId } from '../../apps/server/src/load-seed.ts'
import { HostConnection } from '../protocol/independent-client/host-connection.ts'
import { TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import type { ServerProcess } from './server-process.ts'

export type Lines = readonly [TerminalSession, TerminalSession]

/** Throws when the sign-on is refused. */
export async function openLines(
  [first, second]: readonly [ServerProcess, ServerProcess],
  index: number,
  merchantId: string,
): Promise<Lines> {
  const settings = {
    terminalId: loadTerminalId(index),
    merchantId,
    masterKey: loadMasterKey,
    cipher: 'des',
    macVariant: 'foldDes',
  } as const
  const [here, there] = index % 2 === 0 ? [first, second] : [second, first]
  const session = new TerminalSession(settings, await HostConnection.open(here.terminalPort))
  const code = (await session.signOn('003')).answer.fields[39]
  if (code !== '00') throw new Error(`terminal ${settings.terminalId} could not sign on (${code})`)
  const moved = new TerminalSession(settings, await HostConnection.open(there.terminalPort))
  moved.useKeys(session.keys)
  moved.batch = session.batch
  return [session, moved]
}
