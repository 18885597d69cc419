// 止付名单下载: pages of masked cards until the host says that one is the last; only a whole list replaces the old one.

import { parseStopListPage } from '@shua/scheme'
import { managementExchange, managementOutcome } from '../engine/management-exchange.ts'
import type { ManagementOutcome } from '../engine/outcome.ts'
import type { TerminalContext } from '../engine/terminal-context.ts'

/** The index has three digits, so a list that goes on longer goes in circles. */
const pagesMax = 1000

export async function stopListDownload(context: TerminalContext): Promise<ManagementOutcome> {
  const formatError = { kind: 'declined', responseCode: '30', stan: undefined, rrn: undefined } as const
  const entries: string[] = []
  let index = 0
  for (let page = 0; ; page++) {
    if (page === pagesMax) return formatError
    const result = await managementExchange(context, {
      kind: 'stopListDownload',
      networkCode: '390',
      withStan: false,
      operator: undefined,
      data: Buffer.from(String(index).padStart(3, '0'), 'latin1'),
    })
    const outcome = managementOutcome(result)
    if (outcome.kind !== 'done' || result.kind !== 'answer') return outcome
    const read = parseStopListPage(result.answer.data ?? new Uint8Array())
    if (read === undefined || (read.more && read.nextIndex <= index)) return formatError
    entries.push(...read.entries)
    if (!read.more) break
    index = read.nextIndex
  }
  await context.append({ type: 'stopListLoaded', entries, loadedAt: context.nowText() })
  await context.append({ type: 'requirementDone', digit: '7' })
  const end = await managementExchange(context, {
    kind: 'stopListDownloadEnd',
    networkCode: '391',
    withStan: false,
    operator: undefined,
  })
  return managementOutcome(end)
}
