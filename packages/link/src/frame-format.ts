// How a message is cut out of a TCP stream: a length, then as many bytes as it says (terminal-protocol.md §1.1).
// Framing is declared per link as data, because acquirers differ; server, client and proxy all read it from here.

import { assert, assertNever, Fault } from '@shua/assert'

export interface FrameFormat {
  readonly lengthBytes: 2 | 4
  readonly lengthEncoding: 'binary' | 'bcd' | 'ascii'
  /** The largest payload accepted or sent; the length itself is not counted. */
  readonly bytesMax: number
}

/** The terminal dialect: two bytes, big-endian binary, counting TPDU, header and message. */
export const terminalFrame: FrameFormat = { lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 8192 }

/** Reads and writes the frames of one format. The constructor refuses a format that could not express its own limit. */
export class FrameCodec {
  readonly lengthBytes: number
  readonly bytesMax: number
  readonly #encoding: FrameFormat['lengthEncoding']

  constructor(format: FrameFormat) {
    const lengthMax = lengthMaxOf(format)
    if (!Number.isInteger(format.bytesMax) || format.bytesMax < 1 || format.bytesMax > lengthMax) {
      throw new Fault('LINK_FRAME_FORMAT', `a frame of this format holds 1 to ${lengthMax} bytes`, {
        path: 'frame.bytesMax',
        details: { bytesMax: format.bytesMax, lengthMax },
      })
    }
    this.lengthBytes = format.lengthBytes
    this.bytesMax = format.bytesMax
    this.#encoding = format.lengthEncoding
  }

  /** The payload length announced at `offset`. Faults: LINK_FRAME_LENGTH, LINK_FRAME_EMPTY, LINK_FRAME_OVERSIZED. */
  readLength(bytes: Buffer, offset: number): number {
    const length = this.#decode(bytes, offset)
    if (length > 0 && length <= this.bytesMax) return length
    if (length < 0) {
      // The bytes are not shown: after lost synchronisation they could be part of a card number.
      throw new Fault('LINK_FRAME_LENGTH', `the frame length is not ${this.#encoding} digits`)
    }
    if (length === 0) throw new Fault('LINK_FRAME_EMPTY', 'the frame announces no bytes')
    throw this.#oversized(length)
  }

  /** Refuses a payload that no frame of this format may carry, before anything is queued. */
  checkPayload(payload: Buffer): void {
    if (payload.length === 0) throw new Fault('LINK_FRAME_EMPTY', 'a frame without payload cannot be sent')
    if (payload.length > this.bytesMax) throw this.#oversized(payload.length)
  }

  /** Length and payload of each, in one buffer: one write to the socket however many frames are waiting. */
  encode(payloads: readonly Buffer[]): Buffer {
    let size = 0
    for (const payload of payloads) size += this.lengthBytes + payload.length
    const target = Buffer.allocUnsafe(size)
    let offset = 0
    for (const payload of payloads) {
      this.#writeLength(target, offset, payload.length)
      offset += this.lengthBytes
      target.set(payload, offset)
      offset += payload.length
    }
    assert(offset === size, 'every byte of the frames is written')
    return target
  }

  /** The announced length, or -1 when the bytes are not digits of the encoding. */
  #decode(bytes: Buffer, offset: number): number {
    if (this.#encoding === 'binary') {
      return this.lengthBytes === 2 ? bytes.readUInt16BE(offset) : bytes.readUInt32BE(offset)
    }
    let length = 0
    for (let i = offset; i < offset + this.lengthBytes; i++) {
      const byte = bytes.readUInt8(i)
      const value = this.#encoding === 'bcd' ? bcdPair(byte) : byte - 0x30
      if (value < 0 || (this.#encoding === 'ascii' && value > 9)) return -1
      length = length * (this.#encoding === 'bcd' ? 100 : 10) + value
    }
    return length
  }

  #writeLength(target: Buffer, offset: number, length: number): void {
    switch (this.#encoding) {
      case 'binary':
        target.writeUIntBE(length, offset, this.lengthBytes)
        return
      case 'bcd':
        target.write(String(length).padStart(this.lengthBytes * 2, '0'), offset, 'hex')
        return
      case 'ascii':
        target.write(String(length).padStart(this.lengthBytes, '0'), offset, 'latin1')
        return
      default:
        assertNever(this.#encoding)
    }
  }

  #oversized(length: number): Fault {
    return new Fault('LINK_FRAME_OVERSIZED', `a frame of ${length} bytes is over the limit of ${this.bytesMax}`, {
      details: { length, bytesMax: this.bytesMax },
    })
  }
}

function lengthMaxOf(format: FrameFormat): number {
  switch (format.lengthEncoding) {
    case 'binary':
      return 256 ** format.lengthBytes - 1
    case 'bcd':
      return 100 ** format.lengthBytes - 1
    case 'ascii':
      return 10 ** format.lengthBytes - 1
    default:
      return assertNever(format.lengthEncoding)
  }
}

function bcdPair(byte: number): number {
  const high = byte >> 4
  const low = byte & 15
  return high > 9 || low > 9 ? -1 : high * 10 + low
}
