// `shua load`: an honest load generator. It is a process of its own, speaks to the host only by TCP as terminals do, and believes
// no answer that it has not checked.

import { randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'
import { Fault } from '@shua/assert'
import { loadUsage, readLoadOptions } from './load-options.ts'
import { formatReport } from './load-report.ts'
import { runLoad } from './run-load.ts'

export interface LoadCommandStreams {
  readonly stdout: Writable
  readonly stderr: Writable
}

/** The exit code: 0 when the run was sound, 1 when it was not, 2 when the command was not understood. */
export async function runLoadCommand(argv: readonly string[], io: LoadCommandStreams): Promise<number> {
  try {
    const options = readLoadOptions(argv)
    if (options === undefined) {
      io.stdout.write(loadUsage)
      return 0
    }
    const report = await runLoad(options, { random: Math.random, randomBytes })
    io.stdout.write(`${options.json ? JSON.stringify(report) : formatReport(report)}\n`)
    return report.sound ? 0 : 1
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.stderr.write(`shua load: ${error.message} (${error.code})\n`)
    return error.code === 'LOAD_OPTION' ? 2 : 1
  }
}
