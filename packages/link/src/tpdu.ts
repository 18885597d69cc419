// The transport header of a terminal's message: `60`, destination, source (terminal-protocol.md §1.1).
// Hosts use it to address an answer to where the request came from.

import { Fault } from '@shua/assert'

const tpduBytes = 5

/** A copy of the payload whose TPDU has destination and source exchanged: 6000030000 becomes 6000000003. */
export function swapTpdu(payload: Buffer): Buffer {
  if (payload.length < tpduBytes) {
    throw new Fault('LINK_TPDU_SHORT', 'the payload is too short to hold a TPDU', {
      path: 'tpdu',
      details: { expected: tpduBytes, actual: payload.length },
    })
  }
  const swapped = Buffer.from(payload)
  payload.copy(swapped, 1, 3, 5)
  payload.copy(swapped, 3, 1, 3)
  return swapped
}
