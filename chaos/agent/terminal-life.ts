// One terminal from start to drain: pays by seed until it is told to stop, then ends what is open and settles its batch. Nobody
// stands beside it: a case that only waits for another try is tried again, as its supervisor would do.

import type { Terminal } from '@shua/terminal-core'
import type { SeededRandom } from '../../packages/testkit/src/seeded-random.ts'
import type { AgentConfiguration, AgentMessage, AgentPhase } from './agent-message.ts'
import { chooseFlow } from './choose-flow.ts'

export interface LifeContext {
  readonly terminal: Terminal
  readonly random: SeededRandom
  readonly configuration: AgentConfiguration
  readonly phase: () => AgentPhase
  readonly tell: (message: AgentMessage) => void
}

const operator = '01'
const drainPauseMs = 250
const unreachablePauseMs = 400

export async function liveTerminal(context: LifeContext): Promise<void> {
  const { terminal, random, configuration, phase } = context
  await terminal.start(operator)
  while (phase() === 'pay') {
    await work(context)
    await terminal.whenIdle()
    await pause(configuration.thinkMs * (0.5 + random.next()))
  }
  await drain(context)
}

async function work(context: LifeContext): Promise<void> {
  const { terminal, random } = context
  const { state } = terminal
  if (!state.signedOn) {
    report(context, 'signOn', await terminal.signOn(operator))
    return
  }
  if (state.pendingReversal !== undefined) {
    const outcome = await terminal.resolveReversal()
    report(context, 'reversal', outcome)
    if (outcome.kind === 'pending') await pause(unreachablePauseMs)
    return
  }
  const flow = chooseFlow(context)
  // As a supervisor would before the batch is settled; one that the host has refused is not worth another try.
  const waiting = state.cases.find(
    ({ reversal, responseCode }) => reversal !== undefined && responseCode !== '25' && responseCode !== '02',
  )
  if (waiting !== undefined && (random.next() < 0.2 || flow.name === 'settlement')) {
    report(context, 'caseRetry', await terminal.retryCase(waiting.id))
    return
  }
  const outcome = await flow.run()
  report(context, flow.name, outcome)
  if (outcome.reason === 'notSignedOn') await terminal.signOn(operator)
  if (outcome.reason === 'advicesPending') await terminal.retryWaiting()
  if (outcome.reason === 'hostUnreachable') await pause(unreachablePauseMs)
}

/** Ends when nothing waits any more; the harness bounds how long that may take. */
async function drain(context: LifeContext): Promise<void> {
  const { terminal, tell } = context
  const { terminalId } = terminal.configuration
  const retried = new Set<string>()
  for (;;) {
    await terminal.retryWaiting()
    const waiting = whatWaits(terminal, retried)
    if (waiting === 'settlement' && (await terminal.settle(operator)).kind === 'settled') break
    if (waiting === 'signOn') await terminal.signOn(operator)
    const unresolved = terminal.state.cases.find(({ id, reversal }) => reversal !== undefined && !retried.has(id))
    if (waiting === 'case' && unresolved !== undefined) {
      await terminal.retryCase(unresolved.id)
      if (terminal.state.pendingReversal === undefined) retried.add(unresolved.id)
    }
    tell({ type: 'drained', terminalId, done: false, waiting })
    await pause(drainPauseMs)
  }
  tell({ type: 'drained', terminalId, done: true, waiting: '' })
}

function whatWaits({ state }: Terminal, retried: ReadonlySet<string>): string {
  if (state.pendingReversal !== undefined) return 'reversal'
  if (!state.signedOn) return 'signOn'
  if (state.advices.length > 0) return 'advice'
  if (state.cases.some(({ id, reversal }) => reversal !== undefined && !retried.has(id))) return 'case'
  return 'settlement'
}

function report(
  { tell, terminal }: LifeContext,
  flow: string,
  outcome: { readonly kind: string; readonly reason?: string | undefined },
): void {
  const { terminalId } = terminal.configuration
  tell({ type: 'step', terminalId, flow, outcome: outcome.reason ?? outcome.kind })
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
