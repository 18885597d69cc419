// `npm run shua -- <command>`: the operator's command line. Each command is a function of its arguments; this file only picks
// one and turns faults into one line and an exit code.

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { resetDemo, readServerSettings, runServer } from '@shua/server'
import { runTerminalCommand } from '@shua/terminal'
import { runDatabaseCommand } from './database/database-command.ts'
import { runCertifyCommand } from './certify/certify-command.ts'
import { decodeText } from './decode/decode.ts'
import { runLoadCommand } from './load/load-command.ts'
import { runSettleCommand } from './settle/settle-command.ts'
import { printXray } from './xray/xray.ts'

const usage = `shua <command>

  serve [--roles R,…]       start the network, or the named roles of it (the same as npm start)
  terminal [options]        a card terminal in this shell, scripted or by hand (terminal --help)
  decode [FILE | HEX …]     take ISO 8583 messages apart, masked; reads standard input when nothing is named
                            --lang zh|en
  load [options]            many terminals against a seeded host: rate, latency, and whether all was right (load --help)
  certify host|terminal …   certify any host or terminal against the protocol, with a report (certify --help)
  settle DATE [options]     clear a business day into net positions, compared with the ledger (settle --help)
  xray PAYMENT              every hop of a payment of the running server   --url http://127.0.0.1:8080
  database distribute       spread the tables over a Citus cluster   --plan prints how, and changes nothing
  demo reset                throw the demo data away and load it afresh; the server must be stopped

Environment: SHUA_HTTP_PORT, SHUA_TERMINAL_PORT, SHUA_LISTEN, SHUA_DATA_DIR, DATABASE_URL, SHUA_LOG_LEVEL,
             SHUA_ROLES, SHUA_MASTER_KEY_FILE, SHUA_ACQUIRER
`

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv
  switch (command) {
    case 'serve':
      await runServer(rest)
      return 0
    case 'terminal':
      return runTerminalCommand(rest, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr })
    case 'certify':
      return runCertifyCommand(rest, process)
    case 'decode':
      return decode(rest)
    case 'load':
      return runLoadCommand(rest, process)
    case 'settle':
      return runSettleCommand(rest, process)
    case 'xray':
      return xray(rest)
    case 'database':
      return runDatabaseCommand(rest, process.env, process)
    case 'demo':
      if (rest[0] !== 'reset') break
      await resetDemo(readServerSettings(process.env), (line) => console.log(line))
      return 0
    case undefined:
    case 'help':
    case '--help':
      console.log(usage)
      return 0
    default:
  }
  console.error(`shua: there is no command '${argv.join(' ')}'\n\n${usage}`)
  return 2
}

function decode(argv: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { lang: { type: 'string' } },
  })
  const lang = values.lang === 'zh' ? 'zh' : 'en'
  // What is not hex is the name of a file; nothing at all is standard input.
  const isHex = positionals.length > 0 && positionals.every((text) => /^(0x)?[0-9a-fA-F]+$/.test(text))
  const text = isHex ? positionals.join('') : readFileSync(positionals[0] ?? 0).toString('latin1')
  console.log(decodeText(text, { lang }))
  return 0
}

async function xray(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { url: { type: 'string' } },
  })
  if (positionals[0] === undefined) {
    console.error('shua xray: name a payment id')
    return 2
  }
  console.log(await printXray(values.url ?? 'http://127.0.0.1:8080', positionals[0]))
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Fault ? `shua: ${error.message} (${error.code})` : error)
  process.exitCode = 1
}
