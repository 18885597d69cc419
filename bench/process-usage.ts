// What PostgreSQL uses of the machine, as Linux tells it: its server process and one more for each connection. Elsewhere
// nothing is told, and the benchmarks leave the column empty.

import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second for every program to read, whatever the kernel's own tick is. */
const ticksPerSecond = 100

/** Processor seconds of the server and of everything it started so far; undefined where there is no /proc. */
export function postgresCpuSeconds(serverPid: number): number | undefined {
  const family = familyOf(serverPid)
  if (family === undefined) return undefined
  let ticks = 0
  for (const pid of family) {
    const fields = statOf(pid)
    // User and system; of the server also those of connections that have ended.
    if (fields) ticks += Number(fields[11]) + Number(fields[12])
    if (fields && pid === serverPid) ticks += Number(fields[13]) + Number(fields[14])
  }
  return ticks / ticksPerSecond
}

/** Resident bytes of all its processes, each shared page counted once. */
export function postgresMemory(serverPid: number): number | undefined {
  let kilobytes = 0
  for (const pid of familyOf(serverPid) ?? []) {
    const match = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))
    kilobytes += Number(match?.[1] ?? 0)
  }
  return kilobytes === 0 ? undefined : kilobytes * 1024
}

/** The server and its children. */
export function familyOf(serverPid: number): number[] | undefined {
  if (process.platform !== 'linux') return undefined
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && statOf(pid)?.[1] === String(serverPid))
  return [serverPid, ...children]
}

/** The fields after the program's name, which stands in brackets and may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
