// The log of every process: one JSON object per line. Card data is kept out by `Sensitive`; behind it stand three nets:
// fields whose names promise a secret are redacted, texts are searched for card numbers, and of an error only what a
// Fault declares safe, and otherwise its searched texts, are written.

import { assert, Fault } from '@shua/assert'
import { type DestinationStream, type Level, type Logger as PinoLogger, pino } from 'pino'
import { maskText } from './mask-text.ts'
import { redactSecrets } from './redact-secrets.ts'

export type Logger = PinoLogger
export type LogLevel = Level | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** Which program or role is speaking. */
  readonly name: string
  /** Where lines go; standard output when left out. */
  readonly stream?: DestinationStream
}

const causeDepthMax = 4

export function createLogger(options: LoggerOptions): Logger {
  const { level, name, stream } = options
  const settings = {
    level,
    name,
    base: { pid: process.pid },
    // Text, because a number of 13 digits in every line looks like a card number to whoever searches logs for one.
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: redactSecrets },
    serializers: {
      err: (error: unknown) => describeError(error, 0),
      error: (error: unknown) => describeError(error, 0),
    },
    hooks: { logMethod: maskTexts },
  }
  return redactChildren(stream === undefined ? pino(settings) : pino(settings, stream))
}

/** pino runs no formatter over the fields of a child logger, so they are redacted on their way in; children inherit it. */
function redactChildren(logger: Logger): Logger {
  const child: unknown = Reflect.get(logger, 'child')
  assert(typeof child === 'function', 'a pino logger makes children')
  function redactingChild(this: Logger, bindings: Record<string, unknown>, ...options: unknown[]): unknown {
    return Reflect.apply(child as () => unknown, this, [redactSecrets(bindings), ...options])
  }
  return Object.defineProperty(logger, 'child', { value: redactingChild })
}

function maskTexts(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
  const [first, ...rest] = args
  const fields = first instanceof Error ? { err: first } : first
  const masked = [fields, ...rest].map((argument) => (typeof argument === 'string' ? maskText(argument) : argument))
  // Without a text of its own, a line would take the error's, unsearched.
  const error = errorOf(fields)
  if (error !== undefined && rest.length === 0) masked.push(maskText(error.message))
  method.apply(this, masked)
}

function errorOf(fields: unknown): Error | undefined {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return undefined
  return fields.err instanceof Error ? fields.err : undefined
}

/** An error without the fields a driver may have hung on it: parameters of a query, parts of a request. */
function describeError(error: unknown, depth: number): unknown {
  if (!(error instanceof Error)) return typeof error
  const cause = error.cause === undefined || depth >= causeDepthMax ? undefined : describeError(error.cause, depth + 1)
  return {
    type: error.name,
    message: maskText(error.message),
    ...(error instanceof Fault && { code: error.code, path: error.path, details: error.details }),
    stack: maskText(error.stack ?? ''),
    ...(cause !== undefined && { cause }),
  }
}
