// The disk of the database's data folder, which chaos fills. As root it is a tmpfs of limited size with a balloon file in it: the
// database meets ENOSPC as on a full disk. Where nothing may be mounted, the database's processes get a limit on the size of
// files instead (prlimit --fsize), and meet EFBIG wherever a file would have to grow beyond it.

import { execFile } from 'node:child_process'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { childrenOf } from '../processes/process-tree.ts'

export interface LimitedDisk {
  /** For the report. */
  readonly method: string
  /** Resolves when it is full: true when the system has said so. */
  fill(postmaster: number): Promise<boolean>
  release(postmaster: number): Promise<void>
}

const run = promisify(execFile)
const chunkBytes = 4_194_304
const pageBytes = 4_096
/** Tables and write-ahead segments are larger than this within seconds. */
const fileBytesMax = 1_048_576

/** `directory` is made here; the database's data belongs below it. */
export async function openLimitedDisk(options: {
  directory: string
  sizeMegabytes: number
  allowMount: boolean
}): Promise<LimitedDisk> {
  const { directory, sizeMegabytes, allowMount } = options
  await mkdir(directory, { mode: 0o711 })
  if (allowMount && process.getuid?.() === 0) {
    const settings = `size=${sizeMegabytes}m,mode=0711`
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', settings, 'tmpfs', directory]).then(
      () => true,
      () => false,
    )
    if (mounted) return tmpfsDisk(directory, sizeMegabytes)
  }
  return fileSizeLimit()
}

function tmpfsDisk(directory: string, sizeMegabytes: number): LimitedDisk {
  const balloon = join(directory, 'balloon')
  return {
    method: `tmpfs of ${sizeMegabytes} MB, filled by a balloon file (ENOSPC)`,
    async fill() {
      const file = await open(balloon, 'w', 0o600)
      let isFull = false
      try {
        for (const size of [chunkBytes, pageBytes]) {
          const chunk = Buffer.alloc(size, 0x5a)
          isFull = false
          while (!isFull) {
            // A write that only partly fits is not an error yet; the next one is.
            isFull = await file.write(chunk).then(
              () => false,
              (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOSPC',
            )
          }
        }
      } finally {
        await file.close()
      }
      return isFull
    },
    release: () => rm(balloon, { force: true }),
  }
}

function fileSizeLimit(): LimitedDisk {
  const limit = async (postmaster: number, soft: string): Promise<number> => {
    // A process of the same user may always set it; root needs a capability that containers withhold.
    const owner = await stat(`/proc/${postmaster}`).catch(() => undefined)
    const identity = owner && process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {}
    let limited = 0
    const marks = [{ pid: postmaster }, ...(await childrenOf(postmaster))]
    for (const { pid } of marks) {
      const done = await run('prlimit', ['--pid', String(pid), `--fsize=${soft}:`], { ...identity, cwd: '/' }).then(
        () => 1,
        () => 0,
      )
      limited += done
    }
    return limited
  }
  return {
    method: `no mount allowed: files of the database limited to ${fileBytesMax / 1_048_576} MB (prlimit --fsize, EFBIG)`,
    fill: async (postmaster) => (await limit(postmaster, String(fileBytesMax))) > 0,
    release: async (postmaster) => void (await limit(postmaster, 'unlimited')),
  }
}
