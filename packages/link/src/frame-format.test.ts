import { Fault } from '@shua/assert'
import { describe, expect, it } from 'vitest'
import { FrameCodec, type FrameFormat, terminalFrame } from './frame-format.ts'

const abc = Buffer.from('abc')

function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('no fault was thrown')
}

describe('frame format', () => {
  it.each<[FrameFormat['lengthBytes'], FrameFormat['lengthEncoding'], string]>([
    [2, 'binary', '0003616263'],
    [4, 'binary', '00000003616263'],
    [2, 'bcd', '0003616263'],
    [4, 'bcd', '00000003616263'],
    [2, 'ascii', '3033616263'],
    [4, 'ascii', '30303033616263'],
  ])('writes and reads a length of %d bytes in %s', (lengthBytes, lengthEncoding, hex) => {
    const codec = new FrameCodec({ lengthBytes, lengthEncoding, bytesMax: 99 })
    expect(codec.encode([abc]).toString('hex')).toBe(hex)
    expect(codec.readLength(Buffer.from(hex, 'hex'), 0)).toBe(3)
    const longest = Buffer.alloc(99, 7)
    expect(codec.readLength(codec.encode([abc, longest]), lengthBytes + 3)).toBe(99)
  })

  it('is big-endian, counting what follows, in the terminal dialect', () => {
    const codec = new FrameCodec(terminalFrame)
    expect(
      codec
        .encode([Buffer.alloc(0x0123)])
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('0123')
  })

  it.each<[string, FrameFormat, string, string]>([
    ['an empty frame', { lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 10 }, '0000', 'LINK_FRAME_EMPTY'],
    ['one byte too many', { lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 10 }, '000b', 'LINK_FRAME_OVERSIZED'],
    [
      'a length with the top bit',
      { lengthBytes: 4, lengthEncoding: 'binary', bytesMax: 10 },
      'ffffffff',
      'LINK_FRAME_OVERSIZED',
    ],
    [
      'a BCD length over the limit',
      { lengthBytes: 2, lengthEncoding: 'bcd', bytesMax: 10 },
      '0011',
      'LINK_FRAME_OVERSIZED',
    ],
    [
      'a BCD nibble that is no digit',
      { lengthBytes: 2, lengthEncoding: 'bcd', bytesMax: 10 },
      '000a',
      'LINK_FRAME_LENGTH',
    ],
    [
      'a BCD high nibble that is no digit',
      { lengthBytes: 2, lengthEncoding: 'bcd', bytesMax: 10 },
      'a000',
      'LINK_FRAME_LENGTH',
    ],
    [
      'a space for an ASCII digit',
      { lengthBytes: 4, lengthEncoding: 'ascii', bytesMax: 10 },
      '20202039',
      'LINK_FRAME_LENGTH',
    ],
    [
      'a letter for an ASCII digit',
      { lengthBytes: 2, lengthEncoding: 'ascii', bytesMax: 10 },
      '3041',
      'LINK_FRAME_LENGTH',
    ],
    ['ASCII zeros', { lengthBytes: 4, lengthEncoding: 'ascii', bytesMax: 10 }, '30303030', 'LINK_FRAME_EMPTY'],
  ])('refuses %s', (_, format, hex, code) => {
    expect(faultOf(() => new FrameCodec(format).readLength(Buffer.from(hex, 'hex'), 0)).code).toBe(code)
  })

  it.each<[FrameFormat]>([
    [{ lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 65_536 }],
    [{ lengthBytes: 2, lengthEncoding: 'bcd', bytesMax: 10_000 }],
    [{ lengthBytes: 2, lengthEncoding: 'ascii', bytesMax: 100 }],
    [{ lengthBytes: 4, lengthEncoding: 'ascii', bytesMax: 10_000 }],
    [{ lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 0 }],
    [{ lengthBytes: 2, lengthEncoding: 'binary', bytesMax: 1.5 }],
  ])('refuses a format that cannot express its own limit: %j', (format) => {
    const fault = faultOf(() => new FrameCodec(format))
    expect(fault.code).toBe('LINK_FRAME_FORMAT')
    expect(fault.path).toBe('frame.bytesMax')
  })

  it('refuses to send what no frame may carry', () => {
    const codec = new FrameCodec({ lengthBytes: 2, lengthEncoding: 'ascii', bytesMax: 99 })
    expect(faultOf(() => codec.checkPayload(Buffer.alloc(0))).code).toBe('LINK_FRAME_EMPTY')
    const fault = faultOf(() => codec.checkPayload(Buffer.alloc(100)))
    expect(fault.code).toBe('LINK_FRAME_OVERSIZED')
    expect(fault.details).toEqual({ length: 100, bytesMax: 99 })
  })
})
