// DE 48 of settlement and batch upload (terminal-protocol §2.6), both ways.

export interface Totals {
  readonly debitMinor: bigint
  readonly debitCount: number
  readonly creditMinor: bigint
  readonly creditCount: number
}

export const noTotals: Totals = { debitMinor: 0n, debitCount: 0, creditMinor: 0n, creditCount: 0 }

export interface BatchEntry {
  readonly stan: string
  readonly pan: string
  readonly amountMinor: bigint
  readonly counts: 'debit' | 'credit'
}

export function totalsOf(entries: readonly BatchEntry[]): Totals {
  const side = (counts: BatchEntry['counts']) => entries.filter((entry) => entry.counts === counts)
  const sum = (chosen: readonly BatchEntry[]) => chosen.reduce((total, { amountMinor }) => total + amountMinor, 0n)
  const [debit, credit] = [side('debit'), side('credit')]
  return { debitMinor: sum(debit), debitCount: debit.length, creditMinor: sum(credit), creditCount: credit.length }
}

export function sameTotals(a: Totals, b: Totals): boolean {
  return totalsText(a) === totalsText(b)
}

/** For reports: `2 debit 30.00, 1 credit 10.00`. */
export function totalsText(totals: Totals): string {
  const { debitCount, debitMinor, creditCount, creditMinor } = totals
  return `${debitCount} debit ${yuan(debitMinor)}, ${creditCount} credit ${yuan(creditMinor)}`
}

export function yuan(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0')
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** The 62 digits: domestic cards first, then foreign ones. */
export function formatTotals(domestic: Totals, flags: string, foreign: Totals = noTotals): string {
  return block(domestic, flags.charAt(0)) + block(foreign, flags.charAt(1))
}

function block(totals: Totals, flag: string): string {
  const digits = (value: bigint | number, width: number) => value.toString().padStart(width, '0')
  return (
    digits(totals.debitMinor, 12) +
    digits(totals.debitCount, 3) +
    digits(totals.creditMinor, 12) +
    digits(totals.creditCount, 3) +
    flag
  )
}

export interface ReadTotals {
  readonly domestic: Totals
  readonly foreign: Totals
  /** Domestic and foreign flag. */
  readonly flags: string
}

export function parseTotals(text: string | undefined): ReadTotals | undefined {
  if (text === undefined || !/^\d{62}$/.test(text)) return undefined
  const read = (at: number): Totals => ({
    debitMinor: BigInt(text.slice(at, at + 12)),
    debitCount: Number(text.slice(at + 12, at + 15)),
    creditMinor: BigInt(text.slice(at + 15, at + 27)),
    creditCount: Number(text.slice(at + 27, at + 30)),
  })
  return { domestic: read(0), foreign: read(31), flags: text.charAt(30) + text.charAt(61) }
}

const recordsPerPacket = 8

export function formatDetails(entries: readonly BatchEntry[]): string[] {
  const packets: string[] = []
  for (let at = 0; at < entries.length; at += recordsPerPacket) {
    const chosen = entries.slice(at, at + recordsPerPacket)
    const records = chosen.map(
      ({ stan, pan, amountMinor }) => `00${stan}${pan.padStart(20, '0')}${amountMinor.toString().padStart(12, '0')}`,
    )
    packets.push(String(chosen.length).padStart(2, '0') + records.join(''))
  }
  return packets
}

export interface DetailRecord {
  readonly stan: string
  readonly pan: string
  readonly amountMinor: bigint
}

/** Undefined when count and length disagree, or there are more than eight. */
export function parseDetails(text: string | undefined): DetailRecord[] | undefined {
  if (text === undefined || !/^\d{2}(\d{40})*$/.test(text)) return undefined
  const count = Number(text.slice(0, 2))
  if (count < 1 || count > recordsPerPacket || text.length !== 2 + count * 40) return undefined
  return Array.from({ length: count }, (_, index) => {
    const at = 2 + index * 40
    return {
      stan: text.slice(at + 2, at + 8),
      pan: text.slice(at + 8, at + 28).replace(/^0+/, ''),
      amountMinor: BigInt(text.slice(at + 28, at + 40)),
    }
  })
}
