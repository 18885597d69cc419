// `shua certify`: runs the certification kit against a host or a terminal, shows how it goes, and writes the reports. What a case is and
// how it judges is packages/certification; here are files, the console and the exit code.

import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Fault } from '@shua/assert'
import {
  certifyHost,
  certifyTerminal,
  countOf,
  hostCases,
  junitReport,
  markdownReport,
  progressLine,
  readyProfiles,
  summaryTable,
  terminalCases,
  type Certification,
  type CertificationProfile,
  type TerminalControls,
} from '@shua/certification'
import { certifyUsage, readCertifyOptions, type CertifyOptions } from './certify-options.ts'
import { loadProfile } from './load-profile.ts'

export interface CertifyStreams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

const usageCodes = new Set(['CERTIFICATION_OPTION', 'CERTIFICATION_PROFILE', 'CERTIFICATION_KEYS'])

/** The exit code: 0 every case passed, 1 one failed or the host was not there, 2 the command was not understood. */
export async function runCertifyCommand(argv: readonly string[], io: CertifyStreams): Promise<number> {
  try {
    return await run(argv, io)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.stderr.write(`shua certify: ${error.message} (${error.code})\n`)
    return usageCodes.has(error.code) ? 2 : 1
  }
}

async function run(argv: readonly string[], io: CertifyStreams): Promise<number> {
  const request = readCertifyOptions(argv)
  switch (request.action) {
    case 'help':
      io.stdout.write(certifyUsage)
      return 0
    case 'profile':
      io.stdout.write(`${profileText(request.name)}\n`)
      return 0
    case 'cases':
      for (const each of listed(request.of)) {
        io.stdout.write(`${each.id.padEnd(34)} ${each.title.zh} · ${each.title.en} (${each.section})\n`)
      }
      return 0
    case 'host':
    case 'terminal':
      return certify(request, io)
  }
}

function listed(of: 'host' | 'terminal' | undefined): readonly (typeof hostCases | typeof terminalCases)[number][] {
  if (of === 'host') return hostCases
  return of === 'terminal' ? terminalCases : [...hostCases, ...terminalCases]
}

function profileText(name: string): string {
  const profile = readyProfiles[name]
  if (profile === undefined) {
    const names = Object.keys(readyProfiles).join(', ')
    throw new Fault('CERTIFICATION_OPTION', `there is no ready profile '${name}', only ${names}`)
  }
  return JSON.stringify(profile, undefined, 2)
}

async function certify(options: CertifyOptions, io: CertifyStreams): Promise<number> {
  const profile = loadProfile(options.profile, options.keysFile)
  const seed = options.seed ?? randomInt(4_294_967_296)
  const chosen = <T extends { readonly id: string }>(cases: readonly T[]): readonly T[] => {
    const { only } = options
    const some = only === undefined ? cases : cases.filter(({ id }) => only.some((begin) => id.startsWith(begin)))
    if (some.length === 0) throw new Fault('CERTIFICATION_OPTION', '--only leaves no case')
    return some
  }
  const parts = {
    address: { host: options.host, port: options.port },
    profile,
    seed,
    random: randomBytes,
    now: () => new Date(),
    onResult: (result: Certification['results'][number]) => io.stdout.write(`${progressLine(result, profile)}\n`),
  }
  io.stdout.write(`seed ${seed}\n`)
  const certification =
    options.action === 'host'
      ? await certifyHost({ ...parts, cases: chosen(hostCases) })
      : await guide(options, io, { ...parts, cases: chosen(terminalCases) })
  return report(certification, { profile, options, io })
}

type TerminalParts = Omit<Parameters<typeof certifyTerminal>[0], 'mode' | 'idleMs'>

/** Shows what to do at the terminal, and listens to the person: Enter leaves a case out, q ends the run. */
async function guide(options: CertifyOptions, io: CertifyStreams, parts: TerminalParts): Promise<Certification> {
  let controls: TerminalControls | undefined
  const typed = (chunk: Buffer | string): void => {
    if (/^q/m.test(String(chunk))) controls?.finish()
    else if (options.mode === 'guided') controls?.skip()
  }
  io.stdin.on('data', typed)
  try {
    return await certifyTerminal({
      ...parts,
      mode: options.mode,
      idleMs: options.idleMs,
      onListening: (port, given) => {
        controls = given
        io.stdout.write(`listening on ${options.host}:${port}\n`)
      },
      onPrompt: (text) => io.stdout.write(`→ ${text[options.language]}\n`),
    })
  } finally {
    io.stdin.off('data', typed)
    io.stdin.pause()
  }
}

function report(
  certification: Certification,
  { profile, options, io }: { profile: CertificationProfile; options: CertifyOptions; io: CertifyStreams },
): number {
  const { reportDirectory, action } = options
  mkdirSync(reportDirectory, { recursive: true })
  const files = {
    md: join(reportDirectory, `certification-${action}.md`),
    xml: join(reportDirectory, `certification-${action}.xml`),
  }
  writeFileSync(files.md, markdownReport(certification, profile))
  writeFileSync(files.xml, junitReport(certification, profile))
  io.stdout.write(`\n${summaryTable(certification)}\n\n${files.md}\n${files.xml}\n`)
  if (countOf(certification.results, 'passed') === 0) {
    io.stderr.write('shua certify: nothing was certified, no case passed\n')
    return 1
  }
  return countOf(certification.results, 'failed') === 0 ? 0 : 1
}
