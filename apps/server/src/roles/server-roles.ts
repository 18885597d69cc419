// Which parts of the product a process runs (`--roles`, SHUA_ROLES), and which of them can stand alone. Roles that share a database
// transaction stay together (docs/decisions/0002-one-database-transaction-per-payment-batch.md, 0007-processes-and-distribution.md).

import { Fault } from '@shua/assert'

export const serverRoles = ['acquirer', 'switch', 'issuer', 'jobs', 'web', 'demo'] as const
export type ServerRole = (typeof serverRoles)[number]

/** One commit holds what these three write, so they are one process. */
const payments = ['acquirer', 'switch', 'issuer'] as const satisfies readonly ServerRole[]

export interface RoleSurroundings {
  /** Whether the database is another server's, so that other processes can work in it too. */
  readonly sharedDatabase: boolean
  /** Whether the address of an acquirer in another process is known. */
  readonly acquirerElsewhere: boolean
}

/** All roles when `text` is empty. Throws `SETTING_INVALID` when the roles make no sense together. */
export function readRoles(text: string | undefined, surroundings: RoleSurroundings): ReadonlySet<ServerRole> {
  const names = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  if (names.length === 0) return new Set(serverRoles)
  const roles = new Set<ServerRole>()
  for (const name of names) {
    const role = serverRoles.find((known) => known === name)
    if (role === undefined) throw refused(`'${name}' is no role; roles are ${serverRoles.join(', ')}`)
    roles.add(role)
  }
  checkTogether(roles, surroundings)
  return roles
}

function checkTogether(roles: ReadonlySet<ServerRole>, surroundings: RoleSurroundings): void {
  const missing = payments.filter((role) => !roles.has(role))
  if (missing.length > 0 && missing.length < payments.length) {
    throw refused(
      `acquirer, switch and issuer write one database transaction and belong in one process; add ${missing.join(' and ')}`,
    )
  }
  const takesPayments = missing.length === 0
  if (!takesPayments && !surroundings.sharedDatabase) {
    throw refused(
      `${[...roles].join(', ')} without acquirer, switch and issuer work on payments of other processes; name their database in DATABASE_URL`,
    )
  }
  if (!roles.has('demo')) return
  if (!roles.has('web')) throw refused('the demo terminals are used on web pages; add web, or leave out demo')
  if (!takesPayments && !surroundings.acquirerElsewhere) {
    throw refused('the demo terminals need an acquirer; add acquirer, switch and issuer, or name one in SHUA_ACQUIRER')
  }
}

function refused(message: string): Fault {
  return new Fault('SETTING_INVALID', `SHUA_ROLES: ${message}`, { path: 'SHUA_ROLES' })
}
