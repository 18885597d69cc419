// `npm start`: reads the settings, starts the server, says where it is, and stops it cleanly on Ctrl-C.

import { Fault } from '@shua/assert'
import { readServerSettings, type ServerSettings } from './server-settings.ts'
import { startServer } from './start-server.ts'

/** Resolves when the server was asked to stop and has stopped. */
export async function runServer(): Promise<void> {
  const settings = readServerSettings({ SHUA_LOG_LEVEL: 'warn', ...process.env })
  const say = (line: string): void => console.log(line)
  say('刷 Shua is starting: database, network, demo data, web …')
  const server = await startServer(settings, () => undefined)
  say(banner(settings, server.http.url, server.network.terminals.port))
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  say('\nStopping: answers in flight are finished first.')
  await server.close()
}

function banner(settings: ServerSettings, url: string, terminalPort: number): string {
  const warning = settings.open
    ? `\n  WARNING    listening on ${settings.host} without log-in: anybody who reaches this machine can use it`
    : ''
  return `
  Web        ${url}
  Terminals  ${settings.host}:${terminalPort}   ISO 8583, terminal 10000001 is free for your own client
  Log-in     cashier 01, password 0000 (you choose a new one); supervisor 00; demo card PIN 123456
  Stop       Ctrl-C; the next start continues where this one ended${warning}
`
}

/** One line for a fault, with the reason the system gave when there is one; a bug shows where it happened. */
export function explain(error: unknown): string {
  if (!(error instanceof Fault)) return String(error instanceof Error ? error.stack : error)
  const { cause } = error
  const reason = cause instanceof Error && 'code' in cause ? `: ${String(cause.code)}` : ''
  return `shua: ${error.message}${reason} (${error.code})`
}
