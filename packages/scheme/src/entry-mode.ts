// DE 22: how the card number came in (digits 1–2) and whether a PIN was entered (digit 3). terminal-protocol §2.2.

export const entryMethods = {
  unknown: '00',
  manual: '01',
  stripe: '02',
  code: '03',
  chip: '05',
  contactless: '07',
} as const

export type EntryMethod = keyof typeof entryMethods

export interface EntryMode {
  readonly method: EntryMethod
  readonly pin: 'entered' | 'none' | 'unknown'
}

const pinDigits = { unknown: '0', entered: '1', none: '2' } as const

export function formatEntryMode(mode: EntryMode): string {
  return entryMethods[mode.method] + pinDigits[mode.pin]
}

/** 90 is the older value for a reliably read stripe; 95 a chip whose data is unreliable; 91, 96 and 98 are contactless. */
const methodAliases: Partial<Record<EntryMethod, readonly string[]>> = {
  stripe: ['90'],
  chip: ['95'],
  contactless: ['91', '96', '98'],
}

const modes: ReadonlyMap<string, EntryMode> = new Map(
  (Object.keys(entryMethods) as EntryMethod[]).flatMap((method) =>
    [entryMethods[method], ...(methodAliases[method] ?? [])].flatMap((digits) =>
      (['unknown', 'entered', 'none'] as const).map((pin) => [digits + pinDigits[pin], { method, pin }] as const),
    ),
  ),
)

/** Reads DE 22; undefined for a method this host does not take (then the request is a format error). */
export function parseEntryMode(text: string): EntryMode | undefined {
  return modes.get(text)
}
