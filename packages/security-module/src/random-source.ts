// Random bytes from the system's generator, drawn in blocks: a payment needs a few bytes several times over, and each draw costs
// more than the bytes. Every byte of a block is handed out once.

import { randomFillSync } from 'node:crypto'

const blockBytes = 8_192

/** A source of unpredictable bytes for one process. */
export function createRandomSource(): (size: number) => Buffer {
  let block = Buffer.alloc(0)
  let used = 0
  return (size) => {
    if (size > blockBytes) return randomFillSync(Buffer.alloc(size))
    if (used + size > block.length) {
      // A new block, for parts of the last one are still held by those who drew them.
      block = randomFillSync(Buffer.alloc(blockBytes))
      used = 0
    }
    const drawn = block.subarray(used, used + size)
    used += size
    return drawn
  }
}
