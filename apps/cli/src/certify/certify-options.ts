// The options of `shua certify`, checked before anything is opened. Fault CERTIFICATION_OPTION is wrong usage.

import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'

export const certifyUsage = `shua certify host ADDRESS --profile P [options]      plays a terminal through every flow and error against a host
shua certify terminal --port N --profile P [options] plays a host against a terminal
shua certify profile [NAME]                          prints a ready profile as JSON, to copy and change
shua certify cases [host | terminal]                 lists the cases

  ADDRESS                 host or host:port, e.g. 127.0.0.1:8583
  --profile P             demo, demo-x919, demo-x99, demo-mac16, or a JSON file
  --keys FILE             the terminal master key: one line of hex, or two or three lines of components
  --report DIR            where certification-host.md and .xml go (default: certification)
  --seed S                repeats damaged messages and trace numbers of another run
  --only TEXT             only the cases whose id begins with it; several separated by commas
  --lang zh|en            language of the guidance

terminal:
  --port N                where the terminal calls; --listen 0.0.0.0 opens it to other machines
  --auto                  asks for nothing and judges whatever comes
  --idle SECONDS          with --auto: the silence after which the report is made (default 60)

Guided, Enter leaves the case out that is waited for, and q ends the run.
Exit code 0 when every case passed, 1 when one failed or none could be run, 2 when the command was not understood.
`

export interface CertifyOptions {
  readonly action: 'host' | 'terminal'
  readonly host: string
  readonly port: number
  readonly profile: string
  readonly keysFile: string | undefined
  readonly reportDirectory: string
  readonly seed: number | undefined
  readonly only: readonly string[] | undefined
  readonly language: 'zh' | 'en'
  readonly mode: 'guided' | 'auto'
  readonly idleMs: number
}

export type CertifyRequest =
  | CertifyOptions
  | { readonly action: 'help' }
  | { readonly action: 'profile'; readonly name: string }
  | { readonly action: 'cases'; readonly of: 'host' | 'terminal' | undefined }

export function readCertifyOptions(argv: readonly string[]): CertifyRequest {
  const { values, positionals } = parse(argv)
  const [action, subject, ...rest] = positionals
  if (values.help === true || action === undefined || action === 'help') return { action: 'help' }
  if (rest.length > 0) throw wrong(`'${rest.join(' ')}' is one word too many`)
  if (action === 'profile') return { action, name: subject ?? 'template' }
  if (action === 'cases') {
    if (subject !== undefined && subject !== 'host' && subject !== 'terminal') throw wrong('cases of host or terminal?')
    return { action, of: subject }
  }
  if (action !== 'host' && action !== 'terminal') throw wrong(`there is nothing to certify called '${action}'`)
  if (values.profile === undefined) throw wrong('--profile is needed: demo, or a JSON file')
  if (values.lang !== undefined && values.lang !== 'zh' && values.lang !== 'en') throw wrong('--lang is zh or en')
  return {
    action,
    ...(action === 'host' ? hostAddress(subject) : listenAddress(subject, values.port, values.listen)),
    profile: values.profile,
    keysFile: values.keys,
    reportDirectory: values.report ?? 'certification',
    seed: values.seed === undefined ? undefined : whole('seed', values.seed, 0, 4_294_967_295),
    only: values.only?.split(','),
    language: values.lang ?? 'zh',
    mode: values.auto === true ? 'auto' : 'guided',
    idleMs: whole('idle', values.idle ?? '60', 1, 86_400) * 1000,
  }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: text,
        keys: text,
        report: text,
        seed: text,
        only: text,
        lang: text,
        port: text,
        listen: text,
        auto: flag,
        idle: text,
        help: flag,
      },
    })
  } catch (cause) {
    throw new Fault('CERTIFICATION_OPTION', cause instanceof Error ? cause.message : 'the options are wrong', { cause })
  }
}

function hostAddress(text: string | undefined): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text ?? '')
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) throw wrong('name the host as host:port')
  return { host, port: whole('port', match?.[3] ?? '8583', 1, 65_535) }
}

function listenAddress(
  subject: string | undefined,
  port: string | undefined,
  listen: string | undefined,
): { host: string; port: number } {
  if (subject !== undefined) throw wrong('a terminal calls the kit: name a --port to listen on, no address')
  if (port === undefined) throw wrong('--port is needed: where the terminal calls')
  return { host: listen ?? '127.0.0.1', port: whole('port', port, 0, 65_535) }
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= min && value <= max) return value
  throw wrong(`--${name} must be a whole number from ${min} to ${max}`)
}

function wrong(problem: string): Fault {
  return new Fault('CERTIFICATION_OPTION', problem)
}
