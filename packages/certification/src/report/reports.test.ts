import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, it } from 'vitest'
import { compileDialect, dialects, Message } from '@shua/iso8583'
import { CaseRecord } from '../course/case-record.ts'
import type { CaseResult, Certification } from '../course/certification-case.ts'
import { readProfile } from '../profile/certification-profile.ts'
import { readyProfiles } from '../profile/ready-profiles.ts'
import { progressLine, summaryTable } from './console-report.ts'
import { junitReport } from './junit-report.ts'
import { markdownReport } from './markdown-report.ts'

const profile = readProfile(readyProfiles['demo'])
const codec = compileDialect(dialects.unionpayPos)
const pan = '6225880000000001'
const track = `${pan}D30122011234567890123`

/** A purchase with a clear track. */
function purchase(): Buffer {
  const message = new Message('0200').set(3, '000000').set(4, 1_00n).set(11, '000001').set(22, '022').set(25, '00')
  message.set(35, track).set(41, '10000001').set(42, '898110015411234').set(49, '156')
  Object.assign(message.envelope, { tpdu: '6000030000', header: '603100310000' })
  return codec.pack(message)
}

/** Text that hosts may send and that XML and tables do not love. */
const hostile = `]]> <b> & "quoted" | piped \u0000\u0007\u001b[31m \ud800 拒绝 ${pan} ${track}`

function result(status: CaseResult['status'], reason?: string): CaseResult {
  const record = new CaseRecord(codec)
  record.check('F39', '00', hostile, status !== 'failed')
  record.message('out', purchase())
  record.message('in', Buffer.from(hostile, 'utf8'))
  const { checks, messages } = record
  const title = { zh: `用例 ${hostile}`, en: 'a case' }
  return { id: `flow.${status}`, title, section: '§4.1', status, reason, checks, messages, durationMs: 1_234 }
}

const certification: Certification = {
  subject: 'host',
  address: 'host "<&>":8583',
  profile: 'demo',
  seed: 7,
  startedAt: new Date(0),
  results: [result('passed'), result('failed', hostile), result('notApplicable', hostile)],
}

describe('JUnit report', () => {
  const text = junitReport(certification, profile)

  it('is well-formed XML whatever the host sent', () => {
    const complaints: string[] = []
    const parser = new DOMParser({ onError: (level, message) => complaints.push(`${level}: ${message}`) })
    const document = parser.parseFromString(text, 'text/xml')
    expect(complaints).toEqual([])
    const suite = document.getElementsByTagName('testsuite')[0]
    const counts = ['tests', 'failures', 'skipped', 'time'].map((name) => suite?.getAttribute(name))
    expect(counts).toEqual(['3', '1', '1', '3.702'])
    const cases = Array.from(document.getElementsByTagName('testcase'))
    expect(cases.map((each) => each.getAttribute('classname'))).toEqual([
      'host.flow.passed',
      'host.flow.failed',
      'host.flow.notApplicable',
    ])
    expect(document.getElementsByTagName('failure')[0]?.getAttribute('message')).toContain(
      'F39: expected 00, got ]]> <b>',
    )
  })
})

describe('every report', () => {
  const texts = {
    junit: junitReport(certification, profile),
    markdown: markdownReport(certification, profile),
    progress: certification.results.map((each) => progressLine(each, profile)).join('\n'),
    summary: summaryTable(certification),
  }

  it.each(Object.entries(texts))('%s tells no card number, track or key', (_name, text) => {
    const secrets = [pan, track.slice(16), Buffer.from(pan).toString('hex'), '0123456789ABCDEFFEDCBA9876543210']
    for (const secret of secrets) expect(text.toUpperCase().includes(secret.toUpperCase())).toBe(false)
  })

  it('shows expected, got and the masked bytes', () => {
    expect(texts.markdown).toContain('| ✗ | F39 | 00 |')
    expect(texts.markdown).toContain('→ 0200')
    expect(texts.markdown).toMatch(/600003000060310031000002003020048020C08000/)
    expect(texts.progress).toContain('✗ flow.failed')
    expect(texts.summary).toMatch(/flow +1 +1 +1/)
  })

  it('a table row stays one line with four columns', () => {
    const rows = texts.markdown.split('\n').filter((line) => line.startsWith('| ✗ |'))
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6)
  })
})
