// Stop list download (390): pages of masked cards, so that a terminal can refuse them without asking (requirement A7).

import type { Queryable } from '@shua/postgres'
import { formatStopListPage, stopListEntriesPerPage } from '@shua/scheme'
import { stopListPage } from '../store/stop-list-store.ts'
import type { ManagementOutcome } from './management-outcome.ts'

export async function stopListDownload(database: Queryable, data: Uint8Array | undefined): Promise<ManagementOutcome> {
  const text = Buffer.from(data ?? Buffer.from('000')).toString('latin1')
  if (!/^\d{3}$/.test(text)) return { refused: 'formatError' }
  const offset = Number(text)
  const entries = await stopListPage(database, offset, stopListEntriesPerPage + 1)
  const page = entries.slice(0, stopListEntriesPerPage)
  // The index field has three digits: a list longer than that is cut at 999 and the host still decides on every card.
  const more = entries.length > page.length && offset + page.length <= 999
  return { data: formatStopListPage({ more, nextIndex: Math.min(offset + page.length, 999), entries: page }) }
}
