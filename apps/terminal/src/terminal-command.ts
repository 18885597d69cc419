// `shua terminal`: a card terminal in a shell, scripted or by hand. It is the same software as the terminal in the browser.

import type { Readable, Writable } from 'node:stream'
import { Fault } from '@shua/assert'
import { openTerminal } from './open-terminal.ts'
import { runScript } from './run-script.ts'
import { parseScript } from './script.ts'
import { readTerminalOptions, usage, type TerminalOptions } from './terminal-options.ts'
import { workByHand } from './work-by-hand.ts'

export interface TerminalCommandStreams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

/** The exit code: 0 when all went as expected, 1 when a step did not, 2 when the command was not understood. */
export async function runTerminalCommand(argv: readonly string[], io: TerminalCommandStreams): Promise<number> {
  try {
    const options = readTerminalOptions(argv)
    if (options === undefined) {
      io.stdout.write(usage)
      return 0
    }
    return await run(options, io)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.stderr.write(`shua terminal: ${error.message} (${error.code})\n`)
    return error.code === 'TERMINAL_OPTION' || error.code === 'TERMINAL_SCRIPT' ? 2 : 1
  }
}

async function run(options: TerminalOptions, io: TerminalCommandStreams): Promise<number> {
  // A script that cannot be read is told before anything is opened.
  const steps = options.script === undefined ? undefined : parseScript(options.script)
  const { terminal, paper } = await openTerminal(options)
  try {
    if (steps === undefined) {
      await workByHand({ terminal, paper, input: io.stdin, out: io.stdout })
      return 0
    }
    const context = {
      terminal,
      memory: { card: undefined },
      operator: options.operator,
      supervisor: options.supervisor,
    }
    const surprises = await runScript({ steps, context, paper, language: options.language, out: io.stdout })
    return surprises === 0 ? 0 : 1
  } finally {
    await terminal.close()
  }
}
