// The journal on disk: append-only, every record checksummed and flushed before it counts, so that `kill -9` and power cuts
// lose nothing that was acknowledged. It is rewritten as one snapshot by an atomic rename when it has grown.

import { open, readFile, rename, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@shua/assert'
import { applyEvent } from '../state/apply-event.ts'
import type { JournalEvent } from '../state/journal-event.ts'
import type { TerminalState } from '../state/terminal-state.ts'
import type { Journal } from './journal.ts'
import { lockJournal } from './journal-lock.ts'
import { chainStart, formatLine, readLines } from './journal-line.ts'

export interface FileJournalOptions {
  /** Created with owner-only permissions when absent. */
  readonly directory: string
  /** The state of a terminal that has no journal yet. */
  readonly initial: TerminalState
  /** Size from which the file is rewritten as a snapshot. */
  readonly compactAboveBytes?: number
}

const compactAboveBytesDefault = 1_048_576

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export class FileJournal implements Journal {
  readonly #directory: string
  readonly #unlock: () => Promise<void>
  readonly #compactAboveBytes: number
  #handle: FileHandle
  #state: TerminalState
  #checksum: string
  #bytes: number
  #smallestBytes: number
  #broken: Fault | undefined
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(parts: {
    directory: string
    unlock: () => Promise<void>
    compactAboveBytes: number
    handle: FileHandle
    state: TerminalState
    checksum: string
    bytes: number
  }) {
    this.#directory = parts.directory
    this.#unlock = parts.unlock
    this.#compactAboveBytes = parts.compactAboveBytes
    this.#handle = parts.handle
    this.#state = parts.state
    this.#checksum = parts.checksum
    this.#bytes = parts.bytes
    this.#smallestBytes = 0
  }

  /** Throws `JOURNAL_LOCKED`, `JOURNAL_DAMAGED` or `JOURNAL_FOREIGN` (the directory belongs to another terminal). */
  static async open(options: FileJournalOptions): Promise<FileJournal> {
    const { directory, initial } = options
    const unlock = await lockJournal(directory)
    try {
      // A rewrite that was cut short left this behind; the journal itself is still whole.
      await unlink(join(directory, 'journal.new')).catch(() => undefined)
      const path = join(directory, 'journal.log')
      const bytes = await readFile(path).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
        throw new Fault('JOURNAL_READ', 'the journal cannot be read', { cause: error })
      })
      const lines = readLines(bytes)
      const state = lines.events.reduce(applyEvent, initial)
      if (state.terminalId !== initial.terminalId || state.merchantId !== initial.merchantId) {
        throw new Fault('JOURNAL_FOREIGN', `the journal in this directory is of terminal ${state.terminalId}`)
      }
      if (bytes.length === 0) await (await open(path, 'a', 0o600)).close()
      const handle = await open(path, 'r+')
      await handle.truncate(lines.wholeBytes)
      await handle.sync()
      await syncDirectory(directory)
      const journal = new FileJournal({
        directory,
        unlock,
        compactAboveBytes: options.compactAboveBytes ?? compactAboveBytesDefault,
        handle,
        state,
        checksum: lines.checksum,
        bytes: lines.wholeBytes,
      })
      // The first record names the owner, so that a directory is never taken for another terminal's.
      if (lines.events.length === 0) await journal.append({ type: 'snapshot', state })
      return journal
    } catch (error) {
      await unlock()
      throw error
    }
  }

  get state(): TerminalState {
    return this.#state
  }

  append(event: JournalEvent): Promise<TerminalState> {
    const appended = this.#queue.then(() => this.#append(event))
    this.#queue = appended.catch(() => undefined)
    return appended
  }

  async #append(event: JournalEvent): Promise<TerminalState> {
    if (this.#broken) throw this.#broken
    // Applied first: an event the state does not allow is a bug and must not reach the file.
    const state = applyEvent(this.#state, event)
    const { line, checksum } = formatLine(this.#checksum, event)
    try {
      await this.#handle.write(line, 0, line.length, this.#bytes)
      await this.#handle.datasync()
    } catch (error) {
      await this.#repair(error)
    }
    this.#bytes += line.length
    this.#checksum = checksum
    this.#state = state
    if (this.#bytes > this.#compactAboveBytes && this.#bytes > 2 * this.#smallestBytes) await this.#compact()
    return state
  }

  /** Cuts a half-written record off again; when even that fails, nothing more is written into this file. */
  async #repair(cause: unknown): Promise<never> {
    const fault = new Fault('JOURNAL_WRITE', 'the journal could not be written; nothing was recorded', { cause })
    try {
      await this.#handle.truncate(this.#bytes)
      await this.#handle.sync()
    } catch {
      this.#broken = fault
    }
    throw fault
  }

  async #compact(): Promise<void> {
    const fresh = join(this.#directory, 'journal.new')
    const { line, checksum } = formatLine(chainStart, { type: 'snapshot', state: this.#state })
    let handle: FileHandle | undefined
    try {
      handle = await open(fresh, 'w', 0o600)
      await handle.write(line, 0, line.length, 0)
      await handle.sync()
      await rename(fresh, join(this.#directory, 'journal.log'))
    } catch {
      // The long file is still whole and keeps serving; it is tried again when it has doubled.
      await handle?.close().catch(() => undefined)
      this.#smallestBytes = this.#bytes
      return
    }
    await this.#handle.close()
    this.#handle = handle
    this.#bytes = line.length
    this.#smallestBytes = line.length
    this.#checksum = checksum
    // Until the directory is on disk a power cut could bring the old file back, without what is appended from here on.
    await syncDirectory(this.#directory).catch((error: unknown) => {
      this.#broken = new Fault('JOURNAL_WRITE', 'the directory of the journal could not be flushed', { cause: error })
    })
  }

  async close(): Promise<void> {
    await this.#queue
    await this.#handle.close()
    await this.#unlock()
  }
}
