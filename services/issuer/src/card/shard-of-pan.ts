// Where a card lives. The shard follows from the keyed hash of its number alone, so a card is routed without a look-up; the
// number itself tells nothing about it.

export const shardCount = 64

export function shardOfPan(panHash: Uint8Array): number {
  // 64 divides 2^16, so every shard gets the same share.
  return Buffer.from(panHash).readUInt16BE(0) % shardCount
}
