// The settings of the server from its environment: the only place that reads it. Everything is checked before anything starts.

import { Fault } from '@shua/assert'
import type { LogLevel } from '@shua/telemetry'
import { readRoles, type ServerRole } from './roles/server-roles.ts'

export interface ServerSettings {
  readonly host: string
  readonly httpPort: number
  readonly terminalPort: number
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  /** Processes of one database share this file; by default it is in the data directory, which they don't share. */
  readonly masterKeyFile: string | undefined
  readonly roles: ReadonlySet<ServerRole>
  /** Where demo terminals find an acquirer that is another process. */
  readonly acquirer: { readonly host: string; readonly port: number } | undefined
  readonly logLevel: LogLevel
  /** An ESC/POS printer on the network for the slips of the demo terminals. */
  readonly printer: { readonly host: string; readonly port: number } | undefined
  /** Whether listeners are open beyond this machine although nobody has to log in yet. */
  readonly open: boolean
}

const loopback = '127.0.0.1'
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const satisfies readonly LogLevel[]

/** Throws `SETTING_INVALID` with the name of the variable. Port 0 lets the system choose. */
export function readServerSettings(env: Readonly<Record<string, string | undefined>>): ServerSettings {
  const host = env['SHUA_LISTEN'] ?? loopback
  const address = databaseUrl(env['DATABASE_URL'])
  const acquirer = hostAndPort(env, 'SHUA_ACQUIRER', 8583)
  return {
    host,
    httpPort: port(env, 'SHUA_HTTP_PORT', 8080),
    terminalPort: port(env, 'SHUA_TERMINAL_PORT', 8583),
    dataDir: env['SHUA_DATA_DIR'] ?? './.shua',
    databaseUrl: address,
    masterKeyFile: env['SHUA_MASTER_KEY_FILE'] || undefined,
    roles: readRoles(env['SHUA_ROLES'], {
      sharedDatabase: address !== undefined,
      acquirerElsewhere: acquirer !== undefined,
    }),
    acquirer,
    logLevel: logLevel(env['SHUA_LOG_LEVEL'] ?? 'info'),
    printer: hostAndPort(env, 'SHUA_PRINTER', 9100),
    open: host !== loopback && host !== '::1' && host !== 'localhost',
  }
}

function port(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    throw new Fault('SETTING_INVALID', `${name} must be a port from 0 to 65535`, { path: name })
  }
  return value
}

function hostAndPort(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallbackPort: number,
): { host: string; port: number } | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const match = /^([\w.-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?$/.exec(text)
  if (!match) throw new Fault('SETTING_INVALID', `${name} must be HOST or HOST:PORT`, { path: name })
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? fallbackPort) }
}

function logLevel(text: string): LogLevel {
  const level = logLevels.find((each) => each === text)
  if (level === undefined)
    throw new Fault('SETTING_INVALID', `SHUA_LOG_LEVEL must be one of ${logLevels.join(', ')}`, {
      path: 'SHUA_LOG_LEVEL',
    })
  return level
}

function databaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^postgres(ql)?:\/\//.test(text)) {
    throw new Fault('SETTING_INVALID', 'DATABASE_URL must start with postgres:// or postgresql://', {
      path: 'DATABASE_URL',
    })
  }
  return text
}
