// The kinds of faults that chaos knows, in the order of the report. `--faults` names a choice of them.

export const faultKinds = [
  'kill-server',
  'kill-database',
  'kill-agent',
  'freeze-server',
  'freeze-database',
  'freeze-agent',
  'link-cut',
  'link-delay',
  'link-duplicate',
  'link-reorder',
  'link-truncate',
  'disk-full',
  'clock-server',
  'clock-agent',
] as const

export type FaultKind = (typeof faultKinds)[number]

export type LinkFaultKind = Extract<FaultKind, `link-${string}`>

/** Undefined when a name is no kind. */
export function parseFaultKinds(text: string): FaultKind[] | undefined {
  const names = text.split(',').map((name) => name.trim())
  const kinds = faultKinds.filter((kind) => names.includes(kind))
  return kinds.length > 0 && names.every((name) => (faultKinds as readonly string[]).includes(name)) ? kinds : undefined
}
