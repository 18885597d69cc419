// A paper printer with its slips also kept elsewhere (on screen, as files): what the first printer says counts.

import type { PrintResult, Printer, Slip } from './printer.ts'

export class CopyingPrinter implements Printer {
  readonly #main: Printer
  readonly #copies: readonly Printer[]

  constructor(main: Printer, ...copies: readonly Printer[]) {
    this.#main = main
    this.#copies = copies
  }

  async print(slip: Slip): Promise<PrintResult> {
    const result = await this.#main.print(slip)
    if (result === 'printed') await Promise.all(this.#copies.map((copy) => copy.print(slip)))
    return result
  }
}
