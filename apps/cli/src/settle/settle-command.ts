// `shua settle`: clears a business day and prints the net positions. Running it again clears what came too late, and otherwise
// changes nothing.

import type { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { Fault } from '@shua/assert'
import { isBusinessDate } from '@shua/scheme'
import { readServerSettings, withClearing, type Clearing } from '@shua/server'
import type { ClearingProgress } from '@shua/settlement'
import { clearedDayAsJson, formatClearedDay } from './format-cleared-day.ts'
import type { Language } from './settle-words.ts'

export interface SettleStreams {
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

export const settleUsage = `shua settle <business-date> [options]

Clears the card payments of a day (YYYY-MM-DD) into net positions of merchants, shops and issuers, and compares them with the
ledger. What came too late is cleared by running it again; nothing is ever cleared twice. It may run while a server takes
payments: over DATABASE_URL, or over the embedded database of the same data directory.

  --show          only print what is cleared so far
  --json          print JSON; amounts are texts of minor units
  --workers N     slices at the same time, 1 to 16; default 2
  --lang zh|en    default en

Exit code 0 when the ledger agrees, 1 when there are differences or it could not be done, 2 when the command was not understood.
`

interface SettleOptions {
  readonly businessDate: string
  readonly show: boolean
  readonly json: boolean
  readonly workers: number
  readonly language: Language
}

/** `open` gives the command its clearing: over the database of the environment, or a test's own. */
export type OpenClearing = <T>(work: (clearing: Clearing) => Promise<T>) => Promise<T>

export async function runSettleCommand(
  argv: readonly string[],
  io: SettleStreams,
  open: OpenClearing = (work) => withClearing(readServerSettings(process.env), work),
): Promise<number> {
  try {
    const options = readSettleOptions(argv)
    if (options === undefined) {
      io.stdout.write(settleUsage)
      return 0
    }
    return await open((clearing) => settle(clearing, options, io))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.stderr.write(`shua settle: ${error.message} (${error.code})\n`)
    return error.code === 'SETTLE_OPTION' ? 2 : 1
  }
}

async function settle(clearing: Clearing, options: SettleOptions, io: SettleStreams): Promise<number> {
  const { businessDate, workers, language } = options
  const onProgress = io.stderr.isTTY === true ? progressTo(io.stderr) : (): void => undefined
  const day = options.show
    ? await clearing.read(businessDate)
    : await clearing.clear(businessDate, { workers, onProgress })
  if (!options.show && io.stderr.isTTY === true) io.stderr.write('\r\u001b[K')
  const text = options.json ? clearedDayAsJson(day) : formatClearedDay(day, await clearing.shops(), language)
  io.stdout.write(`${text}\n`)
  return day.caseCount === 0 ? 0 : 1
}

function progressTo(stream: Writable): (progress: ClearingProgress) => void {
  let items = 0
  return (progress) => {
    items += progress.items
    stream.write(`\r${items}  ${progress.shardsDone}/64`)
  }
}

/** Undefined when help was asked for. Fault SETTLE_OPTION. */
function readSettleOptions(argv: readonly string[]): SettleOptions | undefined {
  const { values, positionals } = parse(argv)
  if (values.help === true) return undefined
  const [businessDate] = positionals
  if (businessDate === undefined || positionals.length > 1) throw optionFault('name one business date')
  if (!isBusinessDate(businessDate)) throw optionFault(`'${businessDate}' is no date of the form YYYY-MM-DD`)
  const workers = Number(values.workers ?? '2')
  if (!Number.isInteger(workers) || workers < 1 || workers > 16) throw optionFault('--workers is a number from 1 to 16')
  const language = values.lang ?? 'en'
  if (language !== 'en' && language !== 'zh') throw optionFault('--lang is zh or en')
  return { businessDate, show: values.show === true, json: values.json === true, workers, language }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { show: flag, json: flag, workers: text, lang: text, help: flag },
    })
  } catch (error) {
    throw optionFault(error instanceof Error ? error.message : 'not understood')
  }
}

function optionFault(message: string): Fault {
  return new Fault('SETTLE_OPTION', message)
}
