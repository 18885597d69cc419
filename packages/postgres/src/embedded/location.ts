// Where the embedded database lives. Normally in `postgres` inside the data directory. When we are root, PostgreSQL runs
// as another user, and when that user can't enter the data directory (a checkout under a closed home directory) the
// database goes to a place both can enter; location.json in the data directory then says where.

import { createHash } from 'node:crypto'
import { chmod, lchown, lstat, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '@shua/assert'
import { canReach, chooseServerUser, isRoot, ownerOf, type ServerUser } from './server-user.ts'

export interface Location {
  /** Holds everything below. The server's user may pass through, but changes nothing outside `data` and `run`. */
  readonly directory: string
  /** The cluster, written by initdb. */
  readonly data: string
  /** The Unix socket. */
  readonly run: string
  readonly passwordFile: string
  readonly lockFile: string
  /** As whom the server runs; undefined: as ourselves. */
  readonly user: ServerUser | undefined
  /** Whether the place lies outside the data directory. */
  readonly outside: boolean
}

interface LocationFile {
  readonly directory: string
}

interface OwnerFile {
  readonly dataDir: string
}

export async function prepareLocation(dataDir: string, log: (line: string) => void): Promise<Location> {
  const home = await prepareDataDir(dataDir)
  const inside = join(home, 'postgres')
  const noted = await readJson<LocationFile>(join(home, 'location.json'))
  if (noted !== undefined) return await openOutside(home, noted.directory)
  if (await exists(join(inside, 'data'))) return await openInside(inside)
  if (!isRoot()) return await createAt(inside, undefined, false)
  const user = await chooseServerUser()
  if (await canReach(home, user)) return await createAt(inside, user, false)
  return await createOutside(home, user, log)
}

/** Gives a file or folder that we made as root to the user who runs the server. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (user !== undefined) await lchown(path, user.uid, user.gid)
}

async function prepareDataDir(dataDir: string): Promise<string> {
  const path = resolve(dataDir)
  try {
    if (!(await exists(path))) {
      await mkdir(dirname(path), { recursive: true })
      await mkdir(path, { recursive: true, mode: 0o700 })
      if (isRoot()) await letThrough(await chooseServerUser(), path)
    }
    return await realpath(path)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw directoryFault(`the data directory ${path} can't be created`, path, cause)
  }
}

/** The server's user must pass through to its own folders, but need not see what else is here, nor change it. */
async function letThrough(user: ServerUser, path: string): Promise<void> {
  await lchown(path, 0, user.gid)
  await chmod(path, 0o710)
}

async function openInside(directory: string): Promise<Location> {
  const data = join(directory, 'data')
  const owner = await ownerOf(data)
  if (isRoot()) return describe(directory, owner, false)
  if (owner.uid !== process.getuid?.()) {
    throw directoryFault(
      `the database in ${directory} belongs to user ${owner.name}; start as that user or as root`,
      directory,
    )
  }
  return describe(directory, undefined, false)
}

async function openOutside(home: string, directory: string): Promise<Location> {
  const note = join(home, 'location.json')
  if (!isRoot()) {
    throw directoryFault(`the database was created by root in ${directory} (see ${note}); start as root`, directory)
  }
  if (!(await exists(directory))) {
    const message = `the database directory ${directory} is gone; bring it back, or delete ${note} to begin with an empty one`
    throw directoryFault(message, directory)
  }
  const owner = await readJson<OwnerFile>(join(directory, 'owner.json'))
  // A copied data directory carries the note along; two of them must not share one database.
  if (owner !== undefined && owner.dataDir !== home) {
    const other = await readJson<LocationFile>(join(owner.dataDir, 'location.json'))
    if (other?.directory === directory) {
      throw directoryFault(`the database in ${directory} belongs to ${owner.dataDir}; delete ${note} here`, directory)
    }
    await writeFile(join(directory, 'owner.json'), JSON.stringify({ dataDir: home } satisfies OwnerFile))
  }
  const data = join(directory, 'data')
  return describe(directory, (await exists(data)) ? await ownerOf(data) : await chooseServerUser(), true)
}

async function createOutside(home: string, user: ServerUser, log: (line: string) => void): Promise<Location> {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12)
  const parent = await chooseParent(user)
  if (parent === tmpdir()) log(`the database is kept in ${parent}, which the system may empty at any time`)
  for (let number = 1; ; number++) {
    const directory = join(parent, `shua-${hash}${number === 1 ? '' : `-${number}`}`)
    if (await isTaken(directory)) {
      log(`${directory} holds an earlier database of this data directory, which no longer names it; it is left alone`)
      continue
    }
    const location = await createAt(directory, user, true)
    await writeFile(join(directory, 'owner.json'), JSON.stringify({ dataDir: home } satisfies OwnerFile))
    await writeFile(join(home, 'location.json'), JSON.stringify({ directory } satisfies LocationFile))
    log(`user ${user.name} can't enter ${home}, so the database is kept in ${directory}`)
    return location
  }
}

/** A folder of that name that is not simply what an interrupted first start left: a database, or a stranger's. */
async function isTaken(directory: string): Promise<boolean> {
  const status = await lstat(directory).catch(() => undefined)
  if (status === undefined) return false
  return !status.isDirectory() || status.uid !== 0 || (await exists(join(directory, 'data')))
}

async function chooseParent(user: ServerUser): Promise<string> {
  for (const parent of ['/var/lib', '/usr/local/var', tmpdir()]) {
    if ((await exists(parent)) && (await canReach(await realpath(parent), user))) return parent
  }
  throw new Fault('DATABASE_EMBEDDED_DIRECTORY', `user ${user.name} can enter no place to keep the database in`)
}

async function createAt(directory: string, user: ServerUser | undefined, outside: boolean): Promise<Location> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    if (user !== undefined) await letThrough(user, directory)
    return describe(directory, user, outside)
  } catch (cause) {
    throw directoryFault(
      `the database directory ${directory} can't be created or entered by this user`,
      directory,
      cause,
    )
  }
}

function describe(directory: string, user: ServerUser | undefined, outside: boolean): Location {
  return {
    directory,
    data: join(directory, 'data'),
    run: join(directory, 'run'),
    passwordFile: join(directory, 'password'),
    lockFile: join(directory, 'owner.lock'),
    user,
    outside,
  }
}

async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw directoryFault(`${file} is not readable JSON`, file, cause)
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

function directoryFault(message: string, path: string, cause?: unknown): Fault {
  return new Fault('DATABASE_EMBEDDED_DIRECTORY', message, { details: { path }, cause })
}
