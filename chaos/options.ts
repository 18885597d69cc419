// The options of `npm run chaos`.

import { parseArgs } from 'node:util'
import { faultKinds, parseFaultKinds, type FaultKind } from './plan/fault-kind.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly minutes: number
  readonly servers: number
  readonly agents: number
  readonly terminalsPerAgent: number
  readonly answerTimeoutMs: number
  readonly thinkMs: number
  readonly kinds: readonly FaultKind[]
  readonly allowMount: boolean
  readonly keep: boolean
}

export const usage = `npm run chaos -- [options]

  --seed NUMBER        the plan of faults follows from it (default: another one each time; it is printed)
  --minutes NUMBER     how long the storm lasts (default 2)
  --servers 1|2        server processes on one database (default 1)
  --faults a,b,c       only these kinds: ${faultKinds.join(' ')}
  --agents NUMBER      processes that play terminals (default 2)
  --terminals NUMBER   terminals in each of them (default 4)
  --think MS           pause of a terminal between payments (default 250)
  --timeout MS         how long a terminal waits for an answer (default 3000)
  --no-mount           limit the size of the database's files instead of mounting a small disk
  --keep               keep logs, journals and records, and say where
`

/** A text is what is wrong with them; undefined: help was asked for. */
export function readOptions(argv: readonly string[], anySeed: number): ChaosOptions | string | undefined {
  let values
  try {
    values = parse(argv)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (values.help) return undefined
  const kinds = values.faults === undefined ? faultKinds : parseFaultKinds(values.faults)
  if (kinds === undefined) return `--faults takes some of ${faultKinds.join(', ')}`
  const numbers = {
    seed: whole(values.seed ?? String(anySeed), 0, Number.MAX_SAFE_INTEGER),
    servers: whole(values.servers, 1, 2),
    agents: whole(values.agents, 1, 16),
    terminalsPerAgent: whole(values.terminals, 1, 64),
    thinkMs: whole(values.think, 0, 60_000),
    answerTimeoutMs: whole(values.timeout, 500, 60_000),
  }
  const wrong = Object.entries(numbers).find(([, value]) => value === undefined)
  if (wrong !== undefined) return `${wrong[0]} is out of range`
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 10_080)) return '--minutes is a number above 0'
  return {
    ...(numbers as { [Name in keyof typeof numbers]: number }),
    minutes,
    kinds,
    allowMount: !values['no-mount'],
    keep: values.keep,
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '2' },
      servers: { type: 'string', default: '1' },
      faults: { type: 'string' },
      agents: { type: 'string', default: '2' },
      terminals: { type: 'string', default: '4' },
      think: { type: 'string', default: '250' },
      timeout: { type: 'string', default: '3000' },
      'no-mount': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}

function whole(text: string, min: number, max: number): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined
}
