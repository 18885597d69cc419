// ISO/IEC 9797-1 padding methods 1 to 3, which bring a message to whole blocks before a CBC-MAC.

/** 1: zeros as needed. 2: one bit and zeros. 3: a leading block with the length in bits, then zeros as needed. */
export type PaddingMethod = 1 | 2 | 3

export function pad(data: Uint8Array, blockBytes: number, method: PaddingMethod): Buffer {
  if (method === 2) return fill(Buffer.concat([data, Buffer.of(0x80)]), blockBytes)
  if (method === 1) return fill(data, blockBytes)
  const length = Buffer.alloc(blockBytes)
  length.writeUInt32BE(data.length * 8, blockBytes - 4)
  return Buffer.concat([length, fill(data, blockBytes)])
}

/** Whole blocks, at least one: the empty message becomes a block of zeros. */
function fill(data: Uint8Array, blockBytes: number): Buffer {
  const blocks = Math.max(Math.ceil(data.length / blockBytes), 1)
  const padded = Buffer.alloc(blocks * blockBytes)
  padded.set(data)
  return padded
}
