// `npm start`: reads the settings, starts the server, says where it is, and stops it cleanly on Ctrl-C.

import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { readServerSettings, type ServerSettings } from './server-settings.ts'
import { startServer, type RunningServer } from './start-server.ts'

/** Resolves when the server was asked to stop and has stopped. `argv` as of `npm start -- --roles …`. */
export async function runServer(argv: readonly string[]): Promise<void> {
  const settings = readServerSettings({ SHUA_LOG_LEVEL: 'warn', ...process.env, ...readFlags(argv) })
  const say = (line: string): void => console.log(line)
  say(`刷 Shua is starting: ${[...settings.roles].join(', ')} …`)
  const server = await startServer(settings, () => undefined)
  say(banner(settings, server))
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  say('\nStopping: answers in flight are finished first.')
  await server.close()
}

/** Flags are written over the environment. */
function readFlags(argv: readonly string[]): { SHUA_ROLES?: string } {
  try {
    const { values } = parseArgs({ args: [...argv], options: { roles: { type: 'string' } } })
    return values.roles === undefined ? {} : { SHUA_ROLES: values.roles }
  } catch (cause) {
    throw new Fault('SETTING_INVALID', 'the flags of the server are: --roles ROLE,…', { cause })
  }
}

function banner(settings: ServerSettings, server: RunningServer): string {
  const { roles, host } = settings
  const { url } = server.http
  const free = roles.has('demo') ? ', terminal 10000001 is free for your own client' : ''
  return [
    '',
    roles.has('web') ? `  Web        ${url}` : `  Health     ${url}/health/ready`,
    ...(roles.has('acquirer') ? [`  Terminals  ${host}:${server.network.terminals.port}   ISO 8583${free}`] : []),
    ...(roles.has('demo')
      ? ['  Log-in     cashier 01, password 0000 (you choose a new one); supervisor 00; demo card PIN 123456']
      : []),
    '  Stop       Ctrl-C; the next start continues where this one ended',
    ...(settings.open
      ? [`  WARNING    listening on ${host} without log-in: anybody who reaches this machine can use it`]
      : []),
    '',
  ].join('\n')
}

/** One line for a fault, with the reason the system gave when there is one; a bug shows where it happened. */
export function explain(error: unknown): string {
  if (!(error instanceof Fault)) return String(error instanceof Error ? error.stack : error)
  const { cause } = error
  const reason = cause instanceof Error && 'code' in cause ? `: ${String(cause.code)}` : ''
  return `shua: ${error.message}${reason} (${error.code})`
}
