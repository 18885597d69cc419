// As whom PostgreSQL runs. It refuses to run as root, so when we are root it runs as an unprivileged user of the system,
// and that user must be able to enter the folders it works in. For everybody else it runs as ourselves.

import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '@shua/assert'

export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** A distribution's PostgreSQL user first; `nobody` and its kin share their name with other services, so they come last. */
const preferredNames = ['postgres', '_postgres', 'nobody', 'nfsnobody', 'daemon']

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The user for a new database when we are root. */
export async function chooseServerUser(): Promise<ServerUser> {
  const users = await readUsers()
  for (const name of preferredNames) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (user !== undefined) return user
  }
  const message = 'PostgreSQL does not run as root, and the system has no user like postgres or nobody to run it as'
  throw new Fault('DATABASE_EMBEDDED_USER', message, { details: { tried: preferredNames } })
}

/** The user who owns an existing database; initdb refuses users without an entry, so every owner has one. */
export async function ownerOf(directory: string): Promise<ServerUser> {
  const { uid, gid } = await stat(directory)
  const user = (await readUsers()).find((candidate) => candidate.uid === uid)
  return { name: user?.name ?? String(uid), uid, gid }
}

/** Whether a user without further groups may enter every folder of an absolute path and read what it names. */
export async function canReach(path: string, user: Pick<ServerUser, 'uid' | 'gid'>): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const triad = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode
  const wanted = (mode & 0o170000) === 0o040000 ? 1 : 4
  if ((triad & wanted) === 0) return false
  const parent = dirname(path)
  return parent === path || (await canReach(parent, user))
}

async function readUsers(): Promise<ServerUser[]> {
  const text = await readFile('/etc/passwd', 'utf8')
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}
