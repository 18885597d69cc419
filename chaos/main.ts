// `npm run chaos -- --seed S --minutes M`: terminals pay while servers, database, terminals, links, disk and clocks fail by seed;
// afterwards everything must agree to the fen. Exit code 1 on any difference (docs/chaos.md).

import { cpSync, writeFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOptions, usage, type ChaosOptions } from './options.ts'
import { startGuardian } from './processes/guardian.ts'
import { processesIn } from './processes/process-tree.ts'
import { failuresOf, printReport } from './report/print-report.ts'
import { runChaos, type ChaosRun } from './run-chaos.ts'
import { makeRunDirectory, type RunDirectory } from './world/run-directory.ts'

const seedMax = 1_000_000_000

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), randomInt(seedMax))
  if (options === undefined || typeof options === 'string') {
    console.log(options === undefined ? usage : `chaos: ${options}\n\n${usage}`)
    return options === undefined ? 0 : 2
  }
  if (process.platform !== 'linux') {
    console.error('chaos: needs Linux, for it freezes processes and fills a disk by means that others do not have')
    return 2
  }
  const abort = new AbortController()
  const stop = (): void => abort.abort(new Error('stopped by hand'))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const directory = makeRunDirectory()
  const guardian = startGuardian(directory.root)
  try {
    return await runAndReport(options, directory, abort.signal)
  } catch (error) {
    if (abort.signal.aborted) {
      console.error('chaos: stopped by hand; everything is being cleared up')
      return 130
    }
    console.error(error)
    keep(directory, undefined, options)
    return 1
  } finally {
    await guardian.clearUp()
    const left = await processesIn(directory.root)
    if (left.length > 0) console.error(`chaos: processes are left: ${left.join(', ')}`)
  }
}

async function runAndReport(options: ChaosOptions, directory: RunDirectory, signal: AbortSignal): Promise<number> {
  const begunMs = performance.now()
  const say = (line: string): void => {
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(0)
    console.log(`${seconds.padStart(5)} s  ${line}`)
  }
  const { seed, minutes, servers, agents, terminalsPerAgent } = options
  console.log(
    `chaos: seed ${seed}, ${minutes} minutes, ${servers} server${servers > 1 ? 's' : ''}, ${agents} × ${terminalsPerAgent} terminals`,
  )
  console.log('The same seed gives the same plan of faults; when exactly they meet the processes is up to the machine.')
  const run = await runChaos(options, { directory, say, signal })
  printReport(run, options, (line) => console.log(line))
  const failures = failuresOf(run, options)
  if (options.keep || failures.length > 0) keep(directory, run, options)
  console.log(failures.length === 0 ? '\nPASSED' : `\nFAILED: ${failures.join('; ')}`)
  return failures.length === 0 ? 0 : 1
}

/** Logs, journals and records go where the clearing up does not reach. */
function keep(directory: RunDirectory, run: ChaosRun | undefined, { seed }: ChaosOptions): void {
  const kept = join(tmpdir(), `shua-chaos-kept-${seed}-${process.pid}`)
  cpSync(directory.logs, join(kept, 'logs'), { recursive: true })
  cpSync(directory.agents, join(kept, 'agents'), { recursive: true })
  const text = JSON.stringify(
    { records: run?.records, host: run && { ...run.host, acquirer: [], issuer: [], ledger: [] } },
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    1,
  )
  writeFileSync(join(kept, 'records.json'), text)
  console.log(`kept: ${kept}`)
}

process.exitCode = await main()
