// Where a card lives: account-side rows carry a shard as the first key column, and everything one authorization touches lies
// in one shard (design §3). The shard follows from the keyed hash of the PAN alone, so no look-up is needed; the issuer picks
// the PAN of a replacement card such that it falls into the shard of its account.

export const shardCount = 64

export function shardOf(panHash: Uint8Array): number {
  return ((panHash[0]! << 8) | panHash[1]!) % shardCount
}
