// A real process is killed with SIGKILL at random moments of random work, many times over the same files, while the host loses
// answers now and then. Afterwards terminal and host must agree to the fen, and every payment must have its slip.

import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { on, once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { TestHost } from '../testing/test-host.ts'
import { openTestTerminal, quickProfile, testMasterKey } from '../testing/test-terminal.ts'

const script = fileURLToPath(new URL('../testing/killed-terminal.ts', import.meta.url))
const kills = 8

/** Small and seeded, so that a failing run can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

function start(directory: string, port: number): ChildProcess {
  return fork(script, [directory, String(port)], {
    execArgv: ['--conditions=source', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

describe('kill -9', () => {
  it('leaves terminal and host with the same books, whenever it strikes', async () => {
    const next = randomFrom(20_260_601)
    const directory = await mkdtemp(join(tmpdir(), 'shua-kill-'))
    const host = await new TestHost({ profile: quickProfile(), masterKey: testMasterKey, random: randomBytes }).start()
    for (let round = 0; round < kills; round++) {
      const child = start(directory, host.port)
      await once(child, 'message')
      const orders = ['signOn', 'purchase', 'purchase', 'void', 'purchase', 'settle', 'purchase']
      if (next(2) === 0) host.next({ kind: next(2) === 0 ? 'swallowAnswer' : 'loseRequest' }, '0200')
      for (const order of orders) child.send(order)
      // Somewhere inside the work that follows this many finished orders.
      let wanted = next(orders.length)
      const messages = on(child, 'message')
      while (wanted-- > 0) await messages.next()
      await new Promise((resolve) => setTimeout(resolve, next(80)))
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    host.faults.length = 0

    const { terminal, printer } = await openTestTerminal({ directory, port: host.port })
    await terminal.start()
    await terminal.signOn('01')
    const { records } = terminal.state
    expect(terminal.state).toMatchObject({ pendingReversal: undefined, settlement: undefined, cases: [] })
    const atHost = host.batch.counting(host.batch.batchNumber).map(({ stan, amountMinor }) => `${stan} ${amountMinor}`)
    expect(records.map(({ stan, amountMinor }) => `${stan} ${amountMinor}`).toSorted()).toEqual(atHost.toSorted())
    expect(await terminal.settle('01')).toMatchObject({ kind: 'settled', balanced: true })
    // Every batch of the whole run was balanced at once: nothing was charged that the terminal did not know.
    expect(host.batch.closed.every(({ balanced }) => balanced)).toBe(true)
    const paper = await readdir(join(directory, 'paper'))
    const onPaper = paper.length + printer.slips.length
    const payments = host.batch.payments.filter(({ state }) => state !== 'declined' && state !== 'reversed')
    expect(payments.length).toBeGreaterThan(kills / 2)
    expect(onPaper).toBeGreaterThanOrEqual(2 * payments.length)
    await terminal.close()
    await host.stop()
    await rm(directory, { recursive: true })
  }, 180_000)
})
