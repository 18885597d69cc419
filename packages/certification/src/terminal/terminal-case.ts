// A case against a terminal: the request that begins it, what the person at the terminal is asked to do, and the course after it.

import type { Title } from '@shua/iso8583'
import { type CertificationCase, needs } from '../course/certification-case.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import type { RequestKind } from '../protocol/catalogue.ts'
import type { TerminalDesk } from './terminal-desk.ts'

export interface TerminalCase extends CertificationCase<TerminalDesk> {
  /** The request it begins with. */
  readonly trigger: RequestKind
  readonly ask: Title
}

export { needs }

export function actsOnHeader(digit: '1' | '2' | '3' | '7'): (profile: CertificationProfile) => string | undefined {
  return ({ device }) =>
    device.headerRequests.includes(digit)
      ? undefined
      : `the profile says that the terminal ignores header digit ${digit}`
}
