// Builds the web app when there is no build yet or its sources changed since, so that `npm start` needs no separate step. The
// build carries the hash of what it was made from; an unchanged tree costs only the reading of the sources.

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@shua/assert'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const webDir = join(repository, 'apps/web')

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

const hashFile = '.source-hash'

/** Answers the directory with the built web, which is `outDir`. */
export async function buildWeb(options: { outDir: string }): Promise<string> {
  const { outDir } = options
  const hash = await hashSources()
  if ((await builtFrom(outDir)) === hash) return outDir
  // A half-written build must never be served, and two processes may build at once: each builds aside and swaps.
  const aside = `${outDir.replace(/\/+$/, '')}-${randomUUID().slice(0, 8)}`
  try {
    const { build } = await import('vite')
    await build({
      root: webDir,
      logLevel: 'error',
      build: { outDir: aside, emptyOutDir: true },
    })
    await writeFile(join(aside, hashFile), hash)
    await replaceDirectory(aside, outDir)
  } catch (cause) {
    await rm(aside, { recursive: true, force: true })
    // Another process finished the same build first.
    if ((await builtFrom(outDir)) === hash) return outDir
    throw new Fault('WEB_BUILD', 'the web app could not be built', { cause })
  }
  return outDir
}

async function builtFrom(outDir: string): Promise<string | undefined> {
  return readFile(join(outDir, hashFile), 'utf8').catch(() => undefined)
}

async function replaceDirectory(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await rm(to, { recursive: true, force: true })
  await rename(from, to)
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
