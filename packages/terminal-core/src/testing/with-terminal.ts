// The frame of a flow test: a host, a signed-on terminal in a fresh directory, and everything closed again afterwards.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '@shua/assert'
import { TestHost } from './test-host.ts'
import {
  openTestTerminal,
  quickProfile,
  testMasterKey,
  type TestTerminal,
  type TestTerminalOptions,
} from './test-terminal.ts'

export interface Bench extends TestTerminal {
  readonly host: TestHost
  readonly directory: string
  /** Closes the terminal and opens it again from its files. */
  restart(options?: Partial<TestTerminalOptions>): Promise<TestTerminal>
}

export async function withTerminal(
  work: (bench: Bench) => Promise<void>,
  options: Partial<TestTerminalOptions> & { now?: () => Date } = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'shua-terminal-'))
  const profile = options.profile ?? quickProfile()
  const now = options.now === undefined ? {} : { now: options.now }
  const host = await new TestHost({ profile, masterKey: testMasterKey, random: randomBytes, ...now }).start()
  let opened = await openTestTerminal({ directory, port: host.port, ...options })
  try {
    await opened.terminal.start()
    const signedOn = await opened.terminal.signOn('01')
    assert(signedOn.kind === 'done', 'the test terminal signs on')
    await work({
      ...opened,
      host,
      directory,
      restart: async (changes = {}) => {
        await opened.terminal.close()
        opened = await openTestTerminal({ directory, port: host.port, ...options, ...changes })
        return opened
      },
    })
  } finally {
    await opened.terminal.close()
    await host.stop()
    await rm(directory, { recursive: true })
  }
}
