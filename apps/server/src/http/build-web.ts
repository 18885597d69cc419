// Builds the web app when there is no build of its present sources, so that `npm start` needs no separate step. A build is
// named by the hash of what it was made from; an unchanged tree costs only the reading of the sources.

import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Fault } from '@shua/assert'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const webDir = join(repository, 'apps/web')
const requireHere = createRequire(import.meta.url)

/** Everything the build is made of; versions of dependencies are exact, so their packages need not be read. */
const sources = [
  'apps/web/index.html',
  'apps/web/package.json',
  'apps/web/public',
  'apps/web/src',
  'apps/web/vite.config.ts',
  'packages/assert/src',
  'packages/contract/src',
  'packages/money/src',
]

/** A server that still runs serves an older build; the last few stay. */
const keptBuilds = 3

/** Answers the directory with the built web: a folder of `outDir` named by the hash of what it was made from. */
export async function buildWeb(options: { outDir: string }): Promise<string> {
  const { outDir } = options
  const built = join(outDir, (await hashSources()).slice(0, 16))
  if (await exists(built)) return built
  // A half-written build must never be served, and two processes may build at once: each builds aside and moves it in.
  const aside = join(outDir, `.${randomUUID()}`)
  try {
    await runVite(aside)
    await rename(aside, built)
  } catch (cause) {
    await rm(aside, { recursive: true, force: true })
    // Another process finished the same build first.
    if (await exists(built)) return built
    throw new Fault('WEB_BUILD', 'the web app could not be built', { cause })
  }
  await removeOldBuilds(outDir)
  return built
}

/** In a process of its own: its memory goes with it, and NODE_ENV of this process must not make a development build. */
async function runVite(outDir: string): Promise<void> {
  const vite = join(dirname(requireHere.resolve('vite/package.json')), 'bin/vite.js')
  const options = ['--outDir', outDir, '--emptyOutDir', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, [vite, 'build', ...options], {
    cwd: webDir,
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function removeOldBuilds(outDir: string): Promise<void> {
  const builds = await Promise.all(
    (await readdir(outDir))
      .filter((name) => /^[0-9a-f]{16}$/.test(name))
      .map(async (name) => ({ path: join(outDir, name), madeAtMs: (await stat(join(outDir, name))).mtimeMs })),
  )
  const old = builds.toSorted((a, b) => b.madeAtMs - a.madeAtMs).slice(keptBuilds)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}

async function hashSources(): Promise<string> {
  const paths = (await Promise.all(sources.map(listFiles))).flat().toSorted()
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(path).update('\0')
    hash.update(await readFile(join(repository, path))).update('\0')
  }
  return hash.digest('hex')
}

/** The files at or under a path of the repository; tests are no part of a build. */
async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(join(repository, path), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined
      throw error
    },
  )
  if (entries === undefined) return [path]
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length))
}
