// The options of `shua load`, checked before anything is opened.

import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { loadTerminalsMax } from '@shua/server'
import { loadKinds, type LoadKind } from './load-tally.ts'

export interface LoadOptions {
  readonly host: string
  readonly port: number
  readonly terminals: number
  /** Index of the first terminal, so that several generators share one host. */
  readonly firstTerminal: number
  readonly cards: number
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Transactions begun per second (open loop); undefined is the closed loop: each terminal begins when it is done. */
  readonly arrivalRate: number | undefined
  /** Shares in percent, 100 in all. */
  readonly mix: ReadonlyMap<LoadKind, number>
  readonly timeoutMs: number
  readonly json: boolean
}

export const loadUsage = `shua load [options]

Plays terminals against a host that was seeded for it, measures, checks every answer, and settles every terminal at the end.

  --host ADDRESS          127.0.0.1
  --port N                8583
  --terminals N           64: how many terminals, one connection each
  --first-terminal N      0: index of the first one
  --cards N               1000: how many of the seeded cards to use
  --rate N                open loop: N transactions begin per second whether or not the host keeps up, and latency
                          counts from when each should have begun; without it, a closed loop back to back
  --seconds N             10
  --warm-up N             2: seconds before the measurement
  --mix KIND=PERCENT,…    purchase=100; kinds are ${loadKinds.join(', ')}
  --timeout-ms N          30000: after that there is no answer, and the terminal reverses
  --json                  print JSON instead of a table

Exit code 0 when every answer was right and every batch balanced, 1 when not, 2 when the command was not understood.
`

/** Undefined when help was asked for. Fault LOAD_OPTION. */
export function readLoadOptions(argv: readonly string[]): LoadOptions | undefined {
  const { values } = parse(argv)
  if (values.help === true) return undefined
  const terminals = whole('terminals', values.terminals ?? '64', { min: 1, max: 20_000 })
  return {
    host: values.host ?? '127.0.0.1',
    port: whole('port', values.port ?? '8583', { min: 1, max: 65_535 }),
    terminals,
    firstTerminal: whole('first-terminal', values['first-terminal'] ?? '0', {
      min: 0,
      max: loadTerminalsMax - terminals,
    }),
    cards: whole('cards', values.cards ?? '1000', { min: 1, max: 99_999_999 }),
    seconds: whole('seconds', values.seconds ?? '10', { min: 1, max: 86_400 }),
    warmUpSeconds: whole('warm-up', values['warm-up'] ?? '2', { min: 0, max: 3_600 }),
    arrivalRate: values.rate === undefined ? undefined : whole('rate', values.rate, { min: 1, max: 1_000_000 }),
    mix: readMix(values.mix ?? 'purchase=100'),
    timeoutMs: whole('timeout-ms', values['timeout-ms'] ?? '30000', { min: 10, max: 600_000 }),
    json: values.json === true,
  }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      options: {
        host: text,
        port: text,
        terminals: text,
        'first-terminal': text,
        cards: text,
        rate: text,
        seconds: text,
        'warm-up': text,
        mix: text,
        'timeout-ms': text,
        json: flag,
        help: flag,
      },
    })
  } catch (error) {
    throw new Fault('LOAD_OPTION', error instanceof Error ? error.message : 'the options were not understood', {
      cause: error,
    })
  }
}

function whole(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value
  throw new Fault('LOAD_OPTION', `--${name} must be a whole number from ${min} to ${max}`, { path: name })
}

function readMix(text: string): Map<LoadKind, number> {
  const mix = new Map<LoadKind, number>()
  for (const part of text.split(',')) {
    const [name, share] = part.split('=')
    const kind = loadKinds.find((each) => each === name)
    if (kind === undefined || mix.has(kind))
      throw new Fault('LOAD_OPTION', `--mix: '${part}' is no kind, or comes twice`, { path: 'mix' })
    mix.set(kind, whole('mix', share ?? '', { min: 0, max: 100 }))
  }
  const sum = [...mix.values()].reduce((a, b) => a + b, 0)
  if (sum !== 100) throw new Fault('LOAD_OPTION', `--mix: the shares make ${sum}, not 100`, { path: 'mix' })
  return mix
}
