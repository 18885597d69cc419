// Builds that are broken on purpose, each in one place: what the simulation must find. Parts of the composition are wrapped or a
// statement of the memory database lies; the product's code is as it is.

import { RowArray, type Database, type Transaction, type TransactionOptions } from '@shua/postgres'
import type { PaymentAnswer, Switch } from '@shua/scheme'
import { acquirerStatements, paymentColumns } from './memory/acquirer-statements.ts'
import { issuerStatements } from './memory/issuer-statements.ts'
import type { PaymentRow } from './memory/rows.ts'
import { rowsIn, type Statement, type Statements } from './memory/statement.ts'
import type { Mutation } from './run-seed.ts'

/** The issuer never hears of a reversal; the terminal is told that it is done. */
const reversalIgnored: Mutation = {
  host: {
    network: (real): Switch<Transaction> => ({
      ...real,
      async route(requests, tx) {
        const answers = await real.route(
          requests.filter(({ kind }) => kind !== 'reversal'),
          tx,
        )
        const done: PaymentAnswer = {
          outcome: 'approved',
          approvalCode: '000000',
          issuerId: '01020000',
          balance: undefined,
        }
        const rest = [...answers]
        return requests.map(({ kind }) => (kind === 'reversal' ? done : rest.shift()!))
      },
    }),
  },
}

function known(name: string): Statement {
  return acquirerStatements[name] ?? issuerStatements[name]!
}

/** Nobody looks whether a trace was used, and no unique index stands behind it. */
const duplicateTraceUnseen: Mutation = {
  statements: {
    'acquirer.findStandings': {
      run: (context, values) =>
        known('acquirer.findStandings')
          .run(context, values)
          .map((row) => ({ ...row, used: false })),
    },
    'acquirer.insertPayments': {
      run({ view }, [payments]) {
        for (const row of rowsIn<PaymentRow>(paymentColumns, payments))
          view.put('payment', { ...row, refunded_minor: 0n })
        return []
      },
    },
  },
}

/**
 * A batch of payments is decided, and then once more, as by a second owner of its lane that does not see what the first one did.
 * One that sees it answers 94, and then the terminals make good for it: they reverse.
 */
const batchDecidedTwice: Mutation = {
  ...duplicateTraceUnseen,
  host: {
    database: (real): Database => ({
      query: (text, values, name) => real.query(text, values, name),
      async inTransaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
        const first = await real.inTransaction(work, options)
        if (options.readsFirst === true) await real.inTransaction(work, options)
        return first
      },
      listen: (channel, listener) => real.listen(channel, listener),
      close: () => real.close(),
    }),
  },
}

/** A write whose account changes come without the holds they release: they are the first part behind the authorizations. */
const accountsPlace = 1
const heldChangePlace = 3

function withoutReleases(accounts: unknown): RowArray {
  const { rows } = accounts as RowArray
  const keep = (value: unknown, place: number): unknown =>
    place === heldChangePlace && (value as bigint) < 0n ? 0n : value
  return new RowArray(rows.map((row) => row.map(keep)))
}

const holdKept: Mutation = {
  statements: Object.fromEntries(
    Object.entries(issuerStatements)
      .filter(([name]) => name.startsWith('issuer-write-accounts'))
      .map(([name, statement]): [string, Statement] => [
        name,
        {
          ...statement,
          run: (context, values) =>
            statement.run(
              context,
              values.map((value, place) => (place === accountsPlace ? withoutReleases(value) : value)),
            ),
        },
      ]),
  ),
}

/** What was refunded before is forgotten, by the acquirer and by the issuer. */
const refundLimitUnchecked: Mutation = { statements: forgettingRefunds() }

function forgettingRefunds(): Statements {
  const forgetful = (name: string, forget: (row: object) => object): Statement => {
    const { locks } = known(name)
    return { ...(locks ? { locks } : {}), run: (context, values) => known(name).run(context, values).map(forget) }
  }
  const changeStates = known('acquirer.changeStates')
  return {
    'acquirer.findByRrn': forgetful('acquirer.findByRrn', (row) => ({ ...row, refundedMinor: 0n })),
    'issuer-load-chains': forgetful('issuer-load-chains', (row) => ({ ...row, refunded_minor: 0n })),
    'acquirer.changeStates': {
      ...(changeStates.locks ? { locks: changeStates.locks } : {}),
      run(context, values) {
        const [shards, ids, , , refunded] = values as [number[], string[], unknown, unknown, bigint[]]
        const room = refunded.map((minor, index) => {
          const row = context.view.get('payment', `${shards[index]}/${ids[index]}`)
          const left = row === undefined ? minor : row.amount_minor - row.refunded_minor
          return minor > left ? left : minor
        })
        return changeStates.run(context, [...values.slice(0, 4), room])
      },
    },
  }
}

/** A reversal that comes before its original leaves nothing that stops it. */
const reversalLeavesNoTrace: Mutation = {
  statements: {
    'acquirer.findStandings': {
      run(context, values) {
        const [terminals, batches, stans] = values as [string[], number[], number[]]
        const paid = context.view.rows('payment')
        return known('acquirer.findStandings')
          .run(context, values)
          .map((row, index) => ({
            ...row,
            used: paid.some(
              (each) =>
                each.terminal_id === terminals[index] &&
                each.batch_number === batches[index] &&
                each.stan === stans[index],
            ),
          }))
      },
    },
  },
}

/** Each with the rules of which one must be found broken. */
export const mutations: Readonly<Record<string, { readonly mutation: Mutation; readonly rules: readonly string[] }>> = {
  'a reversal is answered 00 and ignored': { mutation: reversalIgnored, rules: ['5', '6'] },
  'a batch of the lane is decided twice': { mutation: batchDecidedTwice, rules: ['3', '4', '6'] },
  'a duplicate trace is not noticed': { mutation: duplicateTraceUnseen, rules: ['3'] },
  'a completion does not release its hold': { mutation: holdKept, rules: ['2'] },
  'refunds have no limit': { mutation: refundLimitUnchecked, rules: ['7'] },
  'a reversal leaves nothing that stops its original': { mutation: reversalLeavesNoTrace, rules: ['4', '5'] },
}
