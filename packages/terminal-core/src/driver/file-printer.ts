// Paper as files: one SVG picture per slip in a directory.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderSlipSvg } from '../receipt/render-slip.ts'
import type { PrintResult, Printer, Slip } from './printer.ts'

export class FilePrinter implements Printer {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async print(slip: Slip): Promise<PrintResult> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      await writeFile(join(this.#directory, `${slip.id}.svg`), renderSlipSvg(slip.markup), { mode: 0o600 })
      return 'printed'
    } catch {
      return 'failed'
    }
  }
}
