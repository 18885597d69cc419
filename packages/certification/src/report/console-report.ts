// What the command prints: a line for each case as it ends, and a table at the end. Chinese takes two columns.

import { countOf, type CaseResult, type CaseStatus, type Certification } from '../course/certification-case.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import { redact } from './redact.ts'

const marks: Record<CaseStatus, string> = { passed: '✓', failed: '✗', notApplicable: '–' }

export function progressLine(result: CaseResult, profile: CertificationProfile): string {
  const { id, title, section, status, reason, checks } = result
  const lines = [`${marks[status]} ${id.padEnd(34)} ${title.zh} · ${title.en} (${section})`]
  if (status === 'notApplicable') lines.push(`    not applicable: ${reason ?? ''}`)
  for (const { what, expected, got } of checks.filter(({ ok }) => !ok)) {
    lines.push(`    ${what}: expected ${expected}, got ${got}`)
  }
  return redact(lines.join('\n'), profile)
}

/** Counts by the part of the id before the dot. */
export function summaryTable({ results }: Certification): string {
  const flows = [...new Set(results.map(({ id }) => flowOf(id)))]
  const line = (name: string, cells: readonly string[]): string =>
    padded(name, 24, 'end') + cells.map((cell) => padded(cell, 12, 'start')).join('')
  const row = (name: string, chosen: readonly CaseResult[]): string =>
    line(
      name,
      (['passed', 'failed', 'notApplicable'] as const).map((status) => String(countOf(chosen, status))),
    )
  const ofFlow = (flow: string): CaseResult[] => results.filter(({ id }) => flowOf(id) === flow)
  return [
    line('', ['通过 pass', '失败 fail', '不适用 n/a']),
    ...flows.map((flow) => row(flow, ofFlow(flow))),
    row('合计 total', results),
  ].join('\n')
}

function padded(text: string, width: number, side: 'start' | 'end'): string {
  const room = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'start' ? room + text : text + room
}

function flowOf(id: string): string {
  return id.split('.')[0] ?? id
}

function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + (character > '\u2e7f' ? 2 : 1), 0)
}
