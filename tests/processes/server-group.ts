// One database and one master key for several server processes, with the terminals and cards of `shua load` in it.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkMoneyRules, createIssuer, type IssuerRole } from '@shua/issuer'
import type { Database } from '@shua/postgres'
import { SoftwareSecurityModule } from '@shua/security-module'
import { issuerId } from '../../apps/server/src/network.ts'
import { openNetworkKeys } from '../../apps/server/src/network-keys.ts'
import { seedLoad } from '../../apps/server/src/load-seed.ts'
import { checkBooks } from '../harness/check-books.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

export const paymentRoles = 'acquirer,switch,issuer,jobs'

export interface ServerGroup {
  readonly database: Database
  readonly databaseUrl: string
  readonly issuer: IssuerRole
  readonly directory: string
  readonly masterKeyFile: string
  start(roles?: string, env?: Readonly<Record<string, string>>): Promise<ServerProcess>
  /** Every difference between the roles' books and every broken money rule; empty means that there is none. */
  differences(): Promise<unknown[]>
  /** Removes its files; the database is the caller's. */
  close(): Promise<void>
}

export async function openServerGroup(o: {
  database: Database
  databaseUrl: string
  terminals: number
  cards: number
}): Promise<ServerGroup> {
  const { database, databaseUrl } = o
  const directory = await mkdtemp(join(tmpdir(), 'shua-processes-'))
  const masterKeyFile = join(directory, 'master-key')
  const random = (size: number): Buffer => randomBytes(size)
  const securityModule = await SoftwareSecurityModule.open({ masterKeyFile, random })
  const now = new Date()
  const keys = await openNetworkKeys(database, securityModule, now)
  const issuer = createIssuer({ issuerId, securityModule, keys })
  await seedLoad({ database, securityModule, keys, issuer, terminals: o.terminals, cards: o.cards, now, random })
  let started = 0
  return {
    database,
    databaseUrl,
    issuer,
    directory,
    masterKeyFile,
    async start(roles = paymentRoles, env = {}) {
      started += 1
      return startServerProcess({
        databaseUrl,
        dataDir: join(directory, `process-${started}`),
        masterKeyFile,
        roles,
        env,
      })
    },
    differences: async () => [...(await checkBooks(database)), ...(await checkMoneyRules(database))],
    close: () => rm(directory, { recursive: true, force: true }),
  }
}
