// Makes one planned fault happen in the running world. Answers whether it really did: a process was killed, was seen stopped, a
// frame suffered, the disk said that it is full. A fault whose target is just starting waits for it a little.

import type { LinkFaultKind } from '../plan/fault-kind.ts'
import type { PlannedFault } from '../plan/plan-faults.ts'
import { freeze } from '../processes/process-tree.ts'
import type { SupervisedProcess } from '../processes/supervised-process.ts'
import type { World } from '../world/start-world.ts'

const targetWaitMs = 20_000
const pollMs = 100
const frameWaitMs = 20_000

/** `onHit` is called at the moment of it. */
export async function injectFault(world: World, fault: PlannedFault, onHit: () => void): Promise<boolean> {
  switch (fault.kind) {
    case 'kill-server':
      // Where there is another server it is left alive: what is asked is whether the loss of either is survived.
      await until(async () =>
        (await Promise.all(world.servers.map((_, each) => world.isServerReady(each)))).every(Boolean),
      )
      return killed(world.servers[fault.target]!, onHit)
    case 'kill-agent':
      await until(() => world.agents[fault.target]!.isRunning)
      return killed(world.agents[fault.target]!, onHit)
    case 'kill-database':
      return eventually(() => world.database.kill(fault, onHit))
    case 'freeze-server':
      return frozen(world.servers[fault.target]!, fault.durationMs, onHit)
    case 'freeze-agent':
      return frozen(world.agents[fault.target]!, fault.durationMs, onHit)
    case 'freeze-database':
      return eventually(() => world.database.freeze(fault, onHit))
    case 'link-cut':
    case 'link-delay':
    case 'link-duplicate':
    case 'link-reorder':
    case 'link-truncate': {
      const happened = await world.links.strike({ ...fault, kind: fault.kind as LinkFaultKind }, frameWaitMs)
      if (happened) onHit()
      return happened
    }
    case 'disk-full':
      return fillDisk(world, fault, onHit)
    case 'clock-server':
    case 'clock-agent':
      world.setClock(fault.kind === 'clock-server' ? 'server' : 'agent', fault.target, fault.offsetMs)
      onHit()
      return true
    default:
      return fault.kind satisfies never
  }
}

async function killed(process: SupervisedProcess, onHit: () => void): Promise<boolean> {
  return eventually(async () => {
    const done = await process.kill()
    if (done) onHit()
    return done
  })
}

async function frozen(process: SupervisedProcess, durationMs: number, onHit: () => void): Promise<boolean> {
  return eventually(async () => {
    const mark = await process.mark()
    return mark !== undefined && (await freeze([mark], durationMs, onHit))
  })
}

let filling: Promise<unknown> = Promise.resolve()

/** One balloon at a time. */
async function fillDisk(world: World, fault: PlannedFault, onHit: () => void): Promise<boolean> {
  const work = filling.then(async () => {
    await until(() => world.database.isRunning)
    const postmaster = world.database.pid ?? 0
    try {
      const isFull = await world.disk.fill(postmaster)
      onHit()
      await new Promise((resolve) => setTimeout(resolve, fault.durationMs))
      return isFull
    } finally {
      await world.disk.release(world.database.pid ?? postmaster)
    }
  })
  filling = work.catch(() => undefined)
  return work
}

/** Tries again while there is nothing to hit. */
async function eventually(attempt: () => Promise<boolean>): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    if (await attempt()) return true
    if (waitedMs >= targetWaitMs) return false
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

async function until(isThere: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(async () => isThere())
}
