// A certification profile by name or from a file, with the master key from `--keys` when there is one. No fault repeats what a file
// holds.

import { readFileSync } from 'node:fs'
import { Fault } from '@shua/assert'
import { readProfile, readyProfiles, type CertificationProfile } from '@shua/certification'

/** Faults CERTIFICATION_PROFILE, CERTIFICATION_KEYS. */
export function loadProfile(nameOrFile: string, keysFile: string | undefined): CertificationProfile {
  const input = readyProfiles[nameOrFile] ?? readJson(nameOrFile)
  if (keysFile === undefined) return readProfile(input)
  return readProfile({ ...(input as object), masterKey: readKeys(keysFile) })
}

function readJson(file: string): unknown {
  const names = Object.keys(readyProfiles).join(', ')
  const text = readText(file, 'CERTIFICATION_PROFILE', `there is no profile '${file}': name one of ${names}, or a file`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Fault('CERTIFICATION_PROFILE', `'${file}' is no JSON`)
  }
}

/** One line of hex is the key itself, two or three are its components. */
function readKeys(file: string): { hex: string } | { components: string[] } {
  const lines = readText(file, 'CERTIFICATION_KEYS', `the key file '${file}' cannot be read`)
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').replaceAll(/\s/g, ''))
    .filter((line) => line !== '')
  const [only] = lines
  if (only !== undefined && lines.length === 1) return { hex: only }
  if (lines.length === 2 || lines.length === 3) return { components: lines }
  throw new Fault('CERTIFICATION_KEYS', 'a key file has one line of hex, or two or three of components')
}

function readText(file: string, code: string, problem: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Fault(code, problem, { cause })
  }
}
