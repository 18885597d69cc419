// A loopback port that was free a moment ago; servers get theirs before they start, because they must keep them when they restart.

import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address !== 'object') throw new Error('no port is free')
  return address.port
}
