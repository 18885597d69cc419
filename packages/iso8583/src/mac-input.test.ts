// What the MAC of a message covers: from the MTI up to the MAC, without the envelope.

import { describe, expect, it } from 'vitest'
import { compileDialect, dialects, Message } from './index.ts'
import { faultOf, hexOf, title } from './testing/codecs.ts'

const codec = compileDialect(dialects.unionpayPos)
const envelope = { tpdu: '6000030000', header: '603100310000' }

function message(mac?: Uint8Array): Message {
  const built = new Message('0400').set(3, '000000').set(11, '000002')
  Object.assign(built.envelope, envelope)
  return mac === undefined ? built : built.set(64, mac)
}

describe('macInput', () => {
  it('gives the bytes from the MTI up to the MAC, and the MAC', () => {
    const bytes = codec.pack(message(Buffer.from('CE2790BE')))
    const { data, mac } = codec.macInput(bytes)
    expect(hexOf(data)).toBe('04002020000000000001000000000002')
    expect(mac.toString('latin1')).toBe('CE2790BE')
    expect(hexOf(Buffer.concat([Buffer.from('6000030000603100310000', 'hex'), data, mac]))).toBe(hexOf(bytes))
  })

  it('gives the same bytes whatever the MAC is, so a placeholder serves to compute it', () => {
    const placeholder = codec.macInput(codec.pack(message(Buffer.alloc(8))))
    const whole = codec.macInput(codec.pack(message(Buffer.from('CE2790BE'))))
    expect(hexOf(placeholder.data)).toBe(hexOf(whole.data))
  })

  it('does not share memory with the message', () => {
    const bytes = codec.pack(message(Buffer.from('CE2790BE')))
    const { data, mac } = codec.macInput(bytes)
    const before = [hexOf(data), hexOf(mac)]
    bytes.fill(0)
    expect([hexOf(data), hexOf(mac)]).toEqual(before)
  })

  it('covers what stands before the MAC when fields follow it', () => {
    const fields = {
      2: { title, content: 'digits', encoding: 'ascii', length: 1 },
      5: { title, content: 'bytes', encoding: 'hex', length: 2 },
      9: { title, content: 'digits', encoding: 'ascii', length: 1 },
    } as const
    const own = compileDialect({
      name: 'own',
      title,
      mti: { encoding: 'ascii' },
      bitmap: { encoding: 'binary', size: 8 },
      mac: { field: 5 },
      fields,
    })
    const bytes = own.pack(new Message('0200').set(2, '7').set(5, Buffer.from('A0FF', 'hex')).set(9, '9'))
    const { data, mac } = own.macInput(bytes)
    expect(hexOf(data)).toBe('30323030488000000000000037')
    expect(hexOf(mac)).toBe('A0FF')
  })

  it.each([
    ['the message carries none', codec, codec.pack(message()), 'ISO_MAC_MISSING', '64'],
    [
      'the dialect declares none',
      compileDialect(dialects.iso87Bcd),
      compileDialect(dialects.iso87Bcd).pack(new Message('0800')),
      'ISO_MAC_MISSING',
      'mac',
    ],
    ['the message is cut', codec, codec.pack(message(Buffer.alloc(8))).subarray(0, 30), 'ISO_TRUNCATED', '64'],
    [
      'bytes follow the MAC',
      codec,
      Buffer.concat([codec.pack(message(Buffer.alloc(8))), Buffer.alloc(1)]),
      'ISO_TRAILING_BYTES',
      'message',
    ],
  ] as const)('is refused when %s', (...[, reader, bytes, code, path]) => {
    const fault = faultOf(() => reader.macInput(bytes))
    expect([fault.code, fault.path]).toEqual([code, path])
  })
})
