// The kit judges this product's host and terminal too, so it must not judge with the code they are made of.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hostCases } from './host/host-cases.ts'
import { terminalCases } from './terminal/terminal-cases.ts'

const root = new URL('.', import.meta.url).pathname
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(`${root}/${file}`, 'utf8'))

describe('the kit', () => {
  it('takes the cryptographic profiles from packages/scheme and nothing else', () => {
    const taken = sources.flatMap((text) => [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@shua\/scheme'/g)])
    const names = taken.flatMap((match) => match[1]!.split(',').map((name) => name.replace('type ', '').trim()))
    expect([...new Set(names)].toSorted()).toEqual(['TerminalProfile', 'TerminalProfileName', 'terminalProfiles'])
  })

  it('imports tools only: codec, security module, card data', () => {
    const packages = sources.flatMap((text) =>
      [...text.matchAll(/from '(@shua\/[a-z0-9-]+)'/g)].map((match) => match[1] ?? ''),
    )
    expect([...new Set(packages)].toSorted((a, b) => a.localeCompare(b))).toEqual([
      '@shua/assert',
      '@shua/card-data',
      '@shua/iso8583',
      '@shua/scheme',
      '@shua/security-module',
    ])
  })

  it('has one id for every case, and a section of the protocol', () => {
    for (const cases of [hostCases, terminalCases]) {
      expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
      expect(cases.filter(({ id, section }) => !/^\w+\.\w+$/.test(id) || !section.startsWith('§'))).toEqual([])
    }
  })
})
