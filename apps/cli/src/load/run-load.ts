// A load run from sign-on to settlement. Closed loop: every terminal begins its next transaction when the last one is done, which
// finds the highest rate. Open loop: transactions begin at the moments of a Poisson process whether or not the host keeps up,
// and wait for a free terminal if need be; their latency counts from that moment, so a host that stalls cannot hide it by
// stopping the generator too (no coordinated omission).

import { compileDialect, dialects } from '@shua/iso8583'
import { SoftwareSecurityModule } from '@shua/security-module'
import { Sensitive } from '@shua/card-data'
import { LoadCards } from './load-card.ts'
import type { LoadOptions } from './load-options.ts'
import { reportOf, type LoadReport } from './load-report.ts'
import { LoadTally, type LoadKind } from './load-tally.ts'
import { LoadTerminal } from './load-terminal.ts'

export interface LoadEnvironment {
  /** From 0 to below 1. */
  readonly random: () => number
  readonly randomBytes: (size: number) => Buffer
}

/** Faults: LOAD_SIGN_ON. */
export async function runLoad(options: LoadOptions, environment: LoadEnvironment): Promise<LoadReport> {
  const tally = new LoadTally()
  const terminals = createTerminals(options, environment, tally)
  try {
    const [first, ...others] = terminals
    // A host that was not seeded, or does not run, is told by the first one alone.
    await first?.open()
    await Promise.all(others.map((terminal) => terminal.open()))
    const play = (terminal: LoadTerminal, intendedMs: number): Promise<void> =>
      terminal.play(chooseKind(options.mix, environment.random), intendedMs)
    const endMs = performance.now() + (options.warmUpSeconds + options.seconds) * 1000
    const measured = measure(options, tally)
    if (options.arrivalRate === undefined) await playClosed(terminals, endMs, play)
    else await playOpen(terminals, { endMs, rate: options.arrivalRate, random: environment.random, play })
    const { seconds, processorSeconds } = await measured
    const settled = await Promise.all(terminals.map((terminal) => terminal.settle()))
    return reportOf({ options, tally, seconds, processorSeconds, settled })
  } finally {
    for (const terminal of terminals) terminal.close()
  }
}

function createTerminals(options: LoadOptions, environment: LoadEnvironment, tally: LoadTally): LoadTerminal[] {
  const { host, port, timeoutMs } = options
  const codec = compileDialect(dialects.unionpayPos)
  const keysInUseMax = options.terminals * 4 + 16
  const module = SoftwareSecurityModule.withMasterKey(
    new Sensitive(environment.randomBytes(32)),
    environment.randomBytes,
    { keysInUseMax },
  )
  const cards = new LoadCards(options.cards)
  const common = { host, port, timeoutMs, codec, module, cards, tally, random: environment.random }
  return Array.from(
    { length: options.terminals },
    (_, index) => new LoadTerminal({ ...common, index: options.firstTerminal + index }),
  )
}

/** Measures between the warm-up and the end, and what the generator itself used of the processor meanwhile. */
async function measure(options: LoadOptions, tally: LoadTally): Promise<{ seconds: number; processorSeconds: number }> {
  await pause(options.warmUpSeconds * 1000)
  const startMs = performance.now()
  const used = process.cpuUsage()
  tally.startMeasuring()
  await pause(options.seconds * 1000)
  tally.stopMeasuring()
  const { user, system } = process.cpuUsage(used)
  return { seconds: (performance.now() - startMs) / 1000, processorSeconds: (user + system) / 1e6 }
}

type Play = (terminal: LoadTerminal, intendedMs: number) => Promise<void>

async function playClosed(terminals: readonly LoadTerminal[], endMs: number, play: Play): Promise<void> {
  await Promise.all(
    terminals.map(async (terminal) => {
      for (let now = performance.now(); now < endMs; now = performance.now()) await play(terminal, now)
    }),
  )
}

async function playOpen(
  terminals: readonly LoadTerminal[],
  o: { endMs: number; rate: number; random: () => number; play: Play },
): Promise<void> {
  const idle = [...terminals]
  const waiting: number[] = []
  const working = new Map<LoadTerminal, Promise<void>>()
  let failure: { error: unknown } | undefined
  const work = async (terminal: LoadTerminal, intendedMs: number): Promise<void> => {
    try {
      for (let next: number | undefined = intendedMs; next !== undefined; next = waiting.shift())
        await o.play(terminal, next)
      idle.push(terminal)
    } catch (error) {
      failure ??= { error }
    }
  }
  let dueMs = performance.now()
  while (dueMs < o.endMs && failure === undefined) {
    const nowMs = performance.now()
    for (; dueMs <= nowMs; dueMs += (-Math.log(1 - o.random()) * 1000) / o.rate) {
      const terminal = idle.shift()
      if (terminal === undefined) waiting.push(dueMs)
      else working.set(terminal, work(terminal, dueMs))
    }
    await pause(Math.max(dueMs - performance.now(), 0))
  }
  await Promise.all(working.values())
  if (failure !== undefined) throw failure.error
}

function chooseKind(mix: ReadonlyMap<LoadKind, number>, random: () => number): LoadKind {
  let rest = random() * 100
  for (const [kind, share] of mix) {
    rest -= share
    if (rest < 0) return kind
  }
  return 'purchase'
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
