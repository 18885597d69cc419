// The house rules as a test: who may import whom, what may be called where, and that documents tell the truth about files.
// What a linter can say stands in .oxlintrc.json; this is the rest.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

interface Workspace {
  readonly dir: string
  readonly manifest: Manifest
  readonly files: readonly string[]
}

/** Lower layers never import higher ones (design: the house). */
const layers: Readonly<Record<string, number>> = {
  assert: 0,
  money: 0,
  'card-data': 0,
  tlv: 0,
  iso8583: 0,
  scheme: 1,
  ledger: 1,
  contract: 1,
  postgres: 2,
  link: 2,
  'security-module': 2,
  telemetry: 2,
  'ledger-store': 2,
  'terminal-core': 3,
  certification: 3,
  testkit: 2,
  acquirer: 4,
  switch: 4,
  issuer: 4,
  settlement: 4,
  server: 5,
  terminal: 5,
  web: 5,
  cli: 6,
}

const pureLayers = new Set(['assert', 'money', 'card-data', 'tlv', 'iso8583', 'scheme', 'ledger'])

function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => join(dir, file))
}

const workspaces: Workspace[] = ['packages', 'services', 'apps'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => {
    const dir = join(root, group, name)
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest
    return { dir, manifest, files: filesBelow(dir) }
  }),
)

const isTest = (file: string): boolean =>
  /\.test\.tsx?$|\/testing\/|\/tests\/|testing-services|testkit\/|\/dev\//.test(file)
const shortName = (name: string): string => name.replace('@shua/', '')
const importedPackages = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|\n)(?:import|export)\s[^'"`;]*?from '([^']+)'|(?:^|\n)import '([^']+)'|\bimport\('([^']+)'\)/g,
    ),
  ]
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .filter((imported) => !imported.startsWith('.'))
    .map((imported) =>
      (imported.startsWith('@') ? imported.split('/').slice(0, 2) : imported.split('/').slice(0, 1)).join('/'),
    )

describe('imports', () => {
  it.each(workspaces.map((w) => [w.manifest.name, w] as const))(
    '%s imports only what its package.json declares',
    (name, { manifest, files, dir }) => {
      const declared = new Set([
        name,
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.devDependencies ?? {}),
      ])
      const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
      const undeclared = files.flatMap((file) =>
        importedPackages(readFileSync(file, 'utf8'))
          .filter((imported) => !imported.startsWith('node:') && !declared.has(imported))
          // Tests may use the tools of the root and the test kit.
          .filter(
            (imported) =>
              !(isTest(file) && (imported === '@shua/testkit' || imported in (rootManifest.devDependencies ?? {}))),
          )
          .map((imported) => `${relative(dir, file)}: ${imported}`),
      )
      expect(undeclared).toEqual([])
    },
  )

  it.each(workspaces.map((w) => [shortName(w.manifest.name), w] as const))(
    '%s imports no higher layer and no sibling role',
    (name, { files, dir }) => {
      const layer = layers[name]
      expect(layer, `${name} has a layer`).toBeDefined()
      const wrong = files.flatMap((file) => {
        if (isTest(file)) return []
        return importedPackages(readFileSync(file, 'utf8'))
          .filter((imported) => imported.startsWith('@shua/') && imported !== `@shua/${name}`)
          .map(shortName)
          .filter((imported) => layers[imported]! > layer! || (layer === 4 && layers[imported] === 4))
          .map((imported) => `${relative(dir, file)}: ${imported}`)
      })
      expect(wrong).toEqual([])
    },
  )
})

const bannedCalls: readonly { readonly pattern: RegExp; readonly instead: string; readonly allowed: RegExp }[] = [
  {
    pattern: /\bDate\.now\(|new Date\(\)/,
    instead: 'a clock handed in',
    allowed: /^(apps|scripts|bench|tests|chaos|simulation)\//,
  },
  { pattern: /Math\.random\(/, instead: 'randomness handed in', allowed: /^(bench)\// },
  {
    pattern: /\bconsole\.\w+\(/,
    instead: 'the logger or an event',
    allowed: /^(apps\/(cli|server|terminal|web)|scripts|bench|tests|chaos|simulation)\//,
  },
  { pattern: /\bparseFloat\(/, instead: 'integers of minor units', allowed: /^(bench|scripts)\// },
  {
    pattern: /\bprocess\.env\b/,
    instead: 'settings handed in',
    allowed: /^(apps\/(server|cli|terminal)|scripts|bench|tests|chaos|simulation|packages\/(testkit|postgres)\/)/,
  },
]

describe('calls', () => {
  const sources = [
    ...workspaces.flatMap((w) => w.files),
    ...filesBelow(join(root, 'bench')),
    ...filesBelow(join(root, 'chaos')),
    ...filesBelow(join(root, 'simulation')),
    ...filesBelow(join(root, 'scripts')),
  ]

  it.each(bannedCalls)('$pattern is used only where it belongs; elsewhere: $instead', ({ pattern, allowed }) => {
    const wrong = sources.filter((file) => {
      const path = relative(root, file)
      return (
        !isTest(file) &&
        !allowed.test(path) &&
        !path.endsWith('tidy.test.ts') &&
        pattern.test(readFileSync(file, 'utf8'))
      )
    })
    expect(wrong.map((file) => relative(root, file))).toEqual([])
  })

  it('secrets are revealed only where they must be', () => {
    const allowed =
      /^(packages\/(security-module|scheme|card-data|terminal-core|certification)\/|services\/(acquirer\/src\/edge\/read-card|issuer\/|switch\/src\/(bin-table|translate-pin))|apps\/(server\/src\/(demo|http)|terminal)\/|apps\/server\/src\/(hosted-terminals|web-services)|tests\/|scripts\/|bench\/|chaos\/|simulation\/)/
    const wrong = sources.filter((file) => {
      const path = relative(root, file)
      return !isTest(file) && !allowed.test(path) && readFileSync(file, 'utf8').includes('.reveal()')
    })
    expect(wrong.map((file) => relative(root, file))).toEqual([])
  })

  it('pure packages do no I/O', () => {
    const wrong = workspaces
      .filter((w) => pureLayers.has(shortName(w.manifest.name)))
      .flatMap((w) => w.files)
      .filter((file) => !isTest(file) && /from 'node:(?!util|buffer)/.test(readFileSync(file, 'utf8')))
    expect(wrong.map((file) => relative(root, file))).toEqual([])
  })
})

describe('words', () => {
  const everything = [
    ...workspaces.flatMap((w) => w.files),
    ...['bench', 'scripts', 'tests'].flatMap((dir) => filesBelow(join(root, dir))),
  ].filter((file) => !file.endsWith('tidy.test.ts'))

  it('no file is named for nothing in particular', () => {
    expect(everything.filter((file) => /\/(utils?|helpers?|common|shared|manager|misc)\.tsx?$/.test(file))).toEqual([])
  })

  it('nothing is left to do in the code', () => {
    const wrong = everything.filter((file) => /\b(TODO|FIXME)\b|not implemented/i.test(readFileSync(file, 'utf8')))
    expect(wrong.map((file) => relative(root, file))).toEqual([])
  })

  it('no test is skipped or focused', () => {
    const wrong = everything.filter(
      (file) => /\.test\.tsx?$/.test(file) && /\.(skip|only|todo)\(/.test(readFileSync(file, 'utf8')),
    )
    expect(wrong.map((file) => relative(root, file))).toEqual([])
  })
})

describe('documents', () => {
  const documents = ['README.md', 'README.zh-CN.md', 'STYLE.md', 'CONTRIBUTING.md']
    .concat(
      existsSync(join(root, 'docs'))
        ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
            .filter((f) => f.endsWith('.md'))
            .map((f) => `docs/${f}`)
        : [],
    )
    .filter((file) => existsSync(join(root, file)))

  it.each(documents)('%s names only files that exist', (file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const named = [...text.matchAll(/`((?:apps|services|packages|docs|scripts|tests|bench)\/[\w./-]+\.\w+)`/g)].map(
      (match) => match[1]!,
    )
    const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
    const missing = [
      ...named.filter((path) => !existsSync(join(root, path))),
      ...linked.filter((path) => !existsSync(join(root, file, '..', path))),
    ]
    expect(missing).toEqual([])
  })
})
