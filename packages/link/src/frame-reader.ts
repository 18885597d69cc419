// Cuts the chunks of a socket into payloads. A frame that lies whole in one chunk is handed out without copying; only a
// frame cut by chunk borders is gathered, in a buffer that grows with the bytes received and not with the length
// announced, so that a peer cannot make us reserve memory with a length alone.

import { assert } from '@shua/assert'
import type { FrameCodec } from './frame-format.ts'

const nothing = Buffer.alloc(0)
const gatherBytesFirst = 1024

export class FrameReader {
  readonly #codec: FrameCodec
  #chunk: Buffer = nothing
  #offset = 0
  #gathered: Buffer | undefined
  #gatheredBytes = 0
  /** Bytes of the cut frame with its length; just the length's own bytes until these are complete. */
  #neededBytes = 0

  constructor(codec: FrameCodec) {
    this.#codec = codec
  }

  /** Whether bytes are waiting that `next` has not looked at. */
  get hasMore(): boolean {
    return this.#offset < this.#chunk.length
  }

  /** Whether the stream stands inside a frame. Meaningful once `next` has answered undefined. */
  get midFrame(): boolean {
    return this.#gathered !== undefined
  }

  push(chunk: Buffer): void {
    // Reading is paused while bytes wait, so joining is rare and its size is bounded by the socket's own buffer.
    this.#chunk = this.hasMore ? Buffer.concat([this.#chunk.subarray(this.#offset), chunk]) : chunk
    this.#offset = 0
  }

  /** The next whole payload, or undefined when more bytes are needed. Faults as `FrameCodec.readLength`; final then. */
  next(): Buffer | undefined {
    if (this.#gathered !== undefined) return this.#gather(this.#gathered)
    const start = this.#offset
    const available = this.#chunk.length - start
    if (available === 0) return undefined
    const { lengthBytes } = this.#codec
    if (available >= lengthBytes) {
      const payloadStart = start + lengthBytes
      const end = payloadStart + this.#codec.readLength(this.#chunk, start)
      if (end <= this.#chunk.length) {
        this.#offset = end
        return this.#chunk.subarray(payloadStart, end)
      }
    }
    this.#gathered = Buffer.allocUnsafe(gatherBytesFirst)
    this.#gatheredBytes = 0
    this.#neededBytes = lengthBytes
    return this.#gather(this.#gathered)
  }

  #gather(buffer: Buffer): Buffer | undefined {
    const { lengthBytes } = this.#codec
    let target = buffer
    while (this.hasMore) {
      const end = Math.min(this.#chunk.length, this.#offset + this.#neededBytes - this.#gatheredBytes)
      target = this.#makeRoom(target, end - this.#offset)
      this.#gatheredBytes += this.#chunk.copy(target, this.#gatheredBytes, this.#offset, end)
      this.#offset = end
      if (this.#gatheredBytes < this.#neededBytes) continue
      if (this.#neededBytes > lengthBytes) {
        this.#gathered = undefined
        return target.subarray(lengthBytes, this.#neededBytes)
      }
      this.#neededBytes = lengthBytes + this.#codec.readLength(target, 0)
    }
    this.#gathered = target
    return undefined
  }

  #makeRoom(buffer: Buffer, bytes: number): Buffer {
    const size = this.#gatheredBytes + bytes
    if (size <= buffer.length) return buffer
    assert(size <= this.#neededBytes, 'no more than one frame is gathered')
    const larger = Buffer.allocUnsafe(Math.min(this.#neededBytes, Math.max(size, buffer.length * 2)))
    buffer.copy(larger, 0, 0, this.#gatheredBytes)
    return larger
  }
}
