import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameCodec, terminalFrame } from './frame-format.ts'
import { FrameReader } from './frame-reader.ts'

const codec = new FrameCodec(terminalFrame)

function readAll(reader: FrameReader, chunk: Buffer): Buffer[] {
  const payloads: Buffer[] = []
  reader.push(chunk)
  for (let payload = reader.next(); payload !== undefined; payload = reader.next()) payloads.push(payload)
  return payloads
}

describe('frame reader', () => {
  it('finds the same payloads however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(payloads, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (arrays, cuts) => {
        const sent = arrays.map((bytes) => Buffer.from(bytes))
        const stream = codec.encode(sent)
        const places = cuts.map((cut) => Math.floor(cut * stream.length)).toSorted((a, b) => a - b)
        const reader = new FrameReader(codec)
        const read: Buffer[] = []
        let from = 0
        for (const to of [...places, stream.length]) {
          read.push(...readAll(reader, stream.subarray(from, to)))
          expect(reader.hasMore).toBe(false)
          from = to
        }
        expect(read.map((payload) => payload.toString('hex'))).toEqual(sent.map((payload) => payload.toString('hex')))
        expect(reader.midFrame).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('reads a stream that comes byte by byte', () => {
    const stream = codec.encode([Buffer.from('first'), Buffer.from('second')])
    const reader = new FrameReader(codec)
    const read = [...stream].flatMap((byte) => readAll(reader, Buffer.from([byte])))
    expect(read.map(String)).toEqual(['first', 'second'])
  })

  it('hands out a frame that lies whole in a chunk without copying it', () => {
    const chunk = codec.encode([Buffer.from('abc'), Buffer.from('de')])
    const [first, second] = readAll(new FrameReader(codec), chunk)
    chunk.fill(0x78)
    expect(String(first)).toBe('xxx')
    expect(String(second)).toBe('xx')
  })

  it('keeps the rest of a chunk when another comes before it was read', () => {
    const stream = codec.encode([Buffer.from('one'), Buffer.from('two')])
    const reader = new FrameReader(codec)
    reader.push(stream.subarray(0, 7))
    expect(String(reader.next())).toBe('one')
    expect(reader.hasMore).toBe(true)
    expect(readAll(reader, stream.subarray(7)).map(String)).toEqual(['two'])
  })

  it('knows whether it stands inside a frame', () => {
    const reader = new FrameReader(codec)
    expect(readAll(reader, Buffer.from([0]))).toEqual([])
    expect(reader.midFrame).toBe(true)
    expect(readAll(reader, Buffer.from([2, 65]))).toEqual([])
    expect(reader.midFrame).toBe(true)
    expect(readAll(reader, Buffer.from([66])).map(String)).toEqual(['AB'])
    expect(reader.midFrame).toBe(false)
  })

  it('refuses an oversized frame when its length is complete, in whatever pieces that came', () => {
    const reader = new FrameReader(codec)
    expect(readAll(reader, Buffer.from([0xff]))).toEqual([])
    reader.push(Buffer.from([0xff]))
    expect(() => reader.next()).toThrow('over the limit')
    const whole = new FrameReader(codec)
    whole.push(Buffer.from([0xff, 0xff, 0x00]))
    expect(() => whole.next()).toThrow('over the limit')
  })
})
