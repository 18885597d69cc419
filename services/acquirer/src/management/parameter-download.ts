// Parameter download (360) and its end (361): what a terminal works by comes from here, not from hands (requirement A15).

import { formatTerminalParameters, type TerminalProfile } from '@shua/scheme'
import { encodeGbk } from './gbk.ts'
import type { ManagementOutcome } from './management-outcome.ts'

export function parameterDownload(merchantName: string, profile: TerminalProfile): ManagementOutcome {
  return {
    data: formatTerminalParameters({
      answerTimeoutSeconds: Math.min(Math.round(profile.answerTimeoutMs / 1000), 99),
      connectAttempts: 3,
      manualEntry: true,
      autoSignOff: false,
      merchantName: encodeGbk(merchantName),
      reversalAttempts: profile.reversalAttemptsMax,
    }),
  }
}
