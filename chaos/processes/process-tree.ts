// What /proc says about processes: children, whether one is stopped, and whether a number still means the same process. Signals go
// through here, so that a late one never reaches a stranger who was given the number meanwhile.

import { readdir, readFile, readlink } from 'node:fs/promises'

export interface ProcessMark {
  readonly pid: number
  /** Start time in clock ticks since boot. */
  readonly startedAt: string
}

async function statOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The name in parentheses may hold anything: state is the first field behind it.
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

export async function markOf(pid: number): Promise<ProcessMark | undefined> {
  const fields = await statOf(pid)
  const startedAt = fields[19]
  return startedAt === undefined || fields[0] === 'Z' ? undefined : { pid, startedAt }
}

export async function childrenOf(pid: number): Promise<ProcessMark[]> {
  const marks: ProcessMark[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = await statOf(Number(name))
    if (fields[1] === String(pid) && fields[0] !== 'Z') marks.push({ pid: Number(name), startedAt: fields[19]! })
  }
  return marks
}

export async function commandOf({ pid }: ProcessMark): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
}

/** False when the process is gone. */
export async function signal(mark: ProcessMark, name: NodeJS.Signals): Promise<boolean> {
  if ((await markOf(mark.pid))?.startedAt !== mark.startedAt) return false
  try {
    return process.kill(mark.pid, name)
  } catch {
    return false
  }
}

/** Stops the processes and lets them go on later; false when none was seen stopped. */
export async function freeze(
  marks: readonly ProcessMark[],
  durationMs: number,
  onStopped: () => void,
): Promise<boolean> {
  const stopped: ProcessMark[] = []
  try {
    for (const mark of marks) {
      if ((await signal(mark, 'SIGSTOP')) && (await isStopped(mark))) stopped.push(mark)
    }
    if (stopped.length === 0) return false
    onStopped()
    await new Promise((resolve) => setTimeout(resolve, durationMs))
    return true
  } finally {
    for (const mark of marks) await signal(mark, 'SIGCONT')
  }
}

/** The system needs a moment to stop a process that is at work. */
async function isStopped({ pid }: ProcessMark): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const state = (await statOf(pid))[0]
    if (state === 'T') return true
    if (state === undefined || state === 'Z') return false
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

/** Processes that work in a directory: everything a run starts does, so this finds what is left of it. */
export async function processesIn(directory: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const cwd = (await readlink(`/proc/${name}/cwd`).catch(() => '')).replace(/ \(deleted\)$/, '')
    const isOurs = cwd === directory || cwd.startsWith(`${directory}/`)
    // A zombie has no directory any more.
    if (isOurs) found.push(Number(name))
  }
  return found
}

/** A line for each process of a run that says what it is doing, for the logs of a run that got stuck. */
export async function describeProcesses(directory: string): Promise<string[]> {
  const lines: string[] = []
  for (const pid of await processesIn(directory)) {
    const [state, parent] = await statOf(pid)
    const waitsIn = await readFile(`/proc/${pid}/wchan`, 'utf8').catch(() => '')
    const command = (await commandOf({ pid, startedAt: '' })).slice(0, 120)
    lines.push(`${pid} of ${parent ?? '?'} ${state ?? '?'} ${waitsIn} ${command}`)
  }
  return lines
}
