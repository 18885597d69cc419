// Turns whatever pg throws into a Fault that is safe to log. What the server says about a failed statement may quote
// parameters ("Key (pan)=(...) already exists"), so its message, detail, hint and context are never passed on:
// only the SQLSTATE and names from the schema are. Used by every module here that talks to the server.

import { Fault } from '@shua/assert'
import { DatabaseError } from 'pg'
import { sqlConditionName } from './sql-state.ts'

export interface FaultContext {
  /** What was being done; during `commit` a lost connection leaves the outcome unknown. */
  readonly phase: 'connect' | 'statement' | 'commit'
  /** host:port/database, without user and password. */
  readonly address: string
  /** The statement's name, if it has one. */
  readonly statement?: string | undefined
  /** Whether the statement stood outside a transaction, so that it may have taken effect although no answer came. */
  readonly autocommit?: boolean
}

/** The server's or the socket's error, reduced to what is safe to print. */
class ReducedError extends Error {
  constructor(name: string, message: string, original: Error) {
    super(message)
    this.name = name
    // The original stack begins with the original message, so only its frames are kept.
    const frames = (original.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
    this.stack = [`${name}: ${message}`, ...frames].join('\n')
  }
}

const schemaNames = ['schema', 'table', 'column', 'constraint', 'dataType'] as const

/** Answers the Fault for an error of the world, and the error itself when it is a Fault already or a bug of ours. */
export function databaseFault(error: unknown, context: FaultContext): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error
  if (error instanceof DatabaseError && typeof error.code === 'string') return serverFault(error, error.code, context)
  if (context.phase === 'connect') return connectFault(error, context)
  return isConnectionError(error) ? lostFault(context, reduceSocketError(error)) : error
}

/** The connection broke, or gave no answer in time, while something was under way. */
export function lostFault(context: FaultContext, cause: Error): Fault {
  if (context.phase === 'commit') {
    const details = { address: context.address, outcome: 'unknown' }
    const message = 'the connection was lost during commit: the transaction may or may not have taken effect'
    return new Fault('DATABASE_COMMIT_UNKNOWN', message, { details, cause })
  }
  const outcome = context.phase === 'statement' && context.autocommit === true ? 'unknown' : 'notDone'
  const details = { address: context.address, outcome, ...named(context) }
  const message = `the database at ${context.address} cannot be reached or broke the connection`
  return new Fault('DATABASE_UNREACHABLE', message, { details, cause })
}

/** No answer came within our own guard, which is longer than the server's time-out: the network is the likely reason. */
export function guardFault(context: FaultContext, guardMs: number): Fault {
  if (context.phase === 'commit') return lostFault(context, new Error(`no answer to commit within ${guardMs} ms`))
  const outcome = context.autocommit === true ? 'unknown' : 'notDone'
  const details = { address: context.address, outcome, guardMs, ...named(context) }
  return new Fault('DATABASE_TIMEOUT', `${subject(context)} got no answer within ${guardMs} ms`, { details })
}

/** The SQLSTATE a fault or one of its causes carries. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    const sqlState = link instanceof Fault ? link.details['sqlState'] : undefined
    if (typeof sqlState === 'string') return sqlState
  }
  return undefined
}

/** Whether a unique constraint refused a row; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Fault) || error.details['sqlState'] !== '23505') return false
  return constraint === undefined || error.details['constraint'] === constraint
}

/** Whether the same transaction may succeed when it is simply run again. */
export function isTransactionConflict(error: unknown): boolean {
  const sqlState = sqlStateOf(error)
  return sqlState === '40001' || sqlState === '40P01'
}

function serverFault(error: DatabaseError, sqlState: string, context: FaultContext): Fault {
  const condition = sqlConditionName(sqlState)
  const names: Record<string, string> = {}
  for (const key of schemaNames) {
    const value = error[key]
    if (value !== undefined) names[key] = value
  }
  const details = { sqlState, condition, ...named(context), ...names }
  const cause = new ReducedError('PostgresError', `${sqlState} ${condition}`, error)
  if (context.phase === 'connect') {
    const message = `the database at ${context.address} refused the connection: ${sqlState} ${condition}`
    const more = { ...details, address: context.address, outcome: 'notDone' }
    return new Fault('DATABASE_UNREACHABLE', message, { details: more, cause })
  }
  if (sqlState.startsWith('08') || sqlState.startsWith('57P')) return lostFault(context, cause)
  const reason = `${sqlState} ${condition}${place(names)}${developerText(error, sqlState)}`
  const position = error.position === undefined ? {} : { position: Number(error.position) }
  const code = sqlState === '57014' || sqlState === '55P03' ? 'DATABASE_TIMEOUT' : 'DATABASE_STATEMENT'
  const verb = code === 'DATABASE_TIMEOUT' ? 'was cut short' : 'failed'
  return new Fault(code, `${subject(context)} ${verb}: ${reason}`, { details: { ...details, ...position }, cause })
}

function connectFault(error: Error, context: FaultContext): Fault {
  if (error.message.startsWith('Cannot use a pool after calling end')) {
    return new Fault('DATABASE_CLOSED', 'the database was closed by this process')
  }
  if (error.message.startsWith('timeout exceeded when trying to connect')) {
    const details = { address: context.address, outcome: 'notDone', waitingFor: 'connection' }
    return new Fault('DATABASE_TIMEOUT', 'every connection to the database stayed in use', { details })
  }
  return lostFault(context, reduceSocketError(error))
}

const connectionTexts = /^(Connection terminated|Client has encountered|Client was closed|timeout expired)/

function isConnectionError(error: Error): boolean {
  return 'syscall' in error || error instanceof AggregateError || connectionTexts.test(error.message)
}

function reduceSocketError(error: Error): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'connection lost'
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? ` (${error.syscall})` : ''
  return new ReducedError('ConnectionError', `${code}${syscall}`, error)
}

function named(context: FaultContext): { statement?: string } {
  return context.statement === undefined ? {} : { statement: context.statement }
}

function subject(context: FaultContext): string {
  if (context.phase === 'commit') return 'commit'
  return context.statement === undefined ? 'a statement' : `statement ${context.statement}`
}

function place(names: Readonly<Record<string, string>>): string {
  const { schema, table, column, constraint } = names as { [key in (typeof schemaNames)[number]]?: string }
  const relation = table === undefined ? '' : ` in ${schema === undefined ? '' : `${schema}.`}${table}`
  return `${constraint === undefined ? '' : ` of ${constraint}`}${column === undefined ? '' : ` of ${column}`}${relation}`
}

/**
 * Class 42 is about the statement's own text (unknown column, syntax), which holds no parameters; a developer needs
 * that sentence. Long digit runs are struck out all the same, in case somebody wrote a literal into a statement.
 */
function developerText(error: DatabaseError, sqlState: string): string {
  return sqlState.startsWith('42') ? `: ${error.message.replaceAll(/\d{6,}/g, '…')}` : ''
}
