// Retrieval reference numbers: DE 37, 12 characters, MMDD and eight digits. Numbers are leased from a database sequence in
// blocks, so no payment waits for one and no two processes give the same; a crash only leaves a gap.

import type { Database } from '@shua/postgres'

const blockSize = 1000n

export interface RrnSource {
  next(monthDay: string): Promise<string>
}

export function createRrnSource(database: Database): RrnSource {
  let next = 0n
  let end = 0n
  let refill: Promise<void> | undefined

  async function lease(): Promise<void> {
    const rows = await database.query<{ block: bigint }>(
      `select nextval('acquirer.rrn_block') as block`,
      [],
      'acquirer.leaseRrn',
    )
    next = rows[0]!.block * blockSize
    end = next + blockSize
  }

  return {
    async next(monthDay) {
      while (next >= end) {
        refill ??= lease().finally(() => (refill = undefined))
        await refill
      }
      const number = next++
      return monthDay + (number % 100_000_000n).toString().padStart(8, '0')
    },
  }
}
