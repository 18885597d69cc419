import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keyUsages, securityFaults, SoftwarePinPad, SoftwareSecurityModule } from './index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

function methodsOf(type: { readonly prototype: object }): string[] {
  return Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor')
}

describe('the README', () => {
  it('lists every fault with its meaning, and no other', () => {
    const rows = [...readme.matchAll(/^\| `(SECURITY_\w+)` +\| (.+?) +\|$/gm)].map(([, code, meaning]) => [
      code,
      meaning,
    ])
    expect(rows).toEqual(Object.entries(securityFaults))
  })

  it.each([...methodsOf(SoftwareSecurityModule), ...methodsOf(SoftwarePinPad), ...Object.keys(keyUsages)])(
    'names %s',
    (name) => {
      expect(readme).toContain(`\`${name}\``)
    },
  )
})
