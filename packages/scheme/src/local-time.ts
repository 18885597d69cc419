// The acquirer's clock on the wire: DE 12 hhmmss, DE 13 and DE 15 MMDD, all in the time of the place (China has one zone
// and no summer time, so a fixed offset is exact).

const chinaOffsetMs = 8 * 3_600_000

export interface LocalTime {
  /** hhmmss, DE 12 */
  readonly time: string
  /** MMDD, DE 13 */
  readonly date: string
  /** YYYY-MM-DD, the business date of the moment when the day turns at midnight */
  readonly isoDate: string
}

/** The second that was asked for last, and its text: a busy host asks for the same one a thousand times. */
let last: { readonly second: number; readonly local: LocalTime } | undefined

export function localTime(at: Date): LocalTime {
  const second = Math.floor(at.getTime() / 1000)
  if (last?.second === second) return last.local
  const text = new Date(at.getTime() + chinaOffsetMs).toISOString()
  const local = {
    time: text.slice(11, 13) + text.slice(14, 16) + text.slice(17, 19),
    date: text.slice(5, 7) + text.slice(8, 10),
    isoDate: text.slice(0, 10),
  }
  last = { second, local }
  return local
}

/** The full date of an MMDD seen from `today` (YYYY-MM-DD): the latest one that is not in the future. Undefined for no date. */
export function dateOfMonthDay(monthDay: string, today: string): string | undefined {
  const year = Number(today.slice(0, 4))
  for (const candidateYear of [year, year - 1, year - 2, year - 3, year - 4]) {
    const text = `${candidateYear}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`
    const parsed = new Date(`${text}T00:00:00Z`)
    // 29 February exists in some years only; Date would slide to 1 March.
    if (!Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === text && text <= today) return text
  }
  return undefined
}

/** Whole days from one YYYY-MM-DD to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}
