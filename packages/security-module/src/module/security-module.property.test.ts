// What holds for every key, PIN, PAN and message.

import { Fault } from '@shua/assert'
import { Sensitive } from '@shua/card-data'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyBlock, KeyUsage, MacVariant, PinBlockFormat } from '../index.ts'
import { exampleKeys, secret, testModule } from '../testing/example-keys.ts'

const module = testModule('properties')
const digits = (minLength: number, maxLength: number) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength, maxLength })
    .map((text) => new Sensitive(text))
const anyPin = digits(4, 12)
const anyPan = digits(12, 19)
const algorithmOf = { 0: 'tdes2', 1: 'tdes3', 3: 'des', 4: 'aes256', sm4: 'sm4', withoutPan: 'tdes2' } as const
const anyFormat = fc.constantFrom<PinBlockFormat>(0, 1, 3, 4, 'sm4', 'withoutPan')
const withoutPan = new Set<PinBlockFormat>([1, 'withoutPan'])
const pvvKey = module.generateKey({ usage: 'pinVerification', algorithm: 'tdes2' })
const offsetKey = module.generateKey({ usage: 'pinOffset', algorithm: 'tdes2' })
const parameters = { decimalisation: '0123456789012345', panStart: 0, panLength: 12, panFiller: 'D' }

/** A new PIN key for a format. */
function side(format: PinBlockFormat): { key: KeyBlock; format: PinBlockFormat } {
  return { key: module.generateKey({ usage: 'pin', algorithm: algorithmOf[format] }), format }
}

function code(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Fault ? error.code : 'no fault'
  }
  return 'accepted'
}

describe('PIN blocks', () => {
  it('a translated block holds the PIN, under the other key and in the other format', () => {
    fc.assert(
      fc.property(anyFormat, anyFormat, anyPin, anyPan, (fromFormat, toFormat, pin, pan) => {
        fc.pre(withoutPan.has(fromFormat) || !withoutPan.has(toFormat))
        const [from, to] = [side(fromFormat), side(toFormat)]
        const block = module.translatePinBlock({ from, to, block: module.encryptPinBlock({ ...from, pin, pan }), pan })
        const pvv = module.pinVerificationValue({ key: pvvKey, keyIndex: 2, pin, pan })
        const check = { pinKey: to.key, format: to.format, block, pan }
        expect(module.verifyPin({ ...check, pvvKey, pvvKeyIndex: 2, pvv })).toBe('right')
        const offset = module.pinOffset({ key: offsetKey, pin, pan, parameters })
        expect(module.verifyPinOffset({ ...check, offsetKey, parameters, offset })).toBe('right')
        // The formats without random filling give the very block that enciphering anew gives.
        const repeatable = toFormat === 0 || toFormat === 'sm4' || toFormat === 'withoutPan'
        expect(!repeatable || block.equals(module.encryptPinBlock({ ...to, pin, pan }))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('another PIN is wrong, at whatever digit it differs', () => {
    fc.assert(
      fc.property(anyFormat, anyPin, anyPin, anyPan, (format, pin, typed, pan) => {
        fc.pre(pin.reveal() !== typed.reveal())
        const { key } = side(format)
        const block = module.encryptPinBlock({ key, format, pin: typed, pan })
        const offset = module.pinOffset({ key: offsetKey, pin, pan, parameters })
        expect(module.verifyPinOffset({ pinKey: key, format, block, pan, offsetKey, parameters, offset })).toBe('wrong')
      }),
      { numRuns: 150 },
    )
  })

  it('a changed block is never right', () => {
    const format = 0
    const { key } = side(format)
    fc.assert(
      fc.property(anyPin, anyPan, fc.nat(63), (pin, pan, bit) => {
        const block = module.encryptPinBlock({ key, format, pin, pan })
        block[bit >> 3]! ^= 1 << (bit & 7)
        const offset = module.pinOffset({ key: offsetKey, pin, pan, parameters })
        const result = module.verifyPinOffset({ pinKey: key, format, block, pan, offsetKey, parameters, offset })
        expect(result).not.toBe('right')
      }),
    )
  })
})

describe('MACs', () => {
  const keyOf: Record<MacVariant, KeyBlock> = {
    unionpayEcb: module.generateKey({ usage: 'mac', algorithm: 'des' }),
    unionpayEcb3des: module.generateKey({ usage: 'mac', algorithm: 'tdes2' }),
    x99: module.generateKey({ usage: 'mac', algorithm: 'des' }),
    x919: module.generateKey({ usage: 'mac', algorithm: 'tdes2' }),
    sm4Ecb: module.generateKey({ usage: 'mac', algorithm: 'sm4' }),
  }
  const anyVariant = fc.constantFrom(...(Object.keys(keyOf) as MacVariant[]))
  const anyMessage = fc.uint8Array({ minLength: 1, maxLength: 300 })

  it('a flipped bit in the MAC or the message is refused', () => {
    fc.assert(
      fc.property(anyVariant, anyMessage, fc.nat(), (variant, data, position) => {
        const key = keyOf[variant]
        const mac = module.computeMac({ key, variant, data })
        expect(module.verifyMac({ key, variant, data, mac })).toBe(true)
        const [changedMac, changedData] = [Buffer.from(mac), Buffer.from(data)]
        changedMac[(position >> 3) % mac.length]! ^= 1 << (position & 7)
        changedData[(position >> 3) % data.length]! ^= 1 << (position & 7)
        expect(module.verifyMac({ key, variant, data, mac: changedMac })).toBe(false)
        expect(module.verifyMac({ key, variant, data: changedData, mac })).toBe(false)
      }),
    )
  })

  it('hold for the general methods too', () => {
    const anyMethod = fc.constantFrom(
      { algorithm: 1, padding: 2, macBytes: 8 } as const,
      { algorithm: 3, padding: 2, macBytes: 8 } as const,
      { algorithm: 3, padding: 3, macBytes: 4 } as const,
      { algorithm: 5, macBytes: 8 } as const,
    )
    const key = keyOf.x919
    fc.assert(
      fc.property(anyMethod, anyMessage, fc.nat(), (method, data, position) => {
        const mac = module.computeIso9797Mac({ key, method, data })
        expect(mac.length).toBe(method.macBytes)
        expect(module.verifyIso9797Mac({ key, method, data, mac })).toBe(true)
        mac[(position >> 3) % mac.length]! ^= 1 << (position & 7)
        expect(module.verifyIso9797Mac({ key, method, data, mac })).toBe(false)
      }),
    )
  })
})

describe('tracks', () => {
  it('come back from encryption as they were, with D as separator inside the block', () => {
    const keys = (['des', 'tdes2', 'sm4'] as const).map((algorithm) =>
      module.generateKey({ usage: 'track', algorithm }),
    )
    const anyTrack = fc.tuple(digits(1, 60), digits(1, 46))
    fc.assert(
      fc.property(fc.constantFrom(...keys), anyTrack, (key, [before, after]) => {
        const track = `${before.reveal()}=${after.reveal()}`
        const encrypted = module.encryptTrack({ key, track: new Sensitive(track) })
        const decrypted = module.decryptTrack({ key, track: encrypted })
        expect(decrypted.reveal().replace('D', '=')).toBe(track)
      }),
    )
  })
})

describe('key blocks', () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))

  it('with any character changed to any other are refused', () => {
    const block = module.generateKey({ usage: 'mac', algorithm: 'tdes2' })
    const accepted: string[] = []
    for (let position = 0; position < block.length; position++) {
      for (const character of printable.filter((one) => one !== block[position])) {
        const changed = block.slice(0, position) + character + block.slice(position + 1)
        if (code(() => module.checkValue(changed as KeyBlock)) !== 'SECURITY_KEY_BLOCK') accepted.push(changed)
      }
    }
    expect(accepted).toEqual([])
    expect(code(() => module.checkValue(block))).toBe('accepted')
  })

  it.each(['B', 'D'] as const)('of version %s from a partner are refused when changed, cut or extended', (version) => {
    const algorithm = version === 'B' ? 'tdes2' : 'aes128'
    const under = module.importKey({ usage: 'keyBlockProtection', algorithm, key: secret(exampleKeys.tdk) })
    const key = module.generateKey({ usage: 'pin', algorithm: 'tdes2' })
    const block = module.exportKeyBlock({ under, key, version })
    const refused = (text: string) => code(() => module.importKeyBlock({ under, block: text }))
    for (let position = 0; position < block.length; position++) {
      const other = block[position] === 'A' ? 'B' : 'A'
      const changed = block.slice(0, position) + other + block.slice(position + 1)
      // Another version letter asks for a protection key of another family.
      const codes = position === 0 ? ['SECURITY_KEY_BLOCK', 'SECURITY_KEY_ALGORITHM'] : ['SECURITY_KEY_BLOCK']
      expect(codes).toContain(refused(changed))
      expect(refused(block.slice(0, position))).toBe('SECURITY_KEY_BLOCK')
    }
    for (const tail of ['0', '00', '0'.repeat(16), '0'.repeat(32), ' ', '\n']) {
      expect(refused(block + tail)).toBe('SECURITY_KEY_BLOCK')
    }
    expect(refused(block)).toBe('accepted')
  })

  it('never fail otherwise than by a fault, whatever text comes', () => {
    const under = module.importKey({ usage: 'keyBlockProtection', algorithm: 'tdes2', key: secret(exampleKeys.tdk) })
    const anyText = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc
        .tuple(
          fc.constantFrom('A', 'B', 'C', 'D', 'E'),
          fc.nat(99),
          fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'.split('')), maxLength: 200 }),
        )
        .map(([version, count, rest]) => {
          const blocks = String(count).padStart(2, '0')
          return `${version}${String(16 + rest.length).padStart(4, '0')}P0TE00N${blocks}00${rest}`
        }),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        expect(['SECURITY_KEY_BLOCK', 'SECURITY_KEY_ALGORITHM']).toContain(
          code(() => module.importKeyBlock({ under, block: text })),
        )
        expect(code(() => module.checkValue(text as KeyBlock))).toBe('SECURITY_KEY_BLOCK')
      }),
      { numRuns: 500 },
    )
  })

  it('give back the check value of the key that went in', () => {
    const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Sensitive(Buffer.from(bytes)))
    fc.assert(
      fc.property(anyKey, fc.constantFrom<KeyUsage>('pin', 'mac'), (key, usage) => {
        const restarted = testModule('properties')
        const block = module.importKey({ usage, algorithm: 'sm4', key })
        expect(restarted.checkValue(block)).toEqual(module.checkValue(block))
        expect(module.importKey({ usage, algorithm: 'sm4', key })).not.toBe(block)
      }),
    )
  })
})
