// Where everything of a run lies. The database's user must be able to pass through.

import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunDirectory {
  readonly root: string
  readonly database: string
  readonly logs: string
  readonly clocks: string
  readonly agents: string
  readonly programs: string
  server(index: number): string
}

export function makeRunDirectory(): RunDirectory {
  const root = mkdtempSync(join(tmpdir(), 'shua-chaos-'))
  chmodSync(root, 0o711)
  const directory: RunDirectory = {
    root,
    database: join(root, 'database'),
    logs: join(root, 'logs'),
    clocks: join(root, 'clocks'),
    agents: join(root, 'agents'),
    programs: join(root, 'programs'),
    server: (index) => join(root, `server-${index + 1}`),
  }
  for (const path of [directory.logs, directory.clocks, directory.agents]) mkdirSync(path, { mode: 0o700 })
  return directory
}
