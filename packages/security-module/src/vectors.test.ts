// Every published vector of the covered areas. Each vector must be run, each of its expected values compared, and the
// number per area is fixed here, so that neither a vector nor a value can be skipped unseen.

import { readFileSync } from 'node:fs'
import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import { cardVerificationValue } from './card-verification/card-verification-value.ts'
import { deriveCardKey } from './card-verification/card-key.ts'
import { cvc3, dynamicCvv } from './card-verification/dynamic-card-verification.ts'
import { BlockCipher } from './cipher/block-cipher.ts'
import type { KeyAlgorithm } from './cipher/key-algorithm.ts'
import {
  aesDukptTransactionsLeft,
  aesInitialKey,
  aesPurposeKey,
  aesTransactionKey,
  nextAesDukptCounter,
  type AesAlgorithm,
} from './dukpt/aes-dukpt.ts'
import { tdesPurposeKey, tdesTransactionKey } from './dukpt/tdes-dukpt.ts'
import { combineComponents, recoverSchemeUKey, sm3, SoftwareSecurityModule, type SecurityFaultCode } from './index.ts'
import { formatKeyBlockHeader, parseKeyBlockHeader, type KeyBlockVersion } from './key-block/key-block-header.ts'
import { KeyBlockProtection, protectionKeys } from './key-block/key-block-protection.ts'
import { applyKeyVariant, withOddParity } from './key/des-key.ts'
import { keyCheckValue } from './key/key-check-value.ts'
import { Cmac } from './mac/cmac.ts'
import { cbcMac, retailMac } from './mac/iso9797.ts'
import { pad, type PaddingMethod } from './mac/padding.ts'
import { foldBlocks, terminalMac } from './mac/terminal-mac.ts'
import { decipherPinBlock, encipherPinBlock } from './pin/encrypted-pin-block.ts'
import {
  decodePinBlock,
  encodePinBlock,
  panField,
  panField4,
  pinOfField4,
  type ClearPinBlockFormat,
} from './pin/pin-block.ts'
import { pinOffset, pinOfOffset, pinVerificationValue } from './pin/pin-verification.ts'
import { faultOf } from './testing/fault-of.ts'
import { trackDataBlock } from './track/track-encryption.ts'

interface Vector {
  readonly id: string
  readonly area: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly expected: Readonly<Record<string, unknown>>
  readonly derived?: Readonly<Record<string, unknown>>
  readonly negative?: boolean
}

const vectors = JSON.parse(
  readFileSync(new URL('../testdata/crypto-vectors.json', import.meta.url), 'utf8'),
) as readonly Vector[]

/** How many vectors each covered area has. */
const covered = {
  'pin-block': 36,
  'key-check': 12,
  mac: 15,
  padding: 4,
  cmac: 9,
  hash: 3,
  'dukpt-tdes': 24,
  'dukpt-aes': 29,
  'card-verification': 10,
  'pin-verification': 11,
  tr31: 28,
  'hsm-lmk': 4,
} as const
type Area = keyof typeof covered

/** Areas of other parts of the product. */
const leftOut =
  'tlv pboc arqc script-pin script-mac emv-kd capk oda oda-own oda-sm2 sm2 ' +
  'qr-mpm qr-cpm e2e-own dol apdu-trace cvm-list afl field55 track2 luhn crc16'

/** A vector and what the product answers to it; in the end the answers must equal the expected values, all of them. */
class Case {
  readonly vector: Vector
  readonly answers: Record<string, unknown> = {}

  constructor(vector: Vector) {
    this.vector = vector
  }

  has(name: string): boolean {
    return Object.hasOwn(this.vector.inputs, name)
  }

  text(name: string): string {
    const value = this.vector.inputs[name]
    if (typeof value !== 'string') throw new Error(`${this.vector.id} has no text ${name}`)
    return value
  }

  number(name: string): number {
    const value = this.vector.inputs[name]
    if (typeof value !== 'number') throw new Error(`${this.vector.id} has no number ${name}`)
    return value
  }

  bytes(name: string): Buffer {
    return Buffer.from(this.text(name), 'hex')
  }

  des(name: string): BlockCipher {
    const key = this.bytes(name)
    return new BlockCipher(({ 8: 'des', 16: 'tdes2', 24: 'tdes3' } as const)[key.length as 8 | 16 | 24], key)
  }

  aes(name: string): BlockCipher {
    return new BlockCipher(aesAlgorithm(this.bytes(name)), this.bytes(name))
  }

  /** One answer; bytes are compared as upper-case hex. */
  is(name: string, actual: string | Buffer | undefined | readonly unknown[]): void {
    this.answers[name] = Buffer.isBuffer(actual) ? hex(actual) : actual
  }

  /** The first bytes of an answer, as many as the vector has. */
  begins(name: string, actual: Buffer): void {
    this.is(name, actual.subarray(0, String(this.vector.expected[name]).length / 2))
  }

  refused(work: () => unknown, code: SecurityFaultCode): void {
    this.is('result', faultOf(work).code === code ? 'error' : 'another fault')
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

function aesAlgorithm(key: Buffer): AesAlgorithm {
  return ({ 16: 'aes128', 24: 'aes192', 32: 'aes256' } as const)[key.length as 16 | 24 | 32]
}

/** Gives out the bytes of a vector instead of random ones. */
function given(bytes: Buffer): (size: number) => Buffer {
  return (size) => {
    expect(size).toBeLessThanOrEqual(bytes.length)
    return bytes.subarray(0, size)
  }
}

const noRandom = (): Buffer => {
  throw new Error('this vector is not random')
}

const run: Record<Area, (c: Case) => void> = {
  'pin-block': (c) => {
    if (c.vector.negative) return refusedPinBlock(c)
    if (c.has('enc')) {
      const format = c.has('pan') ? 0 : 1
      const options = { block: c.bytes('enc'), pan: c.has('pan') ? c.text('pan') : '' }
      return c.is('pin', decipherPinBlock(c.des('key'), format, options))
    }
    if (c.has('encPinKey')) return sm4PinBlock(c)
    if (c.has('key')) {
      const cipher = new BlockCipher('sm4', c.bytes('key'))
      c.is('enc', cipher.encrypt(c.bytes('pinBlock')))
      return
    }
    if (!c.has('format')) return c.is('panField', panField4(c.text('pan')))
    const format = c.number('format') as ClearPinBlockFormat
    const pan = c.has('pan') ? c.text('pan') : ''
    if (c.has('pinBlock')) {
      expect(format).toBe(3)
      return c.is('pin', decodePinBlock(format, c.bytes('pinBlock'), pan))
    }
    // The vector's filling stands at the right end of the block, whatever the length of the PIN before it.
    const fill = c.has('fill') ? Buffer.from(c.text('fill').padEnd(14, '0'), 'hex') : undefined
    const block = encodePinBlock(format, c.text('pin'), { pan, random: fill ? given(fill) : noRandom })
    c.is('pinBlock', block)
    if (Object.hasOwn(c.vector.expected, 'panField')) c.is('panField', panField(pan, 8))
    expect(decodePinBlock(format, block, pan)).toBe(c.text('pin'))
  },

  'key-check': (c) => {
    if (c.has('component1')) {
      const components = [new Sensitive(c.bytes('component1')), new Sensitive(c.bytes('component2'))]
      const key = combineComponents({ algorithm: 'tdes2', components }).reveal()
      return c.begins('kcv', keyCheckValue(new BlockCipher('tdes2', key)))
    }
    if (c.has('variant')) return c.is('key', applyKeyVariant(c.bytes('key'), c.number('variant')))
    if (c.has('data')) {
      c.is('enc', c.des('key').encrypt(c.bytes('data')))
      expect(c.des('key').decrypt(Buffer.from(String(c.vector.expected['enc']), 'hex'))).toEqual(c.bytes('data'))
      return
    }
    if (Object.hasOwn(c.vector.expected, 'adjusted')) return c.is('adjusted', withOddParity(c.bytes('key')))
    const aes = c.vector.name.startsWith('AES') || c.has('method')
    c.begins('kcv', keyCheckValue(aes ? c.aes('key') : c.des('key')))
  },

  mac: (c) => {
    if (c.has('track2')) {
      const track = c.text('track2')
      return c.is('tdb2', trackDataBlock(new BlockCipher('tdes2', Buffer.alloc(16, 1)), track))
    }
    if (c.has('mab') && !c.has('tak')) {
      for (const [name, blocks] of [
        ['x2', 2],
        ['x3', 3],
        ['x4', 4],
      ] as const) {
        c.is(name, foldBlocks(c.bytes('mab').subarray(0, blocks * 8), 8))
      }
      return
    }
    if (c.has('tak')) return unionpayMac(c)
    const padded = pad(c.bytes('data'), 8, c.number('padding') as PaddingMethod)
    if (c.has('k1')) return c.is('mac', retailMac(c.des('k1'), c.des('k2'), padded))
    const key = c.des('key')
    const retail = /alg 3|X9\.19/.test(c.vector.name)
    const mac = retail ? retailMac(key.part(0), key.part(1), padded) : cbcMac(key, padded)
    if (Object.hasOwn(c.vector.expected, 'macAsciiHex')) {
      return c.is('macAsciiHex', Buffer.from(hex(mac.subarray(0, 4)), 'latin1'))
    }
    c.begins('mac', mac)
  },

  padding: (c) => {
    c.is('padded', pad(c.bytes('data'), c.number('block'), c.number('method') as PaddingMethod))
  },

  cmac: (c) => {
    const cipher = c.vector.name.startsWith('AES') ? c.aes('key') : c.des('key')
    c.is('cmac', new Cmac(cipher).compute(c.bytes('data')))
  },

  hash: (c) => c.is('sm3', sm3(c.bytes('data'))),

  'dukpt-tdes': (c) => {
    const key = tdesTransactionKey(c.bytes('bdk'), c.bytes('ksn'))
    c.is('txnKey', key)
    const cipher = (purpose: Parameters<typeof tdesPurposeKey>[1]) =>
      new BlockCipher('tdes2', tdesPurposeKey(key, purpose))
    const data = c.bytes('macData')
    const mac = (mac: BlockCipher) => retailMac(mac.part(0), mac.part(1), pad(data, 8, 1)).subarray(0, 4)
    c.is('encryptedPinBlock', cipher('pin').encrypt(c.bytes('clearPinBlock')))
    c.is('macRequest', mac(cipher('macRequest')))
    c.is('macResponse', mac(cipher('macResponse')))
    c.is('cmacRequest', new Cmac(cipher('macRequest')).compute(data))
    c.is('cmacResponse', new Cmac(cipher('macResponse')).compute(data))
    c.is('dataRequestCbc', cipher('dataRequest').encryptCbc(Buffer.alloc(8), pad(data, 8, 1)))
  },

  'dukpt-aes': (c) => {
    if (c.has('maxOnes')) return c.is('count', String(aesDukptTransactionsLeft(0)))
    if (c.has('rule')) {
      const next = nextAesDukptCounter(parseInt(c.text('counter'), 16))
      return c.is('next', next!.toString(16).toUpperCase().padStart(8, '0'))
    }
    const base = c.bytes('bdk')
    const algorithm = aesAlgorithm(base)
    if (!c.has('ksn')) return c.is('ik', aesInitialKey(algorithm, base, c.bytes('ikid')))
    const ksn = c.bytes('ksn')
    expect(ksn.readUInt32BE(8)).toBe(c.number('counter'))
    const key = aesTransactionKey(algorithm, base, ksn)
    c.is('txnKey', key)
    aesPurposeKeys(c, algorithm, key)
  },

  'card-verification': (c) => {
    const pan = c.text('pan')
    if (c.has('cvkA')) {
      const cipher = new BlockCipher('tdes2', Buffer.concat([c.bytes('cvkA'), c.bytes('cvkB')]))
      const options = { pan, expiry: c.text('expiry'), serviceCode: c.text('serviceCode') }
      return c.is('cvv', cardVerificationValue(cipher, options))
    }
    if (c.has('cvk')) {
      const serviceCode = c.text('authResultCode') + c.text('secondFactor')
      return c.is('cavv', cardVerificationValue(c.des('cvk'), { pan, expiry: c.text('upn'), serviceCode }))
    }
    dynamicValues(c, pan)
  },

  'pin-verification': (c) => {
    const [pin, pan] = [c.text('pin'), c.text('pan')]
    if (c.has('pvki')) {
      return c.is('pvv', pinVerificationValue(c.des('pvk'), { keyIndex: Number(c.text('pvki')), pin, pan }))
    }
    const parameters = {
      decimalisation: c.text('decimalisation'),
      panStart: c.number('panOffset'),
      panLength: c.number('panLength'),
      panFiller: c.text('panPad'),
    }
    const offset = pinOffset(c.des('pvk'), { pin, pan, parameters })
    c.is('offset', offset)
    c.is('pinFromOffset', pinOfOffset(c.des('pvk'), { offset, pan, parameters }))
  },

  tr31: (c) => {
    const kbpk = c.bytes('kbpk')
    if (!c.has('keyBlock') && !c.has('header')) {
      const keys = protectionKeys('B', 'tdes2', kbpk)
      c.is('kbek', keys.encryption)
      return c.is('kbak', keys.authentication)
    }
    const version = c.text(c.has('header') ? 'header' : 'keyBlock')[0] as KeyBlockVersion
    const protection = new KeyBlockProtection(version, protectionAlgorithm(version, kbpk), kbpk)
    if (c.vector.negative) return c.refused(() => protection.unwrap(c.text('keyBlock')), 'SECURITY_KEY_BLOCK')
    if (c.has('header')) {
      const { header } = parseKeyBlockHeader(c.text('header') + '0'.repeat(Number(c.text('header').slice(1, 5)) - 16))
      return c.is('keyBlock', protection.wrap(header, c.bytes('key'), c.bytes('pad')))
    }
    const { header, key } = protection.unwrap(c.text('keyBlock'))
    c.is('key', key)
    c.is('header', c.text('keyBlock').slice(0, 16))
    expect(formatKeyBlockHeader(header, c.text('keyBlock').length)).toBe(
      c.text('keyBlock').slice(0, parseKeyBlockHeader(c.text('keyBlock')).payloadStart),
    )
    c.is(
      'blocks',
      header.optionalBlocks.map(({ id, data }) => [id, data]),
    )
    const derivedKcv = c.vector.derived?.['kcv']
    if (derivedKcv !== undefined) {
      expect(hex(keyCheckValue(new BlockCipher('tdes2', key)).subarray(0, 3))).toBe(derivedKcv)
    }
  },

  'hsm-lmk': (c) => {
    const key = recoverSchemeUKey({
      lmk: new Sensitive(c.bytes('lmk')),
      variant: c.number('variant'),
      cryptogram: c.bytes('enc'),
    }).reveal()
    c.is('clearKey', key)
    c.begins('kcv', keyCheckValue(new BlockCipher('tdes2', key)))
  },
}

/** Formats 0 and 4 are refused by the module itself; format 2 exists for chips only and has no online operation. */
function refusedPinBlock(c: Case): void {
  const format = c.number('format')
  if (format === 2) {
    c.is('result', 'error')
    expect(decodePinBlock(2, c.bytes('pinBlock'), '')).toBeUndefined()
    return
  }
  const clear = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')
  const cipher = format === 4 ? c.aes('key') : new BlockCipher('tdes2', clear)
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(Buffer.alloc(32, 7)), (size) => Buffer.alloc(size))
  const key = module.importKey({
    usage: 'pin',
    algorithm: cipher.algorithm,
    key: new Sensitive(format === 4 ? c.bytes('key') : clear),
  })
  const block = format === 4 ? c.bytes('pinBlock') : cipher.encrypt(c.bytes('pinBlock'))
  const side = { key, format: format as 0 | 4 }
  const pan = new Sensitive(c.text('pan'))
  c.refused(() => module.translatePinBlock({ from: side, to: side, block, pan }), 'SECURITY_PIN_BLOCK')
}

function sm4PinBlock(c: Case): void {
  const key = new BlockCipher('sm4', new BlockCipher('sm4', c.bytes('tmk')).decrypt(c.bytes('encPinKey')))
  c.begins('kcv8', keyCheckValue(key))
  const [pin, pan] = [c.text('pin'), c.text('pan')]
  c.is('panField', panField(pan, 16))
  // A PAN of zeros leaves the PIN half alone.
  c.is('pinField', encodePinBlock('sm4', pin, { pan: '0'.repeat(16), random: noRandom }))
  const block = encodePinBlock('sm4', pin, { pan, random: noRandom })
  c.is('pinBlock', block)
  expect(decodePinBlock('sm4', block, pan)).toBe(pin)
}

function unionpayMac(c: Case): void {
  const key = c.des('tak')
  const folded = foldBlocks(c.bytes('mab'), 8)
  c.is('xorBlock', folded)
  const digits = Buffer.from(hex(folded), 'latin1')
  c.is('hexAscii', digits)
  const first = key.encrypt(digits.subarray(0, 8))
  c.is('enc1', first)
  const second = key.encrypt(Buffer.from(first.map((byte, i) => byte ^ digits[8 + i]!)))
  c.is('enc2', second)
  c.is('macField64Ascii', terminalMac(key, 'unionpayEcb', c.bytes('mab')))
}

function aesPurposeKeys(c: Case, algorithm: AesAlgorithm, transactionKey: Buffer): void {
  const ksn = c.bytes('ksn')
  const names = { pinKey: 'pin', macGenKey: 'macRequest', dataEncKey: 'dataRequest' } as const
  for (const [name, purpose] of Object.entries(names)) {
    for (const keyAlgorithm of ['aes128', 'aes256'] as const) {
      const expected = `${name}${keyAlgorithm === 'aes128' ? 'Aes128' : 'Aes256'}`
      if (!Object.hasOwn(c.vector.expected, expected)) continue
      c.is(expected, aesPurposeKey(algorithm, transactionKey, { ksn, purpose, keyAlgorithm }))
    }
  }
  if (!c.has('pinField4')) return
  const [pin, pan] = [c.text('pin'), c.text('pan')]
  const pinKey = new BlockCipher(
    'aes128',
    aesPurposeKey(algorithm, transactionKey, { ksn, purpose: 'pin', keyAlgorithm: 'aes128' }),
  )
  expect(hex(panField4(pan))).toBe(c.text('panField4'))
  expect(pinOfField4(c.bytes('pinField4'))).toBe(pin)
  const block = encipherPinBlock(pinKey, 4, { pin, pan, random: given(c.bytes('pinField4').subarray(8)) })
  c.is('encryptedPinBlock4', block)
  expect(decipherPinBlock(pinKey, 4, { block, pan })).toBe(pin)
}

function dynamicValues(c: Case, pan: string): void {
  const option = c.has('option') ? (c.text('option') as 'A' | 'B') : 'A'
  const master = c.des(c.has('imkCvc3') ? 'imkCvc3' : 'imk')
  const cardKey = deriveCardKey(master, { pan, panSequence: c.text('psn'), option })
  if (c.has('serviceCode')) {
    const options = { pan, expiry: c.text('expiry'), serviceCode: c.text('serviceCode'), counter: c.text('atc') }
    return c.is('dcvv', dynamicCvv(cardKey, options))
  }
  if (Object.hasOwn(c.vector.expected, 'iccKcv')) c.begins('iccKcv', keyCheckValue(cardKey))
  const digits = c.text(c.has('track') ? 'track' : 'data')
  const trackData = Buffer.from(digits, 'hex')
  c.is('cvc3', cvc3(cardKey, { trackData, unpredictableNumber: c.bytes('un'), counter: c.bytes('atc') }))
}

function protectionAlgorithm(version: KeyBlockVersion, kbpk: Buffer): KeyAlgorithm {
  return version === 'D' || version === 'E' ? aesAlgorithm(kbpk) : kbpk.length === 16 ? 'tdes2' : 'tdes3'
}

const counted = new Map<string, number>()

describe.each(Object.keys(covered) as Area[])('vectors of %s', (area) => {
  const own = vectors.filter((vector) => vector.area === area)

  it.each(own.map((vector) => [vector.id, vector.name, vector] as const))('%s %s', (_id, _name, vector) => {
    const c = new Case(vector)
    run[area](c)
    expect(c.answers).toEqual(vector.expected)
    counted.set(area, (counted.get(area) ?? 0) + 1)
  })

  it(`are ${covered[area]}, all run`, () => {
    expect(own.length).toBe(covered[area])
    expect(counted.get(area)).toBe(covered[area])
  })
})

it('leave out only the areas named here', () => {
  const areas = new Set(vectors.map(({ area }) => area))
  expect([...areas].toSorted()).toEqual([...Object.keys(covered), ...leftOut.split(' ')].toSorted())
})
