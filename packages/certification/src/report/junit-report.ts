// The report for machines: JUnit XML, one test case each, as build servers read it. Failures carry the checks that failed and the
// bytes of the exchange.

import { countOf, type CaseResult, type Certification } from '../course/certification-case.ts'
import type { CertificationProfile } from '../profile/certification-profile.ts'
import { redact } from './redact.ts'

export function junitReport(certification: Certification, profile: CertificationProfile): string {
  const { subject, address, seed, startedAt, results } = certification
  const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0)
  const suite = attributes({
    name: `shua certify ${subject}`,
    tests: String(results.length),
    failures: String(countOf(results, 'failed')),
    errors: '0',
    skipped: String(countOf(results, 'notApplicable')),
    time: seconds(durationMs),
    timestamp: startedAt.toISOString().slice(0, 19),
    hostname: address,
  })
  const properties = { profile: certification.profile, crypto: profile.crypto.name, seed: String(seed) }
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite ${suite}>`,
    '<properties>',
    ...Object.entries(properties).map(([name, value]) => `<property ${attributes({ name, value })}/>`),
    '</properties>',
    ...results.map((result) => testCase(result, subject)),
    '</testsuite></testsuites>',
  ]
  return redact(`${lines.join('\n')}\n`, profile)
}

function testCase(result: CaseResult, subject: string): string {
  const { id, title, section, status, reason, checks, durationMs } = result
  const head = attributes({
    name: `${title.zh} · ${title.en} (${section})`,
    classname: `${subject}.${id}`,
    time: seconds(durationMs),
  })
  if (status === 'passed')
    return `<testcase ${head}><system-out>${escaped(exchangeText(result))}</system-out></testcase>`
  if (status === 'notApplicable')
    return `<testcase ${head}><skipped ${attributes({ message: reason ?? '' })}/></testcase>`
  const wrong = checks.filter(({ ok }) => !ok)
  const [first] = wrong
  const message = first === undefined ? (reason ?? '') : `${first.what}: expected ${first.expected}, got ${first.got}`
  const told = wrong.map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`)
  const text = escaped([...told, exchangeText(result)].join('\n'))
  return `<testcase ${head}><failure ${attributes({ type: 'certification', message })}>${text}</failure></testcase>`
}

function exchangeText({ messages }: CaseResult): string {
  return messages.map(({ direction, mti, hex }) => `${direction === 'out' ? '>' : '<'} ${mti} ${hex}`).join('\n')
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3)
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value).replaceAll('\n', '&#10;')}"`)
    .join(' ')
}

/** XML 1.0 has no way to write most control characters, so they become spaces. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD]/gu, ' ')
}
