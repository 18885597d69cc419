// The bytes being packed. One buffer per codec is used again and again and grows when a message needs more; what pack
// returns is a copy of the part that was written.

import { isoFault, type IsoFaultCode } from './iso-fault.ts'
import type { Fault } from '@shua/assert'

export class Writer {
  bytes: Buffer = Buffer.alloc(1024)
  /** The same memory, for storing two bytes at once. */
  view: DataView = viewOf(this.bytes)
  position = 0
  /** Filler nibbles to write instead of the dialect's own, by field number. */
  fillers: ReadonlyMap<number, number> | undefined = undefined

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.position + count
    if (needed > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, this.position)
      this.bytes = larger
      this.view = viewOf(larger)
    }
  }

  /** What was written, and the buffer is free for the next message. */
  take(): Buffer {
    const result = Buffer.allocUnsafe(this.position)
    this.bytes.copy(result, 0, 0, this.position)
    return result
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

export function packFault(code: IsoFaultCode, path: string, expected: string, actual: string): Fault {
  return isoFault(code, { path, expected, actual })
}

export function typeFault(path: string, expected: string, value: unknown): Fault {
  const actual = value instanceof Uint8Array ? 'bytes' : Array.isArray(value) ? 'a list of parts' : `a ${typeof value}`
  return packFault('ISO_FIELD_TYPE', path, expected, actual)
}
