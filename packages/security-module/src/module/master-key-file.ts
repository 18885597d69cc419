// The file that holds the module's master key: 64 hex digits, readable by its owner only. Created at the first start,
// refused when anybody else can read it or when it does not hold exactly one key.

import { constants } from 'node:fs'
import { link, mkdir, open, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Sensitive } from '@shua/card-data'
import { assert } from '@shua/assert'
import { securityFault } from '../security-fault.ts'

export const masterKeyBytes = 32

/** Faults: SECURITY_MASTER_KEY_FILE, SECURITY_MASTER_KEY_PERMISSIONS. */
export async function readOrCreateMasterKey(
  path: string,
  random: (size: number) => Buffer,
): Promise<Sensitive<Buffer>> {
  const existing = await openExisting(path)
  if (existing) return await readMasterKey(path, existing)
  await createMasterKey(path, random)
  const created = await openExisting(path)
  if (!created) throw securityFault('SECURITY_MASTER_KEY_FILE', 'the new master key file vanished', { path })
  return await readMasterKey(path, created)
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw securityFault('SECURITY_MASTER_KEY_FILE', 'the master key file cannot be opened', { path, cause })
  }
}

async function readMasterKey(path: string, file: FileHandle): Promise<Sensitive<Buffer>> {
  try {
    // Asked of the open file, not of its name, so that nobody can exchange the file between the question and the reading.
    const { mode, size } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw securityFault('SECURITY_MASTER_KEY_PERMISSIONS', 'only its owner may read the master key file; chmod 600', {
        path,
        details: { mode: (mode & 0o777).toString(8) },
      })
    }
    const digits = masterKeyBytes * 2
    const text = size <= digits + 2 ? await file.readFile('latin1') : ''
    const match = /^([0-9A-Fa-f]{64})\r?\n?$/.exec(text)
    if (!match) {
      throw securityFault('SECURITY_MASTER_KEY_FILE', `the master key file must hold ${digits} hex digits`, {
        path,
        details: { expectedBytes: digits, actualBytes: size },
      })
    }
    return new Sensitive(Buffer.from(match[1]!, 'hex'))
  } finally {
    await file.close()
  }
}

/**
 * Written aside and linked into place: a crash leaves no half a key, and of two processes that start together the second
 * finds the first one's file instead of replacing it.
 */
async function createMasterKey(path: string, random: (size: number) => Buffer): Promise<void> {
  const key = random(masterKeyBytes)
  assert(key.length === masterKeyBytes, 'the source of randomness gives as many bytes as asked for')
  const draft = `${path}.${random(8).toString('hex')}.new`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${key.toString('hex').toUpperCase()}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    await unlink(draft)
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw securityFault('SECURITY_MASTER_KEY_FILE', 'the master key file cannot be created', { path, cause })
  }
}

/** The name is durable too, before any key is stored that depends on this file. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
