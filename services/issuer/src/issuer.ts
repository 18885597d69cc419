// The issuer role: authorizes requests of its cards inside the caller's transaction, and issues and looks after cards.
// The app builds it once and hands it to the switch.

import type { Sensitive } from '@shua/card-data'
import type { Queryable, Transaction } from '@shua/postgres'
import type { Issuer } from '@shua/scheme'
import type { KeyBlock, SecurityModule } from '@shua/security-module'
import { announceRequests } from './authorization/announced-requests.ts'
import { authorize } from './authorization/authorize.ts'
import type { CardState } from './authorization/facts.ts'
import type { IssuerContext } from './authorization/issuer-context.ts'
import { findCard, setCardState, unlockPin, type CardOverview } from './card/card-state.ts'
import { choosePan, type PanWish } from './card/choose-pan.ts'
import { issueCards, type AccountToIssue, type IssuingDate } from './card/issue-cards.ts'

export interface IssuerOptions {
  /** Institution code of at most 11 characters, DE 44. */
  readonly issuerId: string
  readonly securityModule: SecurityModule
  readonly keys: { readonly panHash: KeyBlock; readonly panSeal: KeyBlock }
}

export interface IssuerRole extends Issuer<Transaction> {
  /** Opens accounts with their cards and first balances; see issue-cards.ts for the faults. */
  issueCards(tx: Transaction, accounts: readonly AccountToIssue[], date: IssuingDate): Promise<void>
  /** A free card number, in a given shard if need be; `random(n)` answers a whole number below n. */
  choosePan(wish: PanWish, random: (below: number) => number): Sensitive<string>
  findCard(queryable: Queryable, pan: Sensitive<string>): Promise<CardOverview | undefined>
  setCardState(
    queryable: Queryable,
    o: { readonly pan: Sensitive<string>; readonly state: CardState; readonly at: Date },
  ): Promise<void>
  unlockPin(queryable: Queryable, pan: Sensitive<string>): Promise<void>
}

export function createIssuer(options: IssuerOptions): IssuerRole {
  const context: IssuerContext = {
    ...options,
    openMerchants: new Set(),
    programmes: new Map(),
    openedBy: new WeakMap(),
    announced: new WeakMap(),
  }
  return {
    announce: (requests, tx) => announceRequests(context, requests, tx),
    authorize: async (requests, tx) => await authorize(context, requests, tx),
    issueCards: async (tx, accounts, date) => await issueCards(context, tx, accounts, date),
    choosePan: (wish, random) => choosePan(context, wish, random),
    findCard: async (queryable, pan) => await findCard(context, queryable, pan),
    setCardState: async (queryable, o) => await setCardState(context, queryable, o),
    unlockPin: async (queryable, pan) => await unlockPin(context, queryable, pan),
  }
}
