// Cuts the power of a terminal at a chosen moment without ending the process: from then on neither its journal nor its link does
// anything, and a new terminal is opened over the same files. Tests only.

import type { HostLink, HostReply } from '../driver/host-link.ts'
import type { FileJournal } from '../journal/file-journal.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalEvent } from '../state/journal-event.ts'
import type { TerminalState } from '../state/terminal-state.ts'

const never = new Promise<never>(() => undefined)

export class PowerCut {
  /** Resolves when the power is gone. */
  readonly happened: Promise<void>
  #left: number
  #cut: () => void = () => undefined
  #off = false
  #count = 0

  /** The power goes at the given moment; moments are counted from 0. */
  constructor(atMoment: number) {
    this.#left = atMoment
    this.happened = new Promise((resolve) => (this.#cut = resolve))
  }

  /** Moments that passed. */
  get count(): number {
    return this.#count
  }

  get off(): boolean {
    return this.#off
  }

  /** A moment at which the power may go; never resolves once it is gone. */
  async moment(): Promise<void> {
    if (this.#off) await never
    this.#count += 1
    if (this.#left-- !== 0) return
    this.#off = true
    this.#cut()
    await never
  }

  link(link: HostLink): HostLink {
    return {
      get state() {
        return link.state
      },
      send: async (payload: Buffer, timeoutMs: number): Promise<HostReply> => {
        await this.moment()
        const reply = await link.send(payload, timeoutMs)
        await this.moment()
        return reply
      },
    }
  }

  journal(journal: FileJournal): Journal {
    return {
      get state() {
        return journal.state
      },
      append: async (event: JournalEvent): Promise<TerminalState> => {
        await this.moment()
        const state = await journal.append(event)
        await this.moment()
        return state
      },
      close: () => journal.close(),
    }
  }
}
