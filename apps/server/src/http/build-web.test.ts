import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWeb } from './build-web.ts'

describe('the built web', () => {
  let outDir: string
  let built: string
  beforeAll(async () => {
    outDir = mkdtempSync(join(tmpdir(), 'shua-build-'))
    built = await buildWeb({ outDir })
  })
  afterAll(() => rmSync(outDir, { recursive: true }))

  it('has nothing that the content security policy would refuse', () => {
    const page = readFileSync(join(built, 'index.html'), 'utf8')
    for (const [, attributes, content] of page.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      expect(attributes).toContain('src="/')
      expect(content).toBe('')
    }
    expect(page).not.toMatch(/<style|style=|https?:/)
    const sheets = readdirSync(join(built, 'assets')).filter((name) => name.endsWith('.css'))
    expect(sheets.length).toBeGreaterThan(0)
    for (const sheet of sheets) {
      expect(readFileSync(join(built, 'assets', sheet), 'utf8')).not.toMatch(/url\((?!["']?\/assets\/)/)
    }
  })

  it('is the production build, although tests are no production', () => {
    const scripts = readdirSync(join(built, 'assets')).filter((name) => name.endsWith('.js'))
    const text = scripts.map((name) => readFileSync(join(built, 'assets', name), 'utf8')).join('')
    expect(text).toContain('Minified React error')
    expect(gzipSync(text).length).toBeLessThan(250_000)
  })

  it('is not built again while its sources are the same', async () => {
    const { mtimeMs } = statSync(join(built, 'index.html'))
    expect(await buildWeb({ outDir })).toBe(built)
    expect(statSync(join(built, 'index.html')).mtimeMs).toBe(mtimeMs)
  })

  it('leaves nothing half-built behind', () => {
    expect(readdirSync(outDir)).toEqual([built.slice(outDir.length + 1)])
  })
})
