// Two processes on one journal would tear it: the directory holds a lock that names its owner. A lock whose owner is gone
// (kill -9, power cut) is taken over.

import { mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@shua/assert'

const held = new Set<string>()

/** The start time of a process, so that a reused number is not taken for the old owner; empty where /proc does not exist. */
async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The name in parentheses may hold spaces; the start time is the 20th word behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function ownerLives(path: string): Promise<boolean> {
  const [pidText = '', startTime = ''] = (await readFile(path, 'latin1').catch(() => '')).split(' ')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return false
  return (await startTimeOf(pid)) === startTime
}

/** Throws `JOURNAL_LOCKED` while another owner lives. */
export async function lockJournal(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'journal.lock')
  const locked = new Fault('JOURNAL_LOCKED', 'another program works with this terminal; stop it first')
  if (held.has(path)) throw locked
  held.add(path)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const text = `${process.pid} ${await startTimeOf(process.pid)}`
    for (let attempt = 0; ; attempt++) {
      try {
        const handle = await open(path, 'wx', 0o600)
        await handle.writeFile(text)
        await handle.close()
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        if (attempt > 0 || (await ownerLives(path))) throw locked
        await unlink(path)
      }
    }
  } catch (error) {
    held.delete(path)
    throw error
  }
  return async () => {
    await unlink(path).catch(() => undefined)
    held.delete(path)
  }
}
