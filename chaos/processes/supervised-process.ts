// A process that is started again whenever it ends, with growing pauses, as systemd would do it. What it prints goes to a file;
// lines of JSON also go to a listener.

import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { markOf, type ProcessMark } from './process-tree.ts'

export interface SupervisedOptions {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly logFile: string
  readonly onLine?: (line: string) => void
  readonly onStart?: () => void
  readonly onEnd?: (how: string) => void
  /** Asked after each end; a process that has done its work is not started again. */
  readonly isWanted?: (exitCode: number | null) => boolean
}

const firstPauseMs = 100
const pauseMaxMs = 3_000
/** A process that ran this long had started well, so its next pause is short again. */
const settledMs = 5_000
const stopMs = 10_000

export class SupervisedProcess {
  readonly name: string
  starts = 0
  readonly #options: SupervisedOptions
  readonly #log: WriteStream
  #child: ChildProcess | undefined
  #ended: Promise<unknown> = Promise.resolve()
  #stopping = false
  #pauseMs = firstPauseMs
  #timer: NodeJS.Timeout | undefined

  constructor(options: SupervisedOptions) {
    this.name = options.name
    this.#options = options
    this.#log = createWriteStream(options.logFile, { flags: 'a' })
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  start(): void {
    const { args, env, cwd, onLine } = this.#options
    this.starts += 1
    const startedMs = performance.now()
    const child = spawn(process.execPath, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C is for the harness, which stops its processes in order.
      detached: true,
    })
    this.#child = child
    child.stdin?.on('error', () => undefined)
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line, onLine))
    child.stderr?.on('data', (chunk: Buffer) => this.#log.write(chunk))
    this.#ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      this.#child = undefined
      const how = signal === null ? `exit ${code}` : String(signal)
      this.#log.write(`--- ${new Date().toISOString()} ${this.name} ended: ${how}\n`)
      this.#options.onEnd?.(how)
      if (performance.now() - startedMs > settledMs) this.#pauseMs = firstPauseMs
      const isWanted = this.#options.isWanted?.(typeof code === 'number' ? code : null) ?? true
      if (!this.#stopping && isWanted) this.#startLater()
    })
    this.#options.onStart?.()
  }

  #startLater(): void {
    this.#timer = setTimeout(() => this.start(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMaxMs)
  }

  #hear(line: string, onLine: ((line: string) => void) | undefined): void {
    if (line.startsWith('{') && onLine) onLine(line)
    else this.#log.write(`${line}\n`)
  }

  /** What it reads as a line of its standard input, if it runs. */
  tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`)
  }

  async mark(): Promise<ProcessMark | undefined> {
    const pid = this.#child?.pid
    return pid === undefined ? undefined : await markOf(pid)
  }

  /** Answers whether there was something to kill. The supervisor starts it again. */
  async kill(): Promise<boolean> {
    const child = this.#child
    if (child === undefined || !child.kill('SIGKILL')) return false
    await this.#ended
    return true
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    const child = this.#child
    if (child !== undefined) {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
      await this.#ended
      clearTimeout(timer)
    }
    this.#log.end()
  }
}
