// One run: start everything, let the storm pass over it, let it become calm, compare. Answers what was seen; main.ts prints it.

import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '@shua/postgres'
import type { AgentMessage } from './agent/agent-message.ts'
import { readWitness, witnessFile } from './agent/witness-journal.ts'
import { injectFault } from './faults/inject-fault.ts'
import { StormLog } from './faults/storm-log.ts'
import type { ChaosOptions } from './options.ts'
import { planFaults, type PlannedFault } from './plan/plan-faults.ts'
import { describeProcesses } from './processes/process-tree.ts'
import { compareRecords } from './records/compare-records.ts'
import { explainSettlementCases } from './records/explain-settlement-cases.ts'
import { foldTerminalPayments, type TerminalHistory } from './records/fold-terminal-payments.ts'
import type { Difference, PaymentRecords } from './records/payment-records.ts'
import { checkHost, readHostRecords, type HostRecords } from './records/read-host-records.ts'
import type { RunDirectory } from './world/run-directory.ts'
import { startWorld, type World } from './world/start-world.ts'

export interface ChaosRun {
  readonly storm: StormLog
  readonly diskMethod: string
  readonly histories: readonly TerminalHistory[]
  readonly host: HostRecords
  readonly records: PaymentRecords
  readonly differences: readonly Difference[]
  /** What did not become calm in time. */
  readonly stuck: readonly string[]
  readonly agentFaults: readonly string[]
  readonly drainMs: number
  readonly starts: { readonly servers: number; readonly database: number; readonly agents: number }
  readonly diskFullErrors: number
}

const firstApprovalMs = 90_000
const readyMs = 60_000
const drainMaxMs = 120_000
const pollMs = 100

export async function runChaos(
  options: ChaosOptions,
  context: { directory: RunDirectory; say: (line: string) => void; signal: AbortSignal },
): Promise<ChaosRun> {
  const { directory, say, signal } = context
  const plan = planFaults(options)
  const timeLine = join(directory.logs, 'time-line.log')
  const note = (line: string): void => appendFileSync(timeLine, `${new Date().toISOString()} ${line}\n`)
  const storm = new StormLog(plan, { now: () => performance.now(), note })
  const drained = new Map<string, { done: boolean; waiting: string }>()
  const agentFaults: string[] = []
  const onAgentMessage = (agent: number, message: AgentMessage): void => {
    if (message.type === 'step' && message.outcome === 'approved') storm.approved()
    if (message.type === 'drained') drained.set(message.terminalId, message)
    if (message.type === 'fault') agentFaults.push(`agent ${agent + 1}: ${message.message}`)
  }
  const world = await startWorld({
    ...options,
    directory,
    say,
    onAgentMessage,
    onReady: (what, index) => storm.ready(what, index),
  })
  try {
    await waitFor('the first approval', firstApprovalMs, signal, () => storm.approvals > 0)
    say(`storm     ${plan.length} faults in ${options.minutes} minutes`)
    await passStorm({ world, plan, storm, signal, say })
    const begunMs = performance.now()
    const stuck = await becomeCalm({ world, options, drained, signal, say })
    const drainMs = performance.now() - begunMs
    if (stuck.length > 0) for (const line of await describeProcesses(directory.root)) note(line)
    return { storm, agentFaults, stuck, drainMs, ...(await judge(world)) }
  } finally {
    await world.stop()
  }
}

async function passStorm(parts: {
  world: World
  plan: readonly PlannedFault[]
  storm: StormLog
  signal: AbortSignal
  say: (line: string) => void
}): Promise<void> {
  const { world, plan, storm, signal, say } = parts
  const begunMs = performance.now()
  const running: Promise<void>[] = []
  let toldMinutes = 0
  for (const fault of plan) {
    await pauseUntil(begunMs + fault.atMs, signal)
    const minutes = Math.floor((performance.now() - begunMs) / 60_000)
    if (minutes > toldMinutes) say(`          ${minutes} min: ${running.length} faults, ${storm.approvals} approvals`)
    toldMinutes = minutes
    running.push(
      injectFault(world, fault, () => storm.hit(fault)).then(
        (happened) => storm.ended(fault, happened),
        (error: unknown) => say(`${fault.kind}: ${error instanceof Error ? error.message : String(error)}`),
      ),
    )
  }
  await Promise.all(running)
}

async function becomeCalm(parts: {
  world: World
  options: ChaosOptions
  drained: ReadonlyMap<string, { done: boolean; waiting: string }>
  signal: AbortSignal
  say: (line: string) => void
}): Promise<string[]> {
  const { world, options, drained, signal, say } = parts
  for (let index = 0; index < options.servers; index++) world.setClock('server', index, 0)
  for (let index = 0; index < options.agents; index++) world.setClock('agent', index, 0)
  const stuck: string[] = []
  const servers = world.servers.map((_, index) => index)
  await waitFor('all servers', readyMs, signal, async () =>
    (await Promise.all(servers.map((index) => world.isServerReady(index)))).every(Boolean),
  ).catch((error: unknown) => stuck.push(messageOf(error)))
  say('calm      terminals end what is open and settle')
  world.setPhase('drain')
  const waiting = (): string[] =>
    world.terminals
      .filter(({ terminalId }) => drained.get(terminalId)?.done !== true)
      .map(({ terminalId }) => `terminal ${terminalId} waits: ${drained.get(terminalId)?.waiting ?? 'not heard of'}`)
  await waitFor('all terminals', drainMaxMs, signal, () => waiting().length === 0).catch((error: unknown) =>
    stuck.push(messageOf(error), ...waiting()),
  )
  return stuck
}

async function judge(world: World) {
  const database = openDatabase({ url: world.database.url, connectionsMax: 4, applicationName: 'shua-chaos' })
  try {
    const histories = world.terminals
      .filter(({ directory }) => existsSync(join(directory, witnessFile)))
      .map(({ directory }) => foldTerminalPayments(readWitness(directory).map(({ event }) => event)))
    const host = await readHostRecords(database)
    const { acquirer, issuer, ledger } = host
    const records = { terminal: histories.flatMap(({ payments }) => payments), acquirer, issuer, ledger }
    const differences = [
      ...compareRecords(records),
      ...explainSettlementCases(host.settlementCases, records.terminal),
      ...(await checkHost(database)),
    ]
    return {
      histories,
      host,
      records,
      differences,
      diskMethod: world.disk.method,
      diskFullErrors: world.database.diskFullErrors,
      starts: {
        servers: world.servers.reduce((sum, { starts }) => sum + starts, 0),
        database: world.database.starts,
        agents: world.agents.reduce((sum, { starts }) => sum + starts, 0),
      },
    }
  } finally {
    await database.close()
  }
}

async function waitFor(
  what: string,
  maxMs: number,
  signal: AbortSignal,
  isThere: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + maxMs
  while (!(await isThere())) {
    signal.throwIfAborted()
    if (performance.now() > deadlineMs) throw new Error(`waited ${maxMs / 1000} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

async function pauseUntil(atMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const leftMs = atMs - performance.now()
    if (leftMs <= 0) return
    await new Promise((resolve) => setTimeout(resolve, Math.min(leftMs, 500)))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
