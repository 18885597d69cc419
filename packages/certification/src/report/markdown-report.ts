// The report for people: a summary table, then every case with what was expected, what came, and the bytes (masked).

import type { CaseResult, CaseStatus, Certification } from '../course/certification-case.ts'
import { countOf } from '../course/certification-case.ts'
import type { RecordedMessage } from '../course/case-record.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import { redact } from './redact.ts'

const words: Record<CaseStatus, string> = {
  passed: '✓ 通过 passed',
  failed: '✗ 未通过 FAILED',
  notApplicable: '– 不适用 not applicable',
}

export function markdownReport(certification: Certification, profile: CertificationProfile): string {
  const { subject, address, seed, startedAt, results } = certification
  const counts = (['passed', 'failed', 'notApplicable'] as const).map((status) => countOf(results, status))
  const lines = [
    `# ${subject === 'host' ? '主机认证报告 · Host certification' : '终端认证报告 · Terminal certification'}`,
    '',
    `| | |`,
    `| --- | --- |`,
    `| ${subject === 'host' ? '主机 host' : '端口 port'} | ${cell(address)} |`,
    `| 配置 profile | ${cell(certification.profile)} (${profile.crypto.name}) |`,
    `| 终端号 terminal | ${cell(profile.terminal.terminalId)} |`,
    `| 时间 started | ${startedAt.toISOString()} |`,
    `| 种子 seed | ${seed} |`,
    `| 结果 result | ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} not applicable |`,
    '',
    '## 汇总 Summary',
    '',
    '| case | 用例 | section | result |',
    '| --- | --- | --- | --- |',
    ...results.map(
      ({ id, title, section, status }) =>
        `| ${id} | ${cell(title.zh)}<br>${cell(title.en)} | ${section} | ${words[status]} |`,
    ),
    '',
    ...results.flatMap(caseSection),
  ]
  return redact(`${lines.join('\n')}\n`, profile)
}

function caseSection({ id, title, section, status, reason, checks, messages }: CaseResult): string[] {
  const lines = [`## ${id}: ${title.zh} · ${title.en}`, '', `${section} · ${words[status]}`, '']
  if (reason !== undefined) lines.push(`> ${cell(reason)}`, '')
  if (checks.length > 0) {
    lines.push('| | 检查 check | 期望 expected | 实际 got |', '| --- | --- | --- | --- |')
    for (const { what, expected, got, ok } of checks) {
      lines.push(`| ${ok ? '✓' : '✗'} | ${cell(what)} | ${cell(expected)} | ${cell(got)} |`)
    }
    lines.push('')
  }
  for (const message of messages) lines.push(...messageLines(message))
  return lines
}

function messageLines({ direction, mti, name, hex, fields, fault }: RecordedMessage): string[] {
  const arrow = direction === 'out' ? '→' : '←'
  const head = `${arrow} ${mti} ${name.zh} ${name.en}${fault === undefined ? '' : ` (unreadable: ${fault})`}`
  const listed = fields.map(({ path, value }) =>
    `${/^\d/.test(path) ? `F${path}` : path} = ${value}`.replaceAll('`', "'"),
  )
  return [head, '', '```text', ...wrapped(hex), ...(listed.length === 0 ? [] : ['', ...listed]), '```', '']
}

function wrapped(hex: string): string[] {
  return hex.match(/.{1,96}/g) ?? ['(no bytes)']
}

/** A table cell: one line, no column of its own. */
function cell(text = ''): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
