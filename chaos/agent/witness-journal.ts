// A terminal's journal with a witness beside it: the whole history of what the journal recorded, which the journal itself throws
// away when it compacts. An event is noted before the journal takes it, with the fingerprint of the state it leads to; at the
// next start the fingerprints tell whether the journal kept exactly what it had acknowledged. After a kill only the very last
// event may be missing there, because nobody had been told yet that it was kept.

import { createHash } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FileJournal } from '@shua/terminal-core'
import { applyEvent } from '../../packages/terminal-core/src/state/apply-event.ts'
import type { JournalEvent } from '../../packages/terminal-core/src/state/journal-event.ts'
import type { TerminalState } from '@shua/terminal-core'

type Journal = Pick<FileJournal, 'state' | 'append' | 'close'>

export interface WitnessLine {
  readonly event: JournalEvent
  /** Of the state behind the event. */
  readonly fingerprint: string
}

export const witnessFile = 'witness.log'

export class WitnessJournal implements Journal {
  readonly #inner: Journal
  readonly #file: number
  #bytes: number

  private constructor(inner: Journal, file: number, bytes: number) {
    this.#inner = inner
    this.#file = file
    this.#bytes = bytes
  }

  /** Throws when the journal does not hold what it acknowledged. */
  static open(inner: Journal, directory: string): WitnessJournal {
    const path = join(directory, witnessFile)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1)
    const bytes = Buffer.byteLength(
      kept(lines, fingerprintOf(inner.state))
        .map((line) => `${line}\n`)
        .join(''),
    )
    const file = openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600)
    ftruncateSync(file, bytes)
    const witness = new WitnessJournal(inner, file, bytes)
    if (bytes === 0) witness.#note({ type: 'snapshot', state: inner.state }, inner.state)
    return witness
  }

  get state(): TerminalState {
    return this.#inner.state
  }

  async append(event: JournalEvent): Promise<TerminalState> {
    const before = this.#bytes
    this.#note(event, applyEvent(this.#inner.state, event))
    try {
      return await this.#inner.append(event)
    } catch (error) {
      ftruncateSync(this.#file, before)
      this.#bytes = before
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#inner.close()
    closeSync(this.#file)
  }

  #note(event: JournalEvent, after: TerminalState): void {
    const line = Buffer.from(`${toText({ event, fingerprint: fingerprintOf(after) } satisfies WitnessLine)}\n`)
    writeSync(this.#file, line, 0, line.length, this.#bytes)
    this.#bytes += line.length
  }
}

/** The lines that agree with the journal: all, or all but the last. */
function kept(lines: readonly string[], fingerprint: string): readonly string[] {
  if (lines.length === 0) return lines
  const found = [lines, lines.slice(0, -1)].find(
    (candidate) => fromText(candidate.at(-1) ?? '{}').fingerprint === fingerprint,
  )
  if (found === undefined)
    throw new Error('the journal of the terminal is not what it acknowledged before it was killed')
  return found
}

export function readWitness(directory: string): WitnessLine[] {
  const text = readFileSync(join(directory, witnessFile), 'utf8')
  return text.split('\n').slice(0, -1).map(fromText)
}

/** The same for states that are equal, whatever the order of their fields; a field without a value counts as absent. */
export function fingerprintOf(state: TerminalState): string {
  return createHash('sha256').update(toText(state)).digest('hex').slice(0, 16)
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return { $minor: String(inner) }
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function fromText(text: string): WitnessLine {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$minor' in value)) return value
    return BigInt((value as { $minor: string }).$minor)
  }) as WitnessLine
}
