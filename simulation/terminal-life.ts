// One terminal from switching on to an empty, settled batch: it works by the seed, starts again from its journal when its power
// failed, and ends what is open once the storm is over, as its cashier and supervisor would.

import { Fault } from '@shua/assert'
import type { BatchRecord, Terminal } from '@shua/terminal-core'
import { chooseFlow, type Outcome } from './choose-flow.ts'
import type { NetworkTemplate } from './world/network-template.ts'
import type { VirtualDevice } from './world/virtual-device.ts'
import type { VirtualWorld } from './world/virtual-world.ts'

export interface LifeContext {
  readonly world: VirtualWorld
  readonly template: NetworkTemplate
  readonly device: VirtualDevice
  /** Slips of all terminals. */
  readonly slips: BatchRecord[]
  /** The seed's number of flows of this terminal. */
  flowsLeft: number
  /** The storm is over and the terminal shall come to an end. */
  readonly draining: () => boolean
  readonly stormOver: Promise<void>
  readonly onFlow: () => void
  readonly onWorked: () => void
  isDrained: boolean
}

const operator = '01'
const drainRoundsMax = 60

export function liveTerminal(context: LifeContext): void {
  const { world, device } = context
  device.onPowerCut = () => world.after(500 + world.random.integer(90_000), () => liveTerminal(context))
  live(context).catch((error: unknown) => {
    const text = error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1] ?? ''}` : String(error)
    world.violated('assertion', `terminal ${device.identity.terminalId}: ${text}`)
  })
}

async function live(context: LifeContext): Promise<void> {
  const { world, device } = context
  const terminal = await device.switchOn()
  const { life } = device
  world.note(`${device.identity.terminalId} is switched on`)
  await attempt(() => terminal.start(operator).then(() => ({ kind: 'started' })))
  while (context.flowsLeft > 0 && !context.draining()) {
    await work(context, terminal)
    await terminal.whenIdle()
    await world.sleep(thinkMs(context))
    // The power failed while nobody worked: another life goes on.
    if (device.life !== life) return
  }
  context.flowsLeft = 0
  context.onWorked()
  await context.stormOver
  if (device.life !== life) return
  await drain(context, terminal)
}

/** Mostly seconds; now and then a lunch break, a night, or days. */
function thinkMs({ world }: LifeContext): number {
  const ticket = world.random.next()
  if (ticket < 0.02 && world.stormy) {
    world.struck('time jump')
    return 3_600_000 * (1 + world.random.integer(60))
  }
  return world.random.integer(ticket < 0.5 ? 200 : 20_000)
}

async function work(context: LifeContext, terminal: Terminal): Promise<void> {
  const { world, template, slips } = context
  const { state } = terminal
  const { random } = world
  if (!state.signedOn) {
    await told(context, 'signOn', () => terminal.signOn(operator))
    return
  }
  const waiting = state.cases.find(({ reversal, responseCode }) => reversal !== undefined && responseCode !== '25')
  if (waiting !== undefined && random.next() < 0.3) {
    await told(context, 'caseRetry', () => terminal.retryCase(waiting.id))
    return
  }
  if (random.next() < 0.1) {
    await told(context, 'retryWaiting', () => terminal.retryWaiting().then(() => ({ kind: 'done' })))
    return
  }
  context.flowsLeft -= 1
  context.onFlow()
  const flow = chooseFlow({ terminal, random, cards: template.cards, slips })
  const outcome = await told(context, flow.name, () => flow.run())
  if (outcome.kind === 'approved' && 'record' in outcome && outcome.record !== undefined) {
    slips.push(outcome.record as BatchRecord)
  }
}

async function told(context: LifeContext, name: string, work: () => Promise<Outcome>): Promise<Outcome> {
  const { world, device } = context
  const { terminalId } = device.identity
  world.note(`${terminalId} begins ${name}`)
  const outcome = await attempt(work)
  world.note(`${terminalId} ends ${name}: ${outcome.kind} ${outcome.reason ?? outcome.responseCode ?? ''}`)
  return outcome
}

/** A journal that cannot be written stops a flow; everything else that is thrown is a bug. */
async function attempt(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault && error.code === 'JOURNAL_WRITE') return { kind: 'stopped', reason: error.code }
    throw error
  }
}

async function drain(context: LifeContext, terminal: Terminal): Promise<void> {
  const { world, device } = context
  const retried = new Set<string>()
  for (let round = 0; round < drainRoundsMax; round++) {
    await terminal.whenIdle()
    const { state } = terminal
    const unresolved = state.cases.find(({ id, reversal }) => reversal !== undefined && !retried.has(id))
    if (state.pendingReversal !== undefined || (state.signedOn && state.advices.length > 0)) {
      await told(context, 'retryWaiting', () => terminal.retryWaiting().then(() => ({ kind: 'done' })))
    } else if (!state.signedOn) {
      await told(context, 'signOn', () => terminal.signOn(operator))
    } else if (unresolved !== undefined && state.settlement === undefined) {
      retried.add(unresolved.id)
      await told(context, 'caseRetry', () => terminal.retryCase(unresolved.id))
    } else if ((await told(context, 'settlement', () => terminal.settle(operator))).kind === 'settled') {
      // What the host did not know of is settled by one more batch.
      const { records, pendingReversal, advices, mustSettle } = terminal.state
      if (records.length === 0 && pendingReversal === undefined && advices.length === 0 && !mustSettle) {
        await terminal.whenIdle()
        context.isDrained = true
        return
      }
    }
    await world.sleep(2_000)
  }
  world.violated('4', `terminal ${device.identity.terminalId} comes to no end: ${openEnds(terminal)}`)
}

function openEnds({ state }: Terminal): string {
  const { pendingReversal, advices, settlement, mustSettle, signedOn } = state
  return `reversal ${pendingReversal?.stan ?? 'none'}, ${advices.length} advices, settlement ${settlement?.phase ?? 'none'}, must settle ${mustSettle}, signed on ${signedOn}`
}
