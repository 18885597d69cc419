// One terminal as a machine: the real engine over a journal that survives, a PIN pad, a printer and the virtual link. Its power may
// fail at every write and at every exchange; then it starts again from its journal.

import { Sensitive } from '@shua/card-data'
import { terminalProfiles } from '@shua/scheme'
import {
  createTerminal,
  ModuleCardVault,
  ProfilePinPad,
  type HostLink,
  type Journal,
  type Terminal,
} from '@shua/terminal-core'
import { journalFull, MemoryJournal } from './memory-journal.ts'
import type { NetworkTemplate, SimulatedTerminal } from './network-template.ts'
import type { VirtualWorld } from './virtual-world.ts'
import { never } from './never.ts'

export interface DeviceFaults {
  readonly powerCut: number
  readonly journalFull: number
  readonly paperOut: number
}

export class VirtualDevice {
  readonly identity: SimulatedTerminal
  readonly journal: MemoryJournal
  readonly #world: VirtualWorld
  readonly #template: NetworkTemplate
  readonly #link: HostLink
  readonly #faults: DeviceFaults
  /** Counts starts; what belongs to an earlier one is without power. */
  #life = 0
  skewMs = 0
  onPowerCut: () => void = () => undefined

  constructor(o: {
    readonly identity: SimulatedTerminal
    readonly world: VirtualWorld
    readonly template: NetworkTemplate
    readonly link: HostLink
    readonly faults: DeviceFaults
  }) {
    this.identity = o.identity
    this.journal = new MemoryJournal(o.identity.state)
    this.#world = o.world
    this.#template = o.template
    this.#link = o.link
    this.#faults = o.faults
  }

  get life(): number {
    return this.#life
  }

  async switchOn(): Promise<Terminal> {
    const life = ++this.#life
    const { terminalId, merchantId, profile: name, masterKey } = this.identity
    const { securityModule } = this.#template
    const world = this.#world
    const profile = terminalProfiles[name]
    return createTerminal({
      configuration: { terminalId, merchantId, merchantName: 'Simulation', profile },
      drivers: {
        clock: { now: () => new Date(world.nowMs() + this.skewMs), monotonicNs: world.nanoseconds },
        link: this.#poweredLink(life),
        pinPad: new ProfilePinPad(securityModule, profile),
        vault: new ModuleCardVault(securityModule),
        printer: {
          print: () => Promise.resolve(world.strikes('paper out', this.#faults.paperOut) ? 'outOfPaper' : 'printed'),
        },
        journal: this.#poweredJournal(life),
        random: (size) => world.keyRandom.bytes(size),
      },
      masterKey: new Sensitive(Buffer.from(masterKey, 'hex')),
    })
  }

  cutPower(): void {
    this.#life += 1
    this.onPowerCut()
  }

  /** A moment at which the power may go: what comes after it never happens then. */
  async #moment(life: number, where: string): Promise<void> {
    if (life === this.#life && this.#world.strikes('power cut', this.#faults.powerCut, where)) this.cutPower()
    if (life !== this.#life) await never()
  }

  #poweredLink(life: number): HostLink {
    const link = this.#link
    return {
      get state() {
        return link.state
      },
      send: async (payload, timeoutMs) => {
        await this.#moment(life, 'before sending')
        const reply = await link.send(payload, timeoutMs)
        await this.#moment(life, 'after the answer')
        return reply
      },
    }
  }

  #poweredJournal(life: number): Journal {
    const { journal } = this
    const { terminalId } = this.identity
    return {
      get state() {
        return journal.state
      },
      append: async (event) => {
        await this.#moment(life, `before ${event.type}`)
        if (this.#world.strikes('journal full', this.#faults.journalFull, event.type)) throw journalFull()
        const state = await journal.append(event)
        this.#world.note(
          `${terminalId} ${event.type}${'last' in event && event.last ? ` ${event.last.kind} ${event.last.batchNumber}/${event.last.stan} ${event.last.amountMinor} ${event.last.outcome}` : ''}`,
        )
        await this.#moment(life, `after ${event.type}`)
        return state
      },
      close: () => Promise.resolve(),
    }
  }
}
