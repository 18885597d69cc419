// Paper on screen: keeps the last slips, newest first, until they are torn off. The web terminal draws them; tests read them.

import type { PrintResult, Printer, Slip } from './printer.ts'

/** What a display needs of the paper. */
export interface SlipTray {
  readonly slips: readonly Slip[]
  readonly paper: 'ok' | 'out'
  tearOff(slipId: string): void
  onChange(listener: () => void): () => void
}

export class MemoryPrinter implements Printer, SlipTray {
  readonly #keptMax: number
  readonly #listeners = new Set<() => void>()
  #slips: readonly Slip[] = []
  #paper: 'ok' | 'out' = 'ok'

  constructor(keptMax = 20) {
    this.#keptMax = keptMax
  }

  get slips(): readonly Slip[] {
    return this.#slips
  }

  get paper(): 'ok' | 'out' {
    return this.#paper
  }

  /** Lets a person, or a test, take the paper out and put it in. */
  setPaper(paper: 'ok' | 'out'): void {
    this.#paper = paper
    this.#changed()
  }

  print(slip: Slip): Promise<PrintResult> {
    if (this.#paper === 'out') return Promise.resolve('outOfPaper')
    this.#slips = [slip, ...this.#slips].slice(0, this.#keptMax)
    this.#changed()
    return Promise.resolve('printed')
  }

  tearOff(slipId: string): void {
    this.#slips = this.#slips.filter(({ id }) => id !== slipId)
    this.#changed()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
