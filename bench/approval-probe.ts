// Tells when a network approves again after something died: terminals that were signed on before each try a purchase, one every
// few milliseconds, without waiting for one another, until one is approved. Each keeps its own books and reverses what had no
// answer, as every load terminal does.

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { compileDialect, dialects } from '@shua/iso8583'
import { Sensitive } from '@shua/card-data'
import { SoftwareSecurityModule } from '@shua/security-module'
import { LoadCards } from '../apps/cli/src/load/load-card.ts'
import { LoadTally } from '../apps/cli/src/load/load-tally.ts'
import { LoadTerminal } from '../apps/cli/src/load/load-terminal.ts'

export interface ApprovalProbe {
  /** Resolves with the moment of the next approval, by performance.now(). */
  nextApproval(): Promise<number>
  /** Settles all terminals; answers how many batches the host did not confirm. */
  close(): Promise<number>
}

interface ProbingTerminal {
  readonly terminal: LoadTerminal
  readonly tally: LoadTally
}

const intervalMs = 10
const timeoutMs = 2_000
const limitMs = 60_000

export async function openApprovalProbe(options: {
  port: number
  firstTerminal: number
  terminals: number
  cards: number
}): Promise<ApprovalProbe> {
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), randomBytes, {
    keysInUseMax: options.terminals * 4 + 16,
  })
  const codec = compileDialect(dialects.unionpayPos)
  const cards = new LoadCards(options.cards)
  const all = Array.from({ length: options.terminals }, (_, index): ProbingTerminal => {
    const tally = new LoadTally()
    tally.startMeasuring()
    const common = { host: '127.0.0.1', port: options.port, codec, module, cards, timeoutMs, random: Math.random }
    return { tally, terminal: new LoadTerminal({ ...common, tally, index: options.firstTerminal + index }) }
  })
  for (const { terminal } of all) await terminal.open()
  const idle = [...all]
  const working = new Set<Promise<void>>()
  return {
    async nextApproval() {
      const startMs = performance.now()
      let approvedMs: number | undefined
      while (approvedMs === undefined) {
        if (performance.now() - startMs > limitMs) throw new Error(`nothing was approved for ${limitMs} ms`)
        // Where nobody listens a purchase would only use up the attempts of its reversal.
        const free = (await isListening(options.port)) ? idle.shift() : undefined
        if (free !== undefined) {
          const work = tryPurchase(free).then((atMs) => {
            approvedMs ??= atMs
            idle.push(free)
            working.delete(work)
          })
          working.add(work)
        }
        await new Promise((resolve) => setTimeout(resolve, intervalMs))
      }
      return approvedMs
    },
    async close() {
      await Promise.all(working)
      const settled = await Promise.all(all.map(({ terminal }) => terminal.settle()))
      for (const { terminal } of all) terminal.close()
      return settled.filter((each) => each !== true).length
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** When it was approved, or undefined. */
async function tryPurchase({ terminal, tally }: ProbingTerminal): Promise<number | undefined> {
  const before = approvals(tally)
  await terminal.play('purchase', performance.now())
  return approvals(tally) > before ? performance.now() : undefined
}

function approvals(tally: LoadTally): number {
  return (
    tally
      .kinds()
      .find(({ kind }) => kind === 'purchase')
      ?.codes.get('00') ?? 0
  )
}
