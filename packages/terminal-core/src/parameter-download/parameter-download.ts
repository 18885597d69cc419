// 参数下载: 360 brings the values, 361 tells the host that they are in use (terminal-protocol §2.5).

import { parseTerminalParameters } from '@shua/scheme'
import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

export async function parameterDownload(context: TerminalContext): Promise<ManagementOutcome> {
  const result = await managementExchange(context, {
    kind: 'parameterDownload',
    networkCode: '360',
    withStan: false,
    operator: undefined,
  })
  const outcome = managementOutcome(result)
  if (outcome.kind !== 'done' || result.kind !== 'answer') return outcome
  const values = parseTerminalParameters(result.answer.data ?? new Uint8Array())
  // Parameters that cannot be read are a format error of the host; the old ones stay in use.
  if (values === undefined) return { kind: 'declined', responseCode: '30', stan: undefined, rrn: undefined }
  await context.append({
    type: 'parametersLoaded',
    parameters: {
      answerTimeoutSeconds: Math.max(values.answerTimeoutSeconds, 5),
      manualEntry: values.manualEntry,
      autoSignOff: values.autoSignOff,
      merchantName: new TextDecoder('gbk').decode(values.merchantName).trim(),
      reversalAttempts: values.reversalAttempts,
      loadedAt: context.nowText(),
    },
  })
  await context.append({ type: 'requirementDone', digit: '1' })
  const end = await managementExchange(context, {
    kind: 'parameterDownloadEnd',
    networkCode: '361',
    withStan: false,
    operator: undefined,
  })
  return managementOutcome(end)
}
