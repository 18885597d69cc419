// What every flow of the display works with.

import type { Terminal } from '../engine/terminal.ts'
import type { Draw, Prompter } from './prompter.ts'

export interface Ui {
  readonly terminal: Terminal
  readonly prompter: Prompter
  /** The operator who is logged in. */
  readonly operator: string
}

/** Shows that the terminal is at work, and does it. */
export async function whileBusy<T>(ui: Ui, draw: Draw, work: () => Promise<T>): Promise<T> {
  ui.prompter.show((say) => ({ status: 'busy', hint: say('busyHint'), ...draw(say) }))
  return await work()
}
