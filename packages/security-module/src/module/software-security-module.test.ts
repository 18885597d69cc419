// What the module allows and refuses. The numbers it computes are proven in vectors.test.ts and worked-examples.test.ts.

import { inspect } from 'node:util'
import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import {
  aesDukptTransactionsLeft,
  combineComponents,
  componentCheckValue,
  keyUsages,
  nextAesDukptCounter,
  parseKeyBlock,
  recoverSchemeUKey,
  securityFaults,
  SoftwarePinPad,
  SoftwareSecurityModule,
  type DukptPurpose,
  type KeyAlgorithm,
  type KeyBlock,
  type KeyUsage,
  type PinBlockFormat,
  type SecurityFaultCode,
} from '../index.ts'
import { KeyBlockProtection, type KeyBlockHeader } from '../key-block/key-block-protection.ts'
import {
  exampleKeys,
  examplePan as pan,
  examplePin as pin,
  secret,
  seededRandom,
  testModule,
} from '../testing/example-keys.ts'
import { faultOf } from '../testing/fault-of.ts'

const module = testModule()
const usages = Object.keys(keyUsages) as KeyUsage[]
/** One key of every usage, each of the first algorithm it allows beyond single DES. */
const keys = Object.fromEntries(
  usages.map((usage) => {
    const algorithm = keyUsages[usage].algorithms.find((name) => name !== 'des') as KeyAlgorithm
    return [usage, module.generateKey({ usage, algorithm })]
  }),
) as Record<KeyUsage, KeyBlock>

const format = 0 as PinBlockFormat
const block = module.encryptPinBlock({ key: keys.pin, format, pin, pan })
const track = new Sensitive('6225880000000001D30122011234567890123')
const parameters = { decimalisation: '1234567890123456', panStart: 0, panLength: 16, panFiller: 'F' }
const data = Buffer.from('0200302004C020C0', 'hex')
const method = { algorithm: 5, macBytes: 8 } as const
const card = { pan, panSequence: '01', option: 'A' } as const
const aesKey = module.generateKey({ usage: 'dataEncryption', algorithm: 'aes256' })
const sealed = module.seal({ key: aesKey, value: pan, context: 'card:1' })
const anyCryptogram = Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex')
const ksn = Buffer.from('FFFF9876543210E00001', 'hex')

/** Every operation, the usage of the key it takes, and the call with some key in that place. */
const operations: readonly [name: string, usage: KeyUsage, call: (key: KeyBlock) => unknown][] = [
  ['wrapKey under', 'terminalMaster', (under) => module.wrapKey({ under, key: keys.pin })],
  [
    'unwrapKey under',
    'terminalMaster',
    (under) => module.unwrapKey({ under, cryptogram: anyCryptogram, usage: 'pin', algorithm: 'tdes2' }),
  ],
  [
    'exportKeyBlock under',
    'keyBlockProtection',
    (under) => module.exportKeyBlock({ under, key: keys.pin, version: 'B' }),
  ],
  ['importKeyBlock under', 'keyBlockProtection', (under) => module.importKeyBlock({ under, block: foreignBlock() })],
  ['computeMac', 'mac', (key) => module.computeMac({ key, variant: 'x919', data })],
  ['verifyMac', 'mac', (key) => module.verifyMac({ key, variant: 'x919', data, mac: data })],
  ['computeIso9797Mac', 'mac', (key) => module.computeIso9797Mac({ key, method, data })],
  ['verifyIso9797Mac', 'mac', (key) => module.verifyIso9797Mac({ key, method, data, mac: data })],
  ['encryptPinBlock', 'pin', (key) => module.encryptPinBlock({ key, format, pin, pan })],
  [
    'translatePinBlock from',
    'pin',
    (key) => module.translatePinBlock({ from: { key, format }, to: { key: keys.pin, format }, block, pan }),
  ],
  [
    'translatePinBlock to',
    'pin',
    (key) => module.translatePinBlock({ from: { key: keys.pin, format }, to: { key, format }, block, pan }),
  ],
  ['pinVerificationValue', 'pinVerification', (key) => module.pinVerificationValue({ key, keyIndex: 1, pin, pan })],
  ['verifyPin, PIN key', 'pin', (pinKey) => verifyPin({ pinKey })],
  ['verifyPin, PVV key', 'pinVerification', (pvvKey) => verifyPin({ pvvKey })],
  ['pinOffset', 'pinOffset', (key) => module.pinOffset({ key, pin, pan, parameters })],
  ['verifyPinOffset, PIN key', 'pin', (pinKey) => verifyPinOffset({ pinKey })],
  ['verifyPinOffset, offset key', 'pinOffset', (offsetKey) => verifyPinOffset({ offsetKey })],
  ['encryptTrack', 'track', (key) => module.encryptTrack({ key, track })],
  ['decryptTrack', 'track', (key) => module.decryptTrack({ key, track: module.encryptTrack({ key, track }) })],
  [
    'cardVerificationValue',
    'cardVerification',
    (key) => module.cardVerificationValue({ key, pan, expiry: '3012', serviceCode: '201' }),
  ],
  [
    'dynamicCardVerificationValue',
    'cardDynamicNumber',
    (key) => module.dynamicCardVerificationValue({ ...card, key, expiry: '3012', serviceCode: '201', counter: '0001' }),
  ],
  [
    'cardVerificationCode3',
    'cardDynamicNumber',
    (key) =>
      module.cardVerificationCode3({
        ...card,
        key,
        trackData: new Sensitive(data),
        unpredictableNumber: Buffer.alloc(4),
        counter: Buffer.alloc(2),
      }),
  ],
  ['deriveDukptKey', 'dukptBase', (base) => module.deriveDukptKey({ base, ksn, purpose: 'pin' })],
  ['encryptData', 'dataEncryption', (key) => module.encryptData({ key, iv: Buffer.alloc(8), data })],
  ['decryptData', 'dataEncryption', (key) => module.decryptData({ key, iv: Buffer.alloc(8), data })],
  ['hashPan', 'panHash', (key) => module.hashPan({ key, pan })],
  ['seal', 'dataEncryption', (key) => module.seal({ key, value: pan, context: 'card:1' })],
  ['open', 'dataEncryption', (key) => module.open({ key, sealed, context: 'card:1' })],
]

function verifyPin(o: { pinKey?: KeyBlock; pvvKey?: KeyBlock; block?: Buffer; pvv?: string }) {
  const { pinKey = keys.pin, pvvKey = keys.pinVerification, pvv = '0000' } = o
  return module.verifyPin({ pinKey, format, block: o.block ?? block, pan, pvvKey, pvvKeyIndex: 1, pvv })
}

function verifyPinOffset(o: { pinKey?: KeyBlock; offsetKey?: KeyBlock; block?: Buffer; offset?: string }) {
  const { pinKey = keys.pin, offsetKey = keys.pinOffset, offset = '000000' } = o
  return module.verifyPinOffset({ pinKey, format, block: o.block ?? block, pan, offsetKey, parameters, offset })
}

function foreignBlock(): string {
  return module.exportKeyBlock({ under: keys.keyBlockProtection, key: keys.pin, version: 'B' })
}

describe('key usage', () => {
  it.each(operations)('%s takes no key of another usage than %s', (_name, usage, call) => {
    for (const other of usages.filter((name) => name !== usage)) {
      const fault = faultOf(() => call(keys[other]))
      expect([other, fault.code, fault.details]).toEqual([
        other,
        'SECURITY_KEY_USAGE',
        { expected: usage, actual: other },
      ])
    }
  })

  it.each(operations)('%s takes a key of usage %s', (name, usage, call) => {
    const sealing = name === 'seal' || name === 'open'
    expect(() => call(sealing ? aesKey : keys[usage])).not.toThrow()
  })

  it('has an operation for every usage', () => {
    expect(new Set(operations.map(([, usage]) => usage))).toEqual(new Set(usages))
  })

  it.each([
    ['V', 'computeMac', () => module.computeMac({ key: restricted('mac', 'V'), variant: 'x919', data })],
    ['G', 'verifyMac', () => module.verifyMac({ key: restricted('mac', 'G'), variant: 'x919', data, mac: data })],
    ['E', 'verifyPin', () => verifyPin({ pinKey: restricted('pin', 'E') })],
    ['D', 'encryptPinBlock', () => module.encryptPinBlock({ key: restricted('pin', 'D'), format, pin, pan })],
  ])('keeps the restriction %s that a key block brings: no %s', (mode, _operation, call) => {
    expect(faultOf(call)).toMatchObject({ code: 'SECURITY_KEY_USAGE', details: { mode } })
  })

  it('lets the permitted half of a restricted key work', () => {
    expect(module.verifyMac({ key: restricted('mac', 'V'), variant: 'x919', data, mac: data })).toBe(false)
    expect(module.encryptPinBlock({ key: restricted('pin', 'E'), format, pin, pan }).length).toBe(8)
  })
})

/** A key that came in somebody's key block with a mode of use of its own. */
function restricted(usage: 'mac' | 'pin', mode: string): KeyBlock {
  return module.importKeyBlock({ under: sharedKey(), block: writtenBlock({ usage: keyUsages[usage].code, mode }) })
}

const shared = 'DD7515F2BFC17F85CE48F3CA25CB21F6'

function sharedKey(): KeyBlock {
  return module.importKey({ usage: 'keyBlockProtection', algorithm: 'tdes2', key: secret(shared) })
}

/** A key block of version B as a partner might write it, right in its form and MAC. */
function writtenBlock(header: Partial<KeyBlockHeader>, key = Buffer.from(exampleKeys.tdk, 'hex')): string {
  const protection = new KeyBlockProtection('B', 'tdes2', Buffer.from(shared, 'hex'))
  const usual = { version: 'B', usage: 'P0', algorithm: 'T', mode: 'B', keyVersion: '00', exportability: 'E' } as const
  return protection.wrap(
    { ...usual, optionalBlocks: [], ...header },
    key,
    Buffer.alloc(protection.paddingBytes(key.length)),
  )
}

describe('PIN check', () => {
  const pvv = module.pinVerificationValue({ key: keys.pinVerification, keyIndex: 1, pin, pan })
  const offset = module.pinOffset({ key: keys.pinOffset, pin, pan, parameters })
  const otherPin = module.encryptPinBlock({ key: keys.pin, format, pin: new Sensitive('223456'), pan })
  const lateDigit = module.encryptPinBlock({ key: keys.pin, format, pin: new Sensitive('123457'), pan })
  const shorter = module.encryptPinBlock({ key: keys.pin, format, pin: new Sensitive('12345'), pan })

  it.each([
    ['right', block, 'right', 'right'],
    ['another', otherPin, 'wrong', 'wrong'],
    // A PVV covers the first four digits only; the offset covers them all.
    ['right in the first four digits', lateDigit, 'right', 'wrong'],
    ['too short', shorter, 'right', 'wrong'],
    ['under another key', Buffer.alloc(8, 9), 'malformed', 'malformed'],
    ['cut off', block.subarray(1), 'malformed', 'malformed'],
    ['too long', Buffer.concat([block, block]), 'malformed', 'malformed'],
  ] as const)('says of a PIN that is %s', (_name, sent, byValue, byOffset) => {
    expect(verifyPin({ block: sent, pvv })).toBe(byValue)
    expect(verifyPinOffset({ block: sent, offset })).toBe(byOffset)
  })

  it('refuses a stored value of the wrong form as a wrong PIN', () => {
    for (const stored of ['', pvv.slice(1), `${pvv}0`]) expect(verifyPin({ pvv: stored })).toBe('wrong')
  })
})

describe('keys on the move', () => {
  const partner = testModule('partner')
  const sharedAes = '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6'
  const protection = (of: SoftwareSecurityModule, version: 'B' | 'D') =>
    version === 'B'
      ? of.importKey({ usage: 'keyBlockProtection', algorithm: 'tdes2', key: secret(shared) })
      : of.importKey({ usage: 'keyBlockProtection', algorithm: 'aes256', key: secret(sharedAes) })

  it.each([
    ['B', 'pin', 'tdes2'],
    ['D', 'pin', 'sm4'],
    ['B', 'mac', 'des'],
    ['D', 'cardVerification', 'tdes2'],
    ['D', 'pin', 'aes128'],
    ['B', 'pinVerification', 'tdes2'],
    ['D', 'dukptBase', 'aes256'],
    ['B', 'track', 'tdes3'],
  ] as const)('a key block of version %s takes a %s key (%s) to another module', (version, usage, algorithm) => {
    const key = module.generateKey({ usage, algorithm })
    const text = module.exportKeyBlock({ under: protection(module, version), key, version })
    expect(text[0]).toBe(version)
    const received = partner.importKeyBlock({ under: protection(partner, version), block: text })
    expect(partner.describeKey(received)).toEqual(module.describeKey(key))
    expect(partner.checkValue(received)).toEqual(module.checkValue(key))
    expect(faultOf(() => partner.checkValue(key)).code).toBe('SECURITY_KEY_BLOCK')
  })

  it.each(['panHash', 'dataEncryption', 'keyBlockProtection'] as const)('a %s key never leaves', (usage) => {
    const under = protection(module, 'B')
    const [code, key] = ['SECURITY_KEY_EXPORT', keys[usage]]
    expect(faultOf(() => module.exportKeyBlock({ under, key, version: 'B' }))).toMatchObject({ code })
    expect(faultOf(() => module.wrapKey({ under: keys.terminalMaster, key }))).toMatchObject({ code })
  })

  it('an issuer key leaves in a key block only', () => {
    const [under, key] = [keys.terminalMaster, keys.pinVerification]
    expect(faultOf(() => module.wrapKey({ under, key })).code).toBe('SECURITY_KEY_EXPORT')
  })

  it.each(usages)('a %s key comes as a bare cryptogram only when it is one of a terminal', (usage) => {
    const under = keys.terminalMaster
    const call = () => module.unwrapKey({ under, cryptogram: anyCryptogram, usage, algorithm: 'tdes2' })
    const ofTerminal = ['terminalMaster', 'pin', 'mac', 'track'].includes(usage)
    const result = ofTerminal ? module.describeKey(call()).usage : faultOf(call).code
    expect(result).toBe(ofTerminal ? usage : 'SECURITY_KEY_USAGE')
  })

  it('keys of the DES family and SM4 do not wrap each other', () => {
    const sm4 = module.generateKey({ usage: 'terminalMaster', algorithm: 'sm4' })
    expect(faultOf(() => module.wrapKey({ under: sm4, key: keys.pin })).code).toBe('SECURITY_KEY_ALGORITHM')
    const cryptogram = anyCryptogram
    const call = () => module.unwrapKey({ under: sm4, cryptogram, usage: 'pin', algorithm: 'tdes2' })
    expect(faultOf(call).code).toBe('SECURITY_KEY_ALGORITHM')
  })

  it('a key of an older module comes in through its LMK pair', () => {
    const key = recoverSchemeUKey({
      lmk: secret('1A1A1A1A1A1A1A1A1C1C1C1C1C1C1C1C'),
      variant: 2,
      cryptogram: Buffer.from('E86D8A2FC81DEC4E91F9FE76EDAF3C3B', 'hex'),
    })
    // This one's halves are equal, which the module refuses however it arrives.
    expect(faultOf(() => module.importKey({ usage: 'pin', algorithm: 'tdes2', key })).code).toBe('SECURITY_KEY_WEAK')
  })
})

describe('key components', () => {
  const components = [secret('E09B073B4007541FAB76B04370451031'), secret('4CBF5D51EA8525EF045EFED6E386D9D9')]
  const kind = { usage: 'cardVerification', algorithm: 'tdes2' } as const
  const checkValues = components.map((component) => componentCheckValue('tdes2', component).subarray(0, 3))
  const checkValue = Buffer.from('40D522', 'hex')

  it('combine into the key, checked part by part and as a whole', () => {
    const key = module.importComponents({ ...kind, components, checkValues, checkValue })
    expect(module.checkValue(key).subarray(0, 3)).toEqual(checkValue)
    const third = secret('0123456789ABCDEF1032547698BADCFE')
    const three = module.importComponents({ ...kind, components: [...components, third] })
    const clear = combineComponents({ algorithm: 'tdes2', components: [...components, third] })
    expect(module.checkValue(three)).toEqual(componentCheckValue('tdes2', clear))
  })

  it.each([
    ['one component', { components: components.slice(1) }, 'SECURITY_KEY_COMPONENTS', undefined],
    ['four', { components: [...components, ...components] }, 'SECURITY_KEY_COMPONENTS', undefined],
    ['a short one', { components: [components[0]!, secret('00')] }, 'SECURITY_KEY_LENGTH', undefined],
    ['one check value missing', { checkValues: checkValues.slice(1) }, 'SECURITY_KEY_COMPONENTS', undefined],
    ['a wrong check value', { checkValues: [checkValues[0]!, checkValue] }, 'SECURITY_KEY_CHECK', 'components.1'],
    ['a check value of two bytes', { checkValue: checkValue.subarray(1) }, 'SECURITY_KEY_CHECK', 'checkValue'],
    ['the key’s check value wrong', { checkValue: checkValues[0]! }, 'SECURITY_KEY_CHECK', 'checkValue'],
    ['equal ones, which cancel out', { components: [components[0]!, components[0]!] }, 'SECURITY_KEY_WEAK', undefined],
  ])('are refused: %s', (_name, change, code, path) => {
    expect(faultOf(() => module.importComponents({ ...kind, components, ...change }))).toMatchObject({ code, path })
  })

  it('make a master key', () => {
    const parts = ['a', 'b', 'c'].map((seed) => new Sensitive(seededRandom(seed)(32)))
    const masterKey = combineComponents({ algorithm: 'aes256', components: parts })
    const random = seededRandom('components')
    const key = SoftwareSecurityModule.withMasterKey(masterKey, random).generateKey(kind)
    expect(SoftwareSecurityModule.withMasterKey(masterKey, random).describeKey(key)).toMatchObject(kind)
  })
})

describe('weak keys', () => {
  it.each([
    ['des', '0101010101010101'],
    ['des', 'FEFEFEFEFEFEFEFE'],
    ['des', '1F1F1F1F0E0E0E0E'],
    ['des', 'E0E0E0E0F1F1F1F1'],
    // Parity bits are no part of a key.
    ['des', '0000000000000001'],
    ['des', 'E1E0E0E0F0F1F1F1'],
    ['des', '01FE01FE01FE01FE'],
    ['des', 'FEE0FEE0FEF1FEF1'],
    ['tdes2', '0123456789ABCDEF0123456789ABCDEF'],
    ['tdes2', '0123456789ABCDEF0022446688AACCEE'],
    ['tdes2', '0123456789ABCDEF0101010101010101'],
    ['tdes3', '0123456789ABCDEF0123456789ABCDEFFEDCBA9876543210'],
    ['tdes3', 'FEDCBA98765432100123456789ABCDEF0123456789ABCDEF'],
    ['sm4', '00000000000000000000000000000000'],
    ['aes128', '00000000000000000000000000000000'],
  ] as const)('refuses the %s key %s', (algorithm, key) => {
    const call = () => module.importKey({ usage: 'mac', algorithm, key: secret(key) })
    expect(faultOf(call).code).toBe('SECURITY_KEY_WEAK')
  })

  it('takes a triple-length key whose ends are equal, and keys of any parity', () => {
    for (const key of [
      '0123456789ABCDEFFEDCBA98765432100123456789ABCDEF',
      '0022446688AACCEEFFDDBB99775533110123456789ABCDEF',
    ]) {
      expect(module.importKey({ usage: 'mac', algorithm: 'tdes3', key: secret(key) })).toMatch(/^D/)
    }
  })

  it('generates DES keys of odd parity, and draws again when the first one is weak', () => {
    const draws = [Buffer.alloc(16, 1), Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex'), Buffer.alloc(64, 5)]
    const random = (size: number) => draws.shift()!.subarray(0, size)
    const drawing = SoftwareSecurityModule.withMasterKey(new Sensitive(seededRandom('m')(32)), random)
    const key = drawing.generateKey({ usage: 'pin', algorithm: 'tdes2' })
    const expected = module.importKey({
      usage: 'pin',
      algorithm: 'tdes2',
      key: secret('01102332455467768998ABBACDDCEFFE'),
    })
    expect(drawing.checkValue(key)).toEqual(module.checkValue(expected))
  })
})

describe('DUKPT', () => {
  it('derives keys that work in the other operations', () => {
    const base = module.importKey({ usage: 'dukptBase', algorithm: 'tdes2', key: secret(exampleKeys.tmk) })
    const derive = (purpose: DukptPurpose, serial = 'FFFF9876543210E00001') =>
      module.deriveDukptKey({ base, ksn: Buffer.from(serial, 'hex'), purpose })
    const visa = new Sensitive('4012345678909')
    // X9.24-1 annex A.4, first key serial number.
    const sent = Buffer.from('1B9C1845EB993A7A', 'hex')
    const text = Buffer.from('4012345678909D987')
    const sum = Buffer.from('9CCC7817', 'hex')
    const retail = { algorithm: 3, padding: 1, macBytes: 4 } as const
    const pvv = module.pinVerificationValue({
      key: keys.pinVerification,
      keyIndex: 1,
      pin: new Sensitive('1234'),
      pan: visa,
    })
    const pinKey = derive('pin')
    const check = { format, block: sent, pan: visa, pvvKey: keys.pinVerification, pvvKeyIndex: 1, pvv } as const
    expect(module.verifyPin({ ...check, pinKey })).toBe('right')
    expect(module.verifyPin({ ...check, pinKey: derive('pin', 'FFFF9876543210E00003') })).toBe('malformed')
    expect(module.computeIso9797Mac({ key: derive('macRequest'), method: retail, data: text })).toEqual(sum)
    expect(module.verifyIso9797Mac({ key: derive('macResponse'), method: retail, data: text, mac: sum })).toBe(false)
    const cryptogram = Buffer.from('FC0D53B7EA1FDA9EE68AAF2E70D9B9506229BE2AA993F04F', 'hex')
    const dataKey = derive('dataRequest')
    const clear = module.decryptData({ key: dataKey, iv: Buffer.alloc(8), data: cryptogram })
    expect(clear.reveal().toString('latin1')).toBe('4012345678909D987'.padEnd(24, '\0'))
    expect(module.encryptData({ key: dataKey, iv: Buffer.alloc(8), data: clear.reveal() })).toEqual(cryptogram)
    expect(module.describeKey(pinKey)).toMatchObject({ usage: 'pin', algorithm: 'tdes2', exportability: 'N' })
  })

  it('derives keys of the algorithm asked for from an AES base key', () => {
    const key = secret('FEDCBA9876543210F1F1F1F1F1F1F1F1')
    const base = module.importKey({ usage: 'dukptBase', algorithm: 'aes128', key })
    const aesKsn = Buffer.from('123456789012345600000004', 'hex')
    const pinKey = module.deriveDukptKey({ base, ksn: aesKsn, purpose: 'pin' })
    const visa = new Sensitive('4111111111111111')
    const from = { key: pinKey, format: 4 } as const
    const to = { key: keys.pin, format } as const
    const sent = Buffer.from('71B3D0528669498777555A8BE6698E44', 'hex')
    const expected = module.encryptPinBlock({ ...to, pin: new Sensitive('1234'), pan: visa })
    expect(module.translatePinBlock({ from, to, block: sent, pan: visa })).toEqual(expected)
    const mac = module.deriveDukptKey({ base, ksn: aesKsn, purpose: 'macRequest', algorithm: 'tdes2' })
    expect(module.describeKey(mac)).toMatchObject({ usage: 'mac', algorithm: 'tdes2' })
  })

  it.each([
    ['too short', 'FFFF9876543210E000'],
    ['counter zero', 'FFFF9876543210E00000'],
    ['more than ten one-bits', 'FFFF9876543210E007FF'],
  ])('refuses a TDES key serial number: %s', (_name, serial) => {
    const call = () => module.deriveDukptKey({ base: keys.dukptBase, ksn: Buffer.from(serial, 'hex'), purpose: 'pin' })
    expect(faultOf(call).code).toBe('SECURITY_DUKPT_KSN')
  })

  it.each([
    ['too long', '12345678901234560000000001'],
    ['counter zero', '123456789012345600000000'],
    ['more than sixteen one-bits', '12345678901234560001FFFF'],
  ])('refuses an AES key serial number: %s', (_name, serial) => {
    const base = module.generateKey({ usage: 'dukptBase', algorithm: 'aes256' })
    const call = () => module.deriveDukptKey({ base, ksn: Buffer.from(serial, 'hex'), purpose: 'pin' })
    expect(faultOf(call).code).toBe('SECURITY_DUKPT_KSN')
  })

  it('counts down to the last AES counter', () => {
    expect(nextAesDukptCounter(0xffff0000)).toBeUndefined()
    expect(aesDukptTransactionsLeft(0xffff0000)).toBe(0)
    let counter = 0xfffd0000
    for (let left = aesDukptTransactionsLeft(counter); left > 0; left--) {
      counter = nextAesDukptCounter(counter)!
      expect(aesDukptTransactionsLeft(counter)).toBe(left - 1)
    }
    expect(counter).toBe(0xffff0000)
  })
})

describe('sealed values', () => {
  it('open with their key and context only', () => {
    expect(module.open({ key: aesKey, sealed, context: 'card:1' }).reveal()).toBe(pan.reveal())
    const other = module.generateKey({ usage: 'dataEncryption', algorithm: 'aes256' })
    const code = 'SECURITY_SEAL'
    expect(faultOf(() => module.open({ key: aesKey, sealed, context: 'card:2' })).code).toBe(code)
    expect(faultOf(() => module.open({ key: other, sealed, context: 'card:1' })).code).toBe(code)
    for (let position = 0; position < sealed.length; position++) {
      const changed = Buffer.from(sealed)
      changed[position]! ^= 1
      expect(faultOf(() => module.open({ key: aesKey, sealed: changed, context: 'card:1' })).code).toBe(code)
      const cut = sealed.subarray(0, position)
      expect(faultOf(() => module.open({ key: aesKey, sealed: cut, context: 'card:1' })).code).toBe(code)
    }
  })

  it('differ each time, and the hash of a PAN does not', () => {
    expect(module.seal({ key: aesKey, value: pan, context: 'card:1' })).not.toEqual(sealed)
    const hash = module.hashPan({ key: keys.panHash, pan })
    expect(hash.length).toBe(32)
    expect(module.hashPan({ key: keys.panHash, pan: new Sensitive(pan.reveal()) })).toEqual(hash)
    const otherKey = module.generateKey({ usage: 'panHash', algorithm: 'aes256' })
    expect(module.hashPan({ key: otherKey, pan })).not.toEqual(hash)
  })
})

describe('the keys in use', () => {
  it('are the same whether they are remembered or not', () => {
    const [one, many] = [testModule('cache', { keysInUseMax: 1 }), testModule('cache')]
    const blocks = Array.from({ length: 5 }, () => many.generateKey({ usage: 'mac', algorithm: 'des' }))
    for (const key of [...blocks, ...blocks.toReversed(), ...blocks]) {
      expect(one.computeMac({ key, variant: 'x99', data })).toEqual(many.computeMac({ key, variant: 'x99', data }))
    }
  })

  it('stay right after an operation was refused half way', () => {
    const expected = module.encryptPinBlock({ key: keys.pin, format, pin, pan })
    const to = { key: keys.pin, format }
    for (const bytes of [0, 1, 7, 9, 16]) {
      const wrong = Buffer.alloc(bytes, 1)
      expect(faultOf(() => module.translatePinBlock({ from: to, to, block: wrong, pan })).code).toBe(
        'SECURITY_PIN_BLOCK',
      )
    }
    expect(module.translatePinBlock({ from: to, to, block: expected, pan })).toEqual(expected)
    expect(module.encryptPinBlock({ key: keys.pin, format, pin, pan })).toEqual(expected)
  })
})

const weak = { usage: 'pin', algorithm: 'des', key: secret('0101010101010101') } as const
const pinSide = { key: keys.pin, format } as const
/** How to get each fault; those of the master key file and the PIN pad's state are in their own tests. */
const refusals: readonly (readonly [code: SecurityFaultCode, name: string, call: () => unknown])[] = [
  [
    'SECURITY_DATA_LENGTH',
    'broken block',
    () => module.encryptData({ key: keys.dataEncryption, iv: data, data: data.subarray(1) }),
  ],
  [
    'SECURITY_DATA_LENGTH',
    'short start value',
    () => module.decryptData({ key: keys.dataEncryption, iv: data.subarray(1), data }),
  ],
  [
    'SECURITY_DATA_LENGTH',
    'MAC of three bytes',
    () => module.computeIso9797Mac({ key: keys.mac, method: { algorithm: 5, macBytes: 3 }, data }),
  ],
  [
    'SECURITY_DATA_LENGTH',
    'MAC of nine bytes',
    () => module.computeIso9797Mac({ key: keys.mac, method: { algorithm: 5, macBytes: 9 }, data }),
  ],
  [
    'SECURITY_DUKPT_KSN',
    'AES length for a TDES key',
    () => module.deriveDukptKey({ base: keys.dukptBase, ksn: Buffer.alloc(12, 1), purpose: 'pin' }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'AES key from a TDES base key',
    () => module.deriveDukptKey({ base: keys.dukptBase, ksn, purpose: 'pin', algorithm: 'aes128' }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'usage of another algorithm',
    () => module.generateKey({ usage: 'panHash', algorithm: 'sm4' }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'single-DES MAC with a double key',
    () => module.computeMac({ key: keys.mac, variant: 'unionpayEcb', data }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'SM4 MAC with a DES key',
    () => module.computeMac({ key: keys.mac, variant: 'sm4Ecb', data }),
  ],
  ['SECURITY_KEY_ALGORITHM', 'retail MAC with an AES key', () => retailMacWithAes()],
  [
    'SECURITY_KEY_ALGORITHM',
    'AES PIN block with a DES key',
    () => module.encryptPinBlock({ key: keys.pin, format: 4, pin, pan }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'seal with a DES key',
    () => module.seal({ key: keys.dataEncryption, value: pan, context: '' }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'version B under an AES key',
    () => module.exportKeyBlock({ under: aesProtection(), key: keys.pin, version: 'B' }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'version D under a DES key',
    () => module.exportKeyBlock({ under: sharedKey(), key: keys.pin, version: 'D' }),
  ],
  ['SECURITY_KEY_BLOCK', 'other text', () => parseKeyBlock('D0016')],
  ['SECURITY_KEY_BLOCK', 'empty text', () => parseKeyBlock('')],
  ['SECURITY_KEY_BLOCK', 'text in front', () => parseKeyBlock(` ${keys.pin}`)],
  [
    'SECURITY_KEY_BLOCK',
    'another module’s key',
    () => module.checkValue(testModule('other').generateKey({ usage: 'pin', algorithm: 'tdes2' })),
  ],
  [
    'SECURITY_KEY_BLOCK',
    'foreign version',
    () => module.importKeyBlock({ under: sharedKey(), block: 'F0016P0TE00N0000' }),
  ],
  [
    'SECURITY_KEY_CHECK',
    'component',
    () =>
      module.importComponents({
        usage: 'pin',
        algorithm: 'tdes2',
        components: [secret(exampleKeys.pik), secret(exampleKeys.tdk)],
        checkValue: Buffer.alloc(3),
      }),
  ],
  [
    'SECURITY_KEY_COMPONENTS',
    'none',
    () => module.importComponents({ usage: 'pin', algorithm: 'tdes2', components: [] }),
  ],
  [
    'SECURITY_KEY_EXPORT',
    'derived key',
    () =>
      module.wrapKey({
        under: keys.terminalMaster,
        key: module.deriveDukptKey({ base: keys.dukptBase, ksn, purpose: 'pin' }),
      }),
  ],
  [
    'SECURITY_KEY_EXPORT',
    'key received with E, as a bare cryptogram',
    () => module.wrapKey({ under: keys.terminalMaster, key: restricted('pin', 'B') }),
  ],
  [
    'SECURITY_KEY_USAGE',
    'issuer key received with S, as a bare cryptogram',
    () =>
      module.wrapKey({
        under: keys.terminalMaster,
        key: module.importKeyBlock({
          under: sharedKey(),
          block: writtenBlock({ usage: 'V2', mode: 'C', exportability: 'S' }),
        }),
      }),
  ],
  ['SECURITY_KEY_LENGTH', 'import', () => module.importKey({ usage: 'pin', algorithm: 'tdes2', key: secret('00') })],
  [
    'SECURITY_KEY_LENGTH',
    'cryptogram',
    () => module.unwrapKey({ under: keys.terminalMaster, cryptogram: data, usage: 'pin', algorithm: 'tdes2' }),
  ],
  [
    'SECURITY_KEY_LENGTH',
    'master key',
    () => SoftwareSecurityModule.withMasterKey(secret(exampleKeys.pik), seededRandom('x')),
  ],
  [
    'SECURITY_KEY_LENGTH',
    'LMK pair',
    () => recoverSchemeUKey({ lmk: secret('00'), variant: 0, cryptogram: Buffer.alloc(16) }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'LMK variant',
    () => recoverSchemeUKey({ lmk: secret(exampleKeys.tmk), variant: 10, cryptogram: Buffer.alloc(16) }),
  ],
  ['SECURITY_KEY_MISSING', 'PIN pad without keys', () => new SoftwarePinPad(module).encryptPin(pin, pan)],
  ['SECURITY_KEY_USAGE', 'no PIN with a MAC key', () => verifyPin({ pinKey: keys.mac })],
  [
    'SECURITY_KEY_USAGE',
    'key block of unknown usage',
    () => module.importKeyBlock({ under: sharedKey(), block: writtenBlock({ usage: 'I0' }) }),
  ],
  [
    'SECURITY_KEY_USAGE',
    'key block of unknown mode',
    () => module.importKeyBlock({ under: sharedKey(), block: writtenBlock({ mode: 'T' }) }),
  ],
  [
    'SECURITY_KEY_USAGE',
    'key block of contradictory algorithm',
    () =>
      module.importKeyBlock({
        under: sharedKey(),
        block: writtenBlock({ algorithm: 'A', usage: 'C0' }, Buffer.alloc(8, 9)),
      }),
  ],
  [
    'SECURITY_KEY_ALGORITHM',
    'key block whose usage wants another',
    () =>
      module.importKeyBlock({
        under: sharedKey(),
        block: writtenBlock({ algorithm: 'D', usage: 'C0' }, Buffer.alloc(8, 9)),
      }),
  ],
  ['SECURITY_KEY_WEAK', 'import', () => module.importKey(weak)],
  [
    'SECURITY_KEY_WEAK',
    'key block',
    () => module.importKeyBlock({ under: sharedKey(), block: writtenBlock({}, Buffer.alloc(16, 9)) }),
  ],
  [
    'SECURITY_KEY_WEAK',
    'master key',
    () => SoftwareSecurityModule.withMasterKey(new Sensitive(Buffer.alloc(32)), seededRandom('x')),
  ],
  [
    'SECURITY_PAN',
    'letters',
    () => module.encryptPinBlock({ ...pinSide, pin, pan: new Sensitive('62258800000000O1') }),
  ],
  ['SECURITY_PAN', 'too long', () => module.hashPan({ key: keys.panHash, pan: new Sensitive('6'.repeat(20)) })],
  ['SECURITY_PIN', 'three digits', () => module.encryptPinBlock({ ...pinSide, pin: new Sensitive('123'), pan })],
  [
    'SECURITY_PIN',
    'thirteen digits',
    () => module.pinOffset({ key: keys.pinOffset, pin: new Sensitive('1'.repeat(13)), pan, parameters }),
  ],
  [
    'SECURITY_PIN',
    'letters',
    () => module.pinVerificationValue({ key: keys.pinVerification, keyIndex: 1, pin: new Sensitive('12a4'), pan }),
  ],
  [
    'SECURITY_PIN_BLOCK',
    'of another PAN',
    () => module.translatePinBlock({ from: pinSide, to: pinSide, block, pan: new Sensitive('6225880000000110') }),
  ],
  [
    'SECURITY_PIN_TRANSLATION',
    '0 to 1',
    () => module.translatePinBlock({ from: pinSide, to: { key: keys.pin, format: 1 }, block, pan }),
  ],
  [
    'SECURITY_PIN_TRANSLATION',
    '3 to no PAN',
    () =>
      module.translatePinBlock({
        from: { key: keys.pin, format: 3 },
        to: { key: keys.pin, format: 'withoutPan' },
        block,
        pan,
      }),
  ],
  ['SECURITY_SEAL', 'not sealed', () => module.open({ key: aesKey, sealed: Buffer.alloc(40), context: '' })],
  ['SECURITY_TRACK', 'letters', () => module.encryptTrack({ key: keys.track, track: new Sensitive('6225X') })],
  ['SECURITY_TRACK', 'empty', () => module.encryptTrack({ key: keys.track, track: new Sensitive('') })],
  [
    'SECURITY_TRACK',
    'wrong key',
    () => module.decryptTrack({ key: keys.track, track: new Sensitive('6225880000000001D30108E34120D79B7E413') }),
  ],
  [
    'SECURITY_TRACK',
    'separator inside the block',
    () => module.decryptTrack({ key: keys.track, track: new Sensitive('6225880000000001D30108E34120D=9B7E413') }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'PVV key index 7',
    () => module.pinVerificationValue({ key: keys.pinVerification, keyIndex: 7, pin, pan }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'decimalisation of few digits',
    () =>
      module.pinOffset({
        key: keys.pinOffset,
        pin,
        pan,
        parameters: { ...parameters, decimalisation: '0000000100000000' },
      }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'PAN digits out of reach',
    () => module.pinOffset({ key: keys.pinOffset, pin, pan, parameters: { ...parameters, panStart: 1 } }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'expiry',
    () => module.cardVerificationValue({ key: keys.cardVerification, pan, expiry: '30-12', serviceCode: '201' }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'dCVV counter',
    () =>
      module.dynamicCardVerificationValue({
        ...card,
        key: keys.cardDynamicNumber,
        expiry: '3012',
        serviceCode: '201',
        counter: '1',
      }),
  ],
  [
    'SECURITY_VERIFICATION_VALUE',
    'CVC3 counter',
    () =>
      module.cardVerificationCode3({
        ...card,
        key: keys.cardDynamicNumber,
        trackData: new Sensitive(data),
        unpredictableNumber: Buffer.alloc(4),
        counter: Buffer.alloc(3),
      }),
  ],
]

function retailMacWithAes(): unknown {
  const key = module.generateKey({ usage: 'mac', algorithm: 'aes128' })
  return module.computeIso9797Mac({ key, method: { algorithm: 3, padding: 1, macBytes: 8 }, data })
}

function aesProtection(): KeyBlock {
  return module.generateKey({ usage: 'keyBlockProtection', algorithm: 'aes256' })
}

describe('refusals', () => {
  it.each(refusals)('%s: %s', (code, _name, call) => {
    expect(faultOf(call).code).toBe(code)
  })

  it('cover every fault', () => {
    const elsewhere = ['SECURITY_MASTER_KEY_FILE', 'SECURITY_MASTER_KEY_PERMISSIONS', 'SECURITY_PIN_PAD_STATE']
    const here = new Set(refusals.map(([code]) => code))
    expect([...here, ...elsewhere].toSorted()).toEqual(Object.keys(securityFaults).toSorted())
  })
})

describe('clear keys, PINs and PANs', () => {
  const secrets = [
    ...Object.values(exampleKeys),
    shared,
    pin.reveal(),
    pan.reveal(),
    track.reveal(),
    '62258800000000O1',
  ]

  /** Which of them a text contains, as they are or as hex or base64 of their bytes. */
  function toldBy(text: string): string[] {
    const forms = secrets.flatMap((value) => [value, Buffer.from(value, 'hex').toString('base64')])
    return forms.filter((form) => form.length >= 6 && text.toUpperCase().includes(form.toUpperCase()))
  }

  it('are found by this test when they do appear', () => {
    expect(toldBy(`key ${exampleKeys.pik.toLowerCase()}`)).toEqual([exampleKeys.pik])
  })

  it('never appear in a fault, printed in any way', () => {
    for (const [, , call] of refusals) {
      const fault = faultOf(call)
      const { message, code, path, details } = fault
      expect(toldBy([message, JSON.stringify({ code, path, details }), fault.toString()].join('\n'))).toEqual([])
      expect(toldBy(inspect(Object.assign(fault, { stack: '' }), { depth: 20, showHidden: true }))).toEqual([])
    }
  })

  it('never appear when the module, a PIN pad or what they return is printed', () => {
    const pad = new SoftwarePinPad(module)
    pad.loadMasterKey({ components: [secret(exampleKeys.tmk)], algorithm: 'tdes2' })
    const pik = module.importKey({ usage: 'pin', algorithm: 'tdes2', key: secret(exampleKeys.pik) })
    module.encryptPinBlock({ key: pik, format, pin, pan })
    for (const thing of [
      module,
      pad,
      pik,
      pad.exportState(),
      module.describeKey(pik),
      module.decryptTrack({ key: keys.track, track: module.encryptTrack({ key: keys.track, track }) }),
    ]) {
      expect(toldBy(inspect(thing, { depth: 20, showHidden: true, getters: true }))).toEqual([])
      expect(toldBy(JSON.stringify(thing))).toEqual([])
    }
  })
})
