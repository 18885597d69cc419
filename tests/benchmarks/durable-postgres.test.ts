// A benchmark of authorizations that do not reach the disk would measure nothing.

import { expect, it } from 'vitest'
import { openDatabase } from '@shua/postgres'
import { durability, startDurablePostgres } from '../../bench/durable-postgres.ts'

it('measures on a server that waits for the disk', async () => {
  const postgres = await startDurablePostgres()
  try {
    const url = await postgres.createDatabase('durability')
    const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-test' })
    try {
      for (const [name, value] of Object.entries(durability)) {
        expect([name, await database.query(`show ${name}`)]).toEqual([name, [{ [name]: value }]])
      }
    } finally {
      await database.close()
    }
  } finally {
    await postgres.stop()
  }
})
