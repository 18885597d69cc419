// DE 62 of the stop list download (390): the request carries the index to start from (N3); the answer a flag (0 none, 1 last,
// 2 more), the index after the last entry (N3), and entries of a masked card (first six, last four) so that no PAN leaves the
// host. The terminal refuses a card that matches and the host decides on the whole number. Layout after 396/398 in §2.5.

export interface StopListPage {
  readonly more: boolean
  readonly nextIndex: number
  readonly entries: readonly string[]
}

export const stopListEntriesPerPage = 40

/** Ten digits: first six and last four of the PAN. */
export function stopListEntry(pan: string): string {
  return pan.slice(0, 6) + pan.slice(-4)
}

export function formatStopListPage(page: StopListPage): Buffer {
  const flag = page.more ? '2' : page.entries.length > 0 ? '1' : '0'
  return Buffer.from(flag + String(page.nextIndex).padStart(3, '0') + page.entries.join(''), 'latin1')
}

export function parseStopListPage(bytes: Uint8Array): StopListPage | undefined {
  const match = /^([012])(\d{3})((?:\d{10})*)$/.exec(Buffer.from(bytes).toString('latin1'))
  if (!match) return undefined
  return { more: match[1] === '2', nextIndex: Number(match[2]), entries: match[3]!.match(/\d{10}/g) ?? [] }
}
