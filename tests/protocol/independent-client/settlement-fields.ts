// The forms of field 48 a terminal sends when it settles: totals and packets of batch details (terminal-protocol §2.6).

export interface JournalEntry {
  readonly counts: 'debit' | 'credit'
  readonly trace: string
  readonly pan: string
  /** Fen. */
  readonly amount: number
}

const recordsPerPacket = 8

/** Two blocks of 31 digits: domestic cards, then foreign ones, of which this client has none. The flags are 0 in a request. */
export function settlementTotals(entries: readonly JournalEntry[]): string {
  const block = (['debit', 'credit'] as const).map((side) => {
    const chosen = entries.filter((entry) => entry.counts === side)
    const amount = chosen.reduce((sum, entry) => sum + entry.amount, 0)
    return `${String(amount).padStart(12, '0')}${String(chosen.length).padStart(3, '0')}`
  })
  return `${block.join('')}0${'0'.repeat(31)}`
}

export interface SettlementFlags {
  readonly domestic: string
  readonly foreign: string
}

export function settlementFlags(totals: string): SettlementFlags {
  if (totals.length !== 62) throw new RangeError(`settlement totals have 62 digits, not ${totals.length}`)
  return { domestic: totals.charAt(30), foreign: totals.charAt(61) }
}

export function batchDetailPackets(entries: readonly JournalEntry[]): string[] {
  const packets: string[] = []
  for (let start = 0; start < entries.length; start += recordsPerPacket) {
    const chosen = entries.slice(start, start + recordsPerPacket)
    const records = chosen.map(
      (entry) => `00${entry.trace}${entry.pan.padStart(20, '0')}${String(entry.amount).padStart(12, '0')}`,
    )
    packets.push(`${String(chosen.length).padStart(2, '0')}${records.join('')}`)
  }
  return packets
}
