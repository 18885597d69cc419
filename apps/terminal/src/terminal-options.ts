// The options of `shua terminal`, read from its arguments.

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import { terminalProfiles, type TerminalProfile, type TerminalProfileName } from '@shua/scheme'
import type { Language } from '@shua/terminal-core'

export interface TerminalOptions {
  readonly host: string
  readonly port: number
  readonly terminalId: string
  readonly merchantId: string
  readonly merchantName: string
  readonly directory: string
  readonly profile: TerminalProfile
  readonly masterKey: Sensitive<Buffer> | undefined
  readonly licence: string | undefined
  readonly operator: string
  readonly supervisor: Sensitive<string>
  readonly language: Language
  readonly printer: { readonly host: string; readonly port: number } | undefined
  /** Undefined: by hand. */
  readonly script: string | undefined
}

export const usage = `shua terminal [options]

  --host 127.0.0.1        the acquirer's address
  --port 8583             its port for terminals
  --terminal NUMBER       DE 41, 8 characters
  --merchant NUMBER       DE 42, 15 characters
  --merchant-name NAME    printed on slips until parameters are downloaded
  --data DIR              where journal and keys are kept (default ./.shua/terminal-NUMBER)
  --profile pos-3des      ${Object.keys(terminalProfiles).join(' ')}
  --tmk HEX               terminal master key, loaded at the first start and when it changes
  --licence TEXT          network licence and serial of the sign-on
  --timeout SECONDS       how long to wait for an answer
  --printer HOST[:9100]   an ESC/POS printer on the network
  --operator 01           who works, in scripts
  --supervisor PASSWORD   for voids and refunds in scripts (default: the initial 123456)
  --lang zh|en
  --run "STEPS"           steps separated by ; and then end
  --script FILE           the same from a file, one a line or separated by ;

Steps (a card once given serves the steps behind it):
  signon  signoff  echo  params  stoplist  settle  reverse  last  list  totals  reprint [VOUCHER]
  sale AMOUNT card=TRACK2|NUMBER [expiry=YYMM] [pin=DIGITS]     auth AMOUNT …     balance …
  void VOUCHER|last     compvoid VOUCHER|last
  refund AMOUNT rrn=REFERENCE|last date=MMDD|today
  authvoid | complete | advise  AMOUNT code=APPROVAL|last date=MMDD|today
  expect OUTCOME          what the step before should have given: approved, declined, a response code such as 55,
                          unknown, reversed, stored, refused, or the reason of a refusal such as notSignedOn

Without expect a step should succeed. The exit code is 0 when every step gave what was expected.
Without --run and --script the terminal is worked by hand: digits, Enter, Backspace (clear), Esc (cancel), m (menu).
`

const definitions = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8583' },
  terminal: { type: 'string' },
  merchant: { type: 'string' },
  'merchant-name': { type: 'string', default: '' },
  data: { type: 'string' },
  profile: { type: 'string', default: 'pos-3des' },
  tmk: { type: 'string' },
  licence: { type: 'string' },
  timeout: { type: 'string' },
  printer: { type: 'string' },
  operator: { type: 'string', default: '01' },
  supervisor: { type: 'string', default: '123456' },
  lang: { type: 'string', default: 'zh' },
  run: { type: 'string' },
  script: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

function wrong(option: string, problem: string): Fault {
  return new Fault('TERMINAL_OPTION', `--${option} ${problem}`, { path: option })
}

/** Undefined when help was asked for. Throws `TERMINAL_OPTION`. */
export function readTerminalOptions(argv: readonly string[]): TerminalOptions | undefined {
  const values = parse(argv)
  if (values.help) return undefined
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('port', 'is a number from 1 to 65535')
  if (!/^[\x21-\x7e]{8}$/.test(values.terminal ?? ''))
    throw wrong('terminal', 'needs the 8 characters of the terminal number')
  if (!/^[\x21-\x7e]{15}$/.test(values.merchant ?? '')) {
    throw wrong('merchant', 'needs the 15 characters of the merchant number')
  }
  if (values.lang !== 'zh' && values.lang !== 'en') throw wrong('lang', 'is zh or en')
  if (!/^\d{2}$/.test(values.operator)) throw wrong('operator', 'is two digits')
  if (values.run !== undefined && values.script !== undefined) throw wrong('run', 'and --script exclude each other')
  return {
    host: values.host,
    port,
    terminalId: values.terminal!,
    merchantId: values.merchant!,
    merchantName: values['merchant-name'],
    directory: values.data ?? `.shua/terminal-${values.terminal!}`,
    profile: readProfile(values.profile, values.timeout),
    masterKey: readMasterKey(values.tmk),
    licence: values.licence,
    operator: values.operator,
    supervisor: new Sensitive(values.supervisor),
    language: values.lang,
    printer: readPrinter(values.printer),
    script: values.script === undefined ? values.run : readScript(values.script),
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: definitions }).values
  } catch (error) {
    // The message of an unknown option names it and never a value.
    const message = error instanceof Error ? error.message.split('.')[0]! : 'the arguments cannot be read'
    throw new Fault('TERMINAL_OPTION', message, { cause: error })
  }
}

function readProfile(name: string, timeout: string | undefined): TerminalProfile {
  if (!Object.hasOwn(terminalProfiles, name)) {
    throw wrong('profile', `is one of ${Object.keys(terminalProfiles).join(', ')}`)
  }
  const profile: TerminalProfile = terminalProfiles[name as TerminalProfileName]
  if (timeout === undefined) return profile
  const seconds = Number(timeout)
  if (!(seconds > 0 && seconds <= 600)) throw wrong('timeout', 'is a number of seconds up to 600')
  return { ...profile, answerTimeoutMs: Math.round(seconds * 1000) }
}

function readMasterKey(text: string | undefined): Sensitive<Buffer> | undefined {
  if (text === undefined) return undefined
  if (!/^[0-9A-Fa-f]{32}$/.test(text)) throw wrong('tmk', 'is 32 hex digits')
  return new Sensitive(Buffer.from(text, 'hex'))
}

function readPrinter(text: string | undefined): TerminalOptions['printer'] {
  if (text === undefined) return undefined
  const match = /^([^:]+)(?::(\d{1,5}))?$/.exec(text)
  if (!match) throw wrong('printer', 'is HOST or HOST:PORT')
  return { host: match[1]!, port: Number(match[2] ?? 9100) }
}

function readScript(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('TERMINAL_OPTION', 'the script file cannot be read', { path: 'script', cause: error })
  }
}
