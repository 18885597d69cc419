// Tells whether a process that was noted down is still the same one. A process number alone does not: numbers are used
// again, and in a container the first process is number 1 every time. Used by the instance lock and the stale server.

import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** When the process began, in a form unique on this machine; undefined when there is no such running process. */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return await linuxStart(pid)
  if (process.platform === 'win32') return isAlive(pid) ? 'alive' : undefined
  return await askPs(pid, 'lstart=')
}

/** Whether the process is a PostgreSQL server working in the given data directory. */
export async function isServerOf(pid: number, dataDirectory: string): Promise<boolean> {
  if ((await processStart(pid)) === undefined) return false
  if (process.platform === 'win32') return true
  if (process.platform !== 'linux') return (await askPs(pid, 'command='))?.includes(dataDirectory) ?? false
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const [program = '', ...args] = commandLine.split('\0')
  if (basename(program) !== 'postgres') return false
  // The server works inside its data directory, which stays true when that was moved while it ran.
  return args.includes(dataDirectory) || (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === dataDirectory
}

/** PostgreSQL processes at work in a data directory, with or without a server above them. Known on Linux only. */
export async function serverProcessesIn(dataDirectory: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const found: number[] = []
  for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) !== dataDirectory) continue
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (name.trim() === 'postgres') found.push(pid)
  }
  return found
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function linuxStart(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (status === undefined) return undefined
  // The program's name stands in brackets and may hold anything, so count from the last bracket: state is field 3.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${boot.trim()}:${fields[19]}`
}

async function askPs(pid: number, column: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile('ps', ['-o', column, '-p', String(pid)], (error, output) => {
      resolve(error === null && output.trim() !== '' ? output.trim() : undefined)
    })
  })
}
