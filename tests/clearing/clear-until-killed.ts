// A process that clears a business day and stops in the middle of it, saying so; the test kills it there.

import { openDatabase } from '@shua/postgres'
import { createClearing } from '../../apps/server/src/clearing/with-clearing.ts'

const [url, businessDate] = process.argv.slice(2)
const database = openDatabase({ url: url!, connectionsMax: 3, applicationName: 'shua-clear' })
const started = Date.now()
await createClearing(database, () => new Date(started)).clear(businessDate!, {
  workers: 1,
  onProgress: ({ shardsDone }) => {
    if (shardsDone < 20) return
    console.log('in the middle')
    // Blocks the process for good: no time-out or other event brings it on before it is killed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
