// The worked examples of terminal-protocol §3.2 to §3.7, through the module as acquirer and issuer use it.

import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import type { KeyAlgorithm, KeyUsage, MacVariant } from './index.ts'
import { exampleKeys, examplePan, examplePin, secret, testModule } from './testing/example-keys.ts'

const module = testModule()

function load(usage: KeyUsage, algorithm: KeyAlgorithm, hex: string) {
  return module.importKey({ usage, algorithm, key: secret(hex) })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

/** From the MTI to the field before 64 of a sample message in its frame: 2 bytes length, 5 TPDU, 6 header, 8 MAC. */
function macInput(frame: string): Buffer {
  return Buffer.from(frame, 'hex').subarray(13, -8)
}

const tmk = load('terminalMaster', 'tdes2', exampleKeys.tmk)
const sale =
  '007960000300006031003100000200302004C020C0981300000000000001000000000202100012376225880000000001D30122011234567890123' +
  '03130303030303031383938313130303135343131323334313536D8B0CC70AD13CC4C260000000000000000142200000700060100033031204543414439363142'

describe('§3.2 working keys under the terminal master key', () => {
  it.each([
    ['pin', 'tdes2', exampleKeys.pik, '873C04148FD7FF3AA930C1ACC0BD9F54'],
    ['mac', 'des', exampleKeys.mak, '1013F4500A30A98A'],
    ['track', 'tdes2', exampleKeys.tdk, 'FD7AF640961CDB8B5CCFBE13B358FE6E'],
  ] as const)('wraps and unwraps the %s key', (usage, algorithm, clear, cryptogram) => {
    const key = load(usage, algorithm, clear)
    expect(hex(module.wrapKey({ under: tmk, key }))).toBe(cryptogram)
    const unwrapped = module.unwrapKey({ under: tmk, cryptogram: Buffer.from(cryptogram, 'hex'), usage, algorithm })
    expect(module.checkValue(unwrapped)).toEqual(module.checkValue(key))
    expect(module.describeKey(unwrapped)).toMatchObject({ usage, algorithm })
  })

  it('unwraps an SM4 PIN key', () => {
    const under = load('terminalMaster', 'sm4', '1234567890ABCDEFABCDEF0987654321')
    const cryptogram = Buffer.from('3D66234C49E4296FF9C78D8BACBD6A76', 'hex')
    const key = module.unwrapKey({ under, cryptogram, usage: 'pin', algorithm: 'sm4' })
    expect(hex(module.checkValue(key)).slice(0, 16)).toBe('861E83E31FAEBF10')
    expect(module.wrapKey({ under, key })).toEqual(cryptogram)
  })
})

describe('§3.3 check values', () => {
  it.each([
    ['pin', 'tdes2', 'D931648F3DE313A4A22C15DCA4F4299E', '900ECCE3'],
    ['mac', 'des', 'AB7C577CC7A18045', 'CFF1592A'],
    ['pin', 'tdes2', exampleKeys.pik, '6839D330'],
    ['mac', 'des', exampleKeys.mak, 'CAFFEDEE'],
    ['track', 'tdes2', exampleKeys.tdk, '76CDB553'],
    ['pin', 'sm4', '376D90E7945AA5CFDB4C07CCB35CEFD3', '08EEDEC70D7C0682'],
    ['pin', 'sm4', 'F351D490994603795C6EBEE8FAEBB481', '861E83E31FAEBF10'],
  ] as const)('of a %s key (%s)', (usage, algorithm, key, expected) => {
    const value = module.checkValue(load(usage, algorithm, key))
    expect(value.length).toBe(algorithm === 'sm4' ? 16 : 8)
    expect(hex(value).slice(0, expected.length)).toBe(expected)
  })
})

describe('§3.5 PIN blocks', () => {
  it('is DE 52 of the sample sale', () => {
    const key = load('pin', 'tdes2', exampleKeys.pik)
    const block = module.encryptPinBlock({ key, format: 0, pin: examplePin, pan: examplePan })
    expect(hex(block)).toBe('D8B0CC70AD13CC4C')
  })

  it('is the published SM4 block', () => {
    const key = load('pin', 'sm4', 'F351D490994603795C6EBEE8FAEBB481')
    const pan = new Sensitive('6230606601007726888')
    const block = module.encryptPinBlock({ key, format: 'sm4', pin: new Sensitive('123654'), pan })
    expect(hex(block)).toBe('CD01D6AD8F0A484C52A9364A0595AD60')
  })

  it.each([
    ['1234567890123456', '0612713176FEDCBA'],
    ['123456789012345678', '061253DFFEDCBA98'],
    ['6225880000000001', '06126CD6FFFFFFFF'],
  ])('of PAN %s has the published clear block', (pan, clear) => {
    const key = load('pin', 'tdes2', exampleKeys.pik)
    const block = module.encryptPinBlock({ key, format: 0, pin: examplePin, pan: new Sensitive(pan) })
    // The same key as a data key enciphers the published clear block to the same cryptogram.
    const dataKey = load('dataEncryption', 'tdes2', exampleKeys.pik)
    const expected = module.encryptData({ key: dataKey, iv: Buffer.alloc(8), data: Buffer.from(clear, 'hex') })
    expect(hex(block)).toBe(hex(expected))
  })
})

describe('§3.6 track encryption', () => {
  const key = load('track', 'tdes2', exampleKeys.tdk)

  it('is DE 35 of the sample sale with encrypted track', () => {
    const track = new Sensitive('6225880000000001D30122011234567890123')
    const encrypted = module.encryptTrack({ key, track })
    expect(encrypted.reveal()).toBe('6225880000000001D30108E34120D79B7E413')
    expect(module.decryptTrack({ key, track: encrypted }).reveal()).toBe(track.reveal())
  })

  // [track, what stays clear before the block, after it, what decryption gives]
  it.each([
    ['1234567890123456789=0508201781999168302', 22, '2', undefined],
    ['6225880000000001D301220112345678901234', 20, '34', undefined],
    ['6225880000000001=3012201', 6, '01', '6225880000000001D3012201'],
    ['6225880000=3012', 0, '2', '6225880000D3012'],
  ])('enciphers one block of %s in place', (track, before, after, plain = track) => {
    const encrypted = module.encryptTrack({ key, track: new Sensitive(track) }).reveal()
    expect(encrypted.length).toBe(Math.max(track.length, 17))
    expect(encrypted.slice(0, before)).toBe(track.slice(0, before))
    expect(encrypted.slice(before + 16)).toBe(after)
    expect(encrypted.slice(before, before + 16)).toMatch(/^[0-9A-F]{16}$/)
    expect(module.decryptTrack({ key, track: new Sensitive(encrypted) }).reveal()).toBe(plain)
  })

  it('enciphers 32 digits under SM4', () => {
    const sm4 = load('track', 'sm4', 'F351D490994603795C6EBEE8FAEBB481')
    const track = '6225880000000001D30122011234567890123'
    const encrypted = module.encryptTrack({ key: sm4, track: new Sensitive(track) }).reveal()
    expect([encrypted.slice(0, 4), encrypted.slice(36), encrypted.length]).toEqual(['6225', '3', 37])
    expect(module.decryptTrack({ key: sm4, track: new Sensitive(encrypted) }).reveal()).toBe(track)
  })
})

describe('§3.7 MACs', () => {
  const mac = (variant: MacVariant, algorithm: KeyAlgorithm, key: string, data: Buffer): string => {
    const result = module.computeMac({ key: load('mac', algorithm, key), variant, data })
    expect(result.length).toBe(8)
    return variant === 'x99' || variant === 'x919' ? hex(result) : result.toString('latin1')
  }

  it('example A: the MAK under its TMK, the MAC and the CBC MAC of the same input', () => {
    const under = load('terminalMaster', 'tdes2', '70F2A84CCBC2AE8625CBB0F2C22AB923')
    const cryptogram = Buffer.from('96D605EA176B7E9E', 'hex')
    const key = module.unwrapKey({ under, cryptogram, usage: 'mac', algorithm: 'des' })
    const data = Buffer.from(
      '0200302004C020C0981100000000000000005100183402100006324392260009942820D1312101120084393136363838303134303030303030303030303030303031313536ACF46E73838A82F92600000000000000000822000001',
      'hex',
    )
    expect(module.computeMac({ key, variant: 'unionpayEcb', data }).toString('latin1')).toBe('8A9E91B8')
    expect(hex(module.computeMac({ key, variant: 'x99', data }))).toBe('756FED7EEB9F572C')
  })

  it('example B: from the published fold, which folds to itself', () => {
    const fold = (text: string) => mac('unionpayEcb', 'des', '313215FDA2C4AB4C', Buffer.from(text, 'hex'))
    expect(fold('8DBA2933C4B6C379')).toBe('B7133B57')
    expect(fold('B91A8DA75CF6CC0D')).toBe('52C1CF92')
  })

  it.each([
    ['unionpayEcb', 'des', exampleKeys.mak, 'ECAD961B'],
    ['unionpayEcb3des', 'tdes2', exampleKeys.tdk, '4D2ACF3E'],
    ['x99', 'des', exampleKeys.mak, 'C0C814045DB6C525'],
    ['x919', 'tdes2', exampleKeys.tdk, 'E6590B00863707DF'],
    ['sm4Ecb', 'sm4', '0123456789ABCDEFFEDCBA9876543210', '2B9F3868'],
  ] as const)('example C: %s of the sample sale', (variant, algorithm, key, expected) => {
    expect(macInput(sale).length).toBe(102)
    expect(mac(variant, algorithm, key, macInput(sale))).toBe(expected)
  })

  it.each([
    [
      'the sale with encrypted track',
      '007960000300006031003100000200302004C020C0981300000000000001000000000202100012376225880000000001D30108E34120D79B7E41303130303030303031383938313130303135343131323334313536D8B0CC70AD13CC4C261000000000000000142200000700060100033031203334364139373636',
    ],
    [
      'the approval',
      '009460000000036031003100000210703E00810ED0801316622588000000000100000000000001000000000210161206013012060100084802000030363031303030303030303231323334353630303130303030303031383938313130303135343131323334223031303230303030202020343830323030303020202031353600142200000700060100034355504431423541323241',
    ],
    [
      'the reversal',
      '0051600003000060310031000004003020048002C08011000000000000010000000002021000393831303030303030313839383131303031353431313233343135360014220000070006014345323739304245',
    ],
    [
      'the void',
      '008160000300006031003100000200702404800CC0881B166225880000000001200000000000010000000003301201200030363031303030303030303231323334353631303030303030313839383131303031353431313233343135360000000000000000001423000007000600001200000700000200033031203136463239374436',
    ],
    [
      'the refund',
      '008360000300006031003100000220702404800CC0881B1662258800000000012000000000000030000000043012012000303630313030303030303032313233343536313030303030303138393831313030313534313132333431353600000000000000000014250000070006000016000000000000060100033030303735353936433833',
    ],
  ])('verifies DE 64 of %s', (_name, frame) => {
    const key = load('mac', 'des', exampleKeys.mak)
    const [data, field64] = [macInput(frame), Buffer.from(frame, 'hex').subarray(-8)]
    expect(module.verifyMac({ key, variant: 'unionpayEcb', data, mac: field64 })).toBe(true)
    expect(module.verifyMac({ key, variant: 'unionpayEcb', data: data.subarray(1), mac: field64 })).toBe(false)
    expect(module.verifyMac({ key, variant: 'unionpayEcb', data, mac: field64.subarray(1) })).toBe(false)
  })
})
