// One of several processes that share the seeds: it is given a range at a time by the command (process-pool.ts), runs it, and sends
// the sums back. It ends when the command does.

import { parseArgs } from 'node:util'
import { runRange, type SeedRange } from './run-range.ts'
import { createTemplate } from './world/network-template.ts'

const { values } = parseArgs({
  options: {
    'doubled-answers': { type: 'boolean', default: false },
    'keep-on': { type: 'boolean', default: false },
  },
})

// Faults of the world are thrown by the thousand here, and nobody reads where from.
Error.stackTraceLimit = 0
process.on('disconnect', () => process.exit())
const template = await createTemplate()
const options = { answersDoubles: values['doubled-answers'], keepOn: values['keep-on'] }

process.on('message', (range: SeedRange) => {
  runRange(template, range, options).then(
    (sums) => process.send?.(sums),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.send?.('ready')
