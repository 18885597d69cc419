// Lets one process at a time own an embedded database. The lock is a file naming its owner; it is taken over when that
// process no longer runs (kill -9, power loss), so nobody has to delete anything by hand.

import { randomBytes } from 'node:crypto'
import { lchown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Fault } from '@shua/assert'
import { processStart } from './process-identity.ts'
import type { ServerUser } from './server-user.ts'

interface Owner {
  readonly pid: number
  readonly start: string
}

const attemptCountMax = 20

/** Resolves to the function that gives the lock back; Fault DATABASE_EMBEDDED_IN_USE while its owner runs. */
export async function takeInstanceLock(file: string, user: ServerUser | undefined): Promise<() => Promise<void>> {
  const text = JSON.stringify({ pid: process.pid, start: (await processStart(process.pid)) ?? '' } satisfies Owner)
  for (let attempt = 1; attempt <= attemptCountMax; attempt++) {
    if (await create(file, text)) {
      // The database's owner may start it as itself next time and must be able to judge a lock that root left.
      if (user !== undefined) await lchown(file, user.uid, user.gid)
      return async () => await giveBack(file, text)
    }
    const found = await readText(file)
    if (found === undefined) continue
    const owner = parseOwner(found)
    // The owner may be between creating the file and writing into it.
    if (owner === undefined && attempt < attemptCountMax / 2) await pause(20)
    else if (owner !== undefined && (await processStart(owner.pid)) === owner.start) throw inUseFault(file, owner)
    else await removeStale(file, found)
  }
  throw inUseFault(file, undefined)
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Renaming is atomic, so of several processes that found the same dead owner one removes the file. */
async function removeStale(file: string, judged: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  // Somebody was quicker and this is their new lock: put it back.
  if ((await readText(aside)) !== judged) await rename(aside, file)
  else await rm(aside, { force: true })
}

async function giveBack(file: string, text: string): Promise<void> {
  if ((await readText(file)) === text) await rm(file, { force: true })
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined)
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, start } = JSON.parse(text) as Partial<Owner>
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined
  } catch {
    return undefined
  }
}

function inUseFault(file: string, owner: Owner | undefined): Fault {
  const by = owner === undefined ? '' : ` by process ${owner.pid}`
  const details = { lock: file, ...(owner === undefined ? {} : { pid: owner.pid }) }
  const message = `the data directory is in use${by}; several processes share a database that DATABASE_URL names`
  return new Fault('DATABASE_EMBEDDED_IN_USE', message, { details })
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
