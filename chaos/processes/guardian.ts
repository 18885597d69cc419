// Clears up after a run however it ends: a shell of its own process group waits until our end of its standard input closes, which
// happens at a normal end and at a SIGKILL alike; then it kills everything that works in the run's directory, unmounts, removes.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

const script = `
  cat >/dev/null
  round=0
  while [ $round -lt 50 ]; do
    found=
    for entry in /proc/[0-9]*; do
      case "$(readlink "$entry/cwd" 2>/dev/null)" in
        "$1"|"$1"/*) kill -KILL "\${entry#/proc/}" 2>/dev/null && found=yes ;;
      esac
    done
    [ -z "$found" ] && break
    round=$((round+1))
    sleep 0.2
  done
  while grep -q " $1/" /proc/mounts; do
    umount "$1/database" 2>/dev/null || umount -l "$1/database" 2>/dev/null || break
  done
  rm -rf "$1"
`

export interface Guardian {
  /** Kills, unmounts and removes now; resolves when nothing is left. */
  clearUp(): Promise<void>
}

export function startGuardian(directory: string): Guardian {
  const child: ChildProcess = spawn('/bin/sh', ['-c', script, 'guardian', directory], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const ended = once(child, 'exit')
  return {
    async clearUp() {
      child.stdin?.end()
      await ended
    },
  }
}
