// What every use case of the issuer is handed: its name on the wire and its keys. Built once by createIssuer.

import { shardOf } from '@shua/scheme'
import type { Sensitive } from '@shua/card-data'
import type { Transaction } from '@shua/postgres'
import type { AnnouncedRequests } from './announced-requests.ts'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import type { ProgrammeCache } from '../store/load-programmes.ts'

export interface IssuerContext {
  /** The issuer's institution code, DE 44. */
  readonly issuerId: string
  readonly securityModule: SecurityModule
  readonly keys: {
    /** Finds a card by its number without storing it. */
    readonly panHash: KeyBlock
    /** Encrypts the number where it is stored. */
    readonly panSeal: KeyBlock
  }
  /** Merchants whose ledger account is known to be open; only spares a statement. */
  readonly openMerchants: Set<string>
  /** Programmes by the version that was read last. */
  readonly programmes: ProgrammeCache
  /** Accounts opened in transactions that may yet be rolled back. */
  readonly openedBy: WeakMap<Transaction, Set<string>>
  /** What is being read because it was announced. */
  readonly announced: WeakMap<Transaction, AnnouncedRequests>
}

export interface CardKey {
  readonly shard: number
  readonly panHash: Buffer
}

export function cardKeyOf(context: IssuerContext, pan: Sensitive<string>): CardKey {
  const panHash = context.securityModule.hashPan({ key: context.keys.panHash, pan })
  return { shard: shardOf(panHash), panHash }
}
