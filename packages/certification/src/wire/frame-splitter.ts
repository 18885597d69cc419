// Cuts frames out of a TCP stream (terminal-protocol §1.1: two bytes of binary length, then as many bytes). Written here and not
// taken from packages/link, because the kit must be able to break every rule of it.

const lengthBytes = 2

export function framed(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(lengthBytes + payload.length)
  frame.writeUInt16BE(payload.length)
  frame.set(payload, lengthBytes)
  return frame
}

export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0)

  /** The payloads that are complete now. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const payloads: Buffer[] = []
    while (bytes.length >= lengthBytes) {
      const end = lengthBytes + bytes.readUInt16BE(0)
      if (bytes.length < end) break
      payloads.push(Buffer.from(bytes.subarray(lengthBytes, end)))
      bytes = bytes.subarray(end)
    }
    this.#rest = Buffer.from(bytes)
    return payloads
  }
}
