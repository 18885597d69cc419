// The independent client against the published bytes: every request of the synthetic set comes out byte for byte from its
// values and keys, and the answers of the set are read and verified (terminal-protocol §3).

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decryptBlocks } from './independent-client/block-ciphers.ts'
import { macInputOf, macOf } from './independent-client/message-authentication.ts'
import { clearPinBlock, encryptedPinBlock } from './independent-client/pin-block.ts'
import { paymentFields, reversalFields, type TerminalState } from './independent-client/payment-request.ts'
import { encryptedTrack } from './independent-client/track-encryption.ts'
import { decodeMessage, encodeMessage, hexBytes, hexText, type WireMessage } from './independent-client/wire-message.ts'
import { keyCheckValue, openWorkKeys } from './independent-client/work-keys.ts'

interface Sample {
  readonly id: string
  readonly hex: string
  readonly tpdu: string
  readonly header: string
  readonly mti: string
  readonly fields: Readonly<Record<string, string>>
}

const samples = JSON.parse(
  readFileSync(new URL('testdata/synthetic-samples.json', import.meta.url), 'utf8'),
) as Sample[]

const masterKey = '0123456789ABCDEFFEDCBA9876543210'
const pinKey = hexBytes('4A61C2D3E5F7081926374858697A8B9D')
const macKey = hexBytes('7F8E9DACBBCAD9E8')
const trackKey = hexBytes('A1B2C3D4E5F60718293A4B5C6D7E8F90')

const card = { pan: '6225880000000001', expiry: '3012', track2: '6225880000000001D30122011234567890123' }
const keys = { pin: pinKey, mac: macKey, track: trackKey }

function sample(id: string): Sample {
  const found = samples.find((candidate) => candidate.id === id)
  if (found === undefined) throw new Error(`no sample ${id}`)
  return found
}

function payloadOf(id: string): Buffer {
  const bytes = hexBytes(sample(id).hex)
  expect(bytes.readUInt16BE(0)).toBe(bytes.length - 2)
  return bytes.subarray(2)
}

function state(trace: string, encryptsTrack: boolean): TerminalState {
  return {
    terminalId: '10000001',
    merchantId: '898110015411234',
    trace,
    batch: '000007',
    operator: '01 ',
    cipher: 'des',
    keys,
    encryptsTrack,
  }
}

function sealed(mti: string, fields: Record<number, string>): string {
  const message: WireMessage = {
    tpdu: '6000030000',
    header: '603100310000',
    mti,
    fields: { ...fields, 64: '0'.repeat(16) },
  }
  const mac = macOf('foldDes', macKey, macInputOf(encodeMessage(message)))
  return hexText(encodeMessage({ ...message, fields: { ...fields, 64: hexText(mac) } }))
}

const original = {
  batch: '000007',
  trace: '000002',
  date: '0601',
  retrievalReference: '060100000002',
  authorisationCode: '123456',
}

describe('requests of the synthetic set', () => {
  it('S1: sign-on with a track key asked for', () => {
    const fields = {
      11: '000001',
      41: '10000001',
      42: '898110015411234',
      60: '00000000004',
      62: hexText(Buffer.from('Sequence No123456SYNTH001', 'latin1')),
      63: '01 ',
    }
    const bytes = encodeMessage({ tpdu: '6000030000', header: '603100310000', mti: '0800', fields })
    expect(hexText(bytes)).toBe(hexText(payloadOf('S1')))
  })

  it.each([
    ['S3', false],
    ['S4', true],
  ] as const)('%s: sale by stripe with PIN, track encrypted: %s', (id, encryptsTrack) => {
    const fields = paymentFields(
      { kind: 'sale', card, entry: 'swipe', amount: 10_000, pin: '123456' },
      state('000002', encryptsTrack),
    )
    expect(sealed('0200', fields)).toBe(hexText(payloadOf(id)))
  })

  it('S7: reversal of that sale after no answer', () => {
    const sale = paymentFields(
      { kind: 'sale', card, entry: 'swipe', amount: 10_000, pin: '123456' },
      state('000002', false),
    )
    expect(sealed('0400', reversalFields(sale, '98'))).toBe(hexText(payloadOf('S7')))
  })

  it('S8: void of that sale, keyed, without PIN', () => {
    const fields = paymentFields(
      { kind: 'void', card, entry: 'keyed', amount: 10_000, original },
      state('000003', false),
    )
    expect(sealed('0200', fields)).toBe(hexText(payloadOf('S8')))
  })

  it('S9: partial refund of that sale', () => {
    const fields = paymentFields(
      { kind: 'refund', card, entry: 'keyed', amount: 3_000, original },
      state('000004', false),
    )
    expect(sealed('0220', fields)).toBe(hexText(payloadOf('S9')))
  })
})

describe('answers of the synthetic set', () => {
  it('S2: the work keys open under the master key and their check values agree', () => {
    const answer = decodeMessage(payloadOf('S2'))
    const block = hexBytes(answer.fields[62] ?? '')
    expect(openWorkKeys('des', hexBytes(masterKey), block)).toEqual(keys)
    expect(answer.fields[60]?.slice(2, 8)).toBe('000007')
  })

  it('S2: a changed check value is refused', () => {
    const block = hexBytes(decodeMessage(payloadOf('S2')).fields[62] ?? '')
    block[39] = (block[39] ?? 0) ^ 1
    expect(() => openWorkKeys('des', hexBytes(masterKey), block)).toThrow('the check value of the MAC key is wrong')
  })

  it('S5: the MAC of the approval is valid, and no longer so after one changed bit', () => {
    const bytes = payloadOf('S5')
    const mac = bytes.subarray(bytes.length - 8)
    expect(macOf('foldDes', macKey, macInputOf(bytes))).toEqual(mac)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    expect(macOf('foldDes', macKey, macInputOf(bytes))).not.toEqual(mac)
  })

  it.each(samples.map((entry) => [entry.id, entry] as const))(
    '%s reads as its listed fields and packs back',
    (id, entry) => {
      const payload = payloadOf(id)
      const message = decodeMessage(payload)
      expect([message.tpdu, message.header, message.mti]).toEqual([entry.tpdu, entry.header, entry.mti])
      expect(
        Object.fromEntries(Object.entries(message.fields).map(([number, value]) => listed(number, value))),
      ).toEqual(entry.fields)
      expect(encodeMessage(message)).toEqual(payload)
    },
  )

  it.each(samples.map((entry) => entry.id))('%s cut short anywhere, or with a byte more, is refused', (id) => {
    const payload = payloadOf(id)
    for (let length = 0; length < payload.length; length += 1) {
      expect(() => decodeMessage(payload.subarray(0, length))).toThrow(RangeError)
    }
    expect(() => decodeMessage(Buffer.concat([payload, Buffer.alloc(1)]))).toThrow('1 bytes follow the last field')
  })
})

/** The sample file writes binary fields as text where they are text, and marks keys and MACs. */
function listed(number: string, value: string): [string, string] {
  const text = hexBytes(/^(?:[0-9A-F]{2})*$/.test(value) ? value : '').toString('latin1')
  if (number === '64') return [number, `ASCII "${text}"`]
  if (number === '62') return [number, text.startsWith('Sequence') ? text : `0x${value}`]
  return [number, value]
}

describe('cryptography of the published examples', () => {
  const saleMacInput = (): Buffer => macInputOf(payloadOf('S3'))

  it.each([
    ['foldDes', '7F8E9DACBBCAD9E8', hexText(Buffer.from('ECAD961B'))],
    ['foldDes', 'A1B2C3D4E5F60718293A4B5C6D7E8F90', hexText(Buffer.from('4D2ACF3E'))],
    ['x99', '7F8E9DACBBCAD9E8', 'C0C814045DB6C525'],
    ['x919', 'A1B2C3D4E5F60718293A4B5C6D7E8F90', 'E6590B00863707DF'],
    ['foldSm4', '0123456789ABCDEFFEDCBA9876543210', hexText(Buffer.from('2B9F3868'))],
  ] as const)('MAC %s under %s', (variant, key, expected) => {
    expect(saleMacInput()).toHaveLength(102)
    expect(hexText(macOf(variant, hexBytes(key), saleMacInput()))).toBe(expected)
  })

  it('the published MAC key opens under its master key', () => {
    const opened = decryptBlocks('des', hexBytes('70F2A84CCBC2AE8625CBB0F2C22AB923'), hexBytes('96D605EA176B7E9E'))
    expect(hexText(opened)).toBe('C24A8FB57AA20123')
  })

  it.each([
    ['des', 'D931648F3DE313A4A22C15DCA4F4299E', '900ECCE3'],
    ['des', 'AB7C577CC7A18045', 'CFF1592A'],
    ['des', '4A61C2D3E5F7081926374858697A8B9D', '6839D330'],
    ['des', '7F8E9DACBBCAD9E8', 'CAFFEDEE'],
    ['des', 'A1B2C3D4E5F60718293A4B5C6D7E8F90', '76CDB553'],
    ['sm4', '376D90E7945AA5CFDB4C07CCB35CEFD3', '08EEDEC70D7C0682'],
    ['sm4', 'F351D490994603795C6EBEE8FAEBB481', '861E83E31FAEBF10'],
  ] as const)('check value, %s key %s', (cipher, key, expected) => {
    expect(hexText(keyCheckValue(cipher, hexBytes(key)))).toBe(expected)
  })

  it.each([
    ['des', '123456', '1234567890123456', '0612713176FEDCBA'],
    ['des', '123456', '123456789012345678', '061253DFFEDCBA98'],
    ['des', '123456', '6225880000000001', '06126CD6FFFFFFFF'],
    ['sm4', '123654', '6601007726880', '06123654FFFFFFFFFFFF99FEFF88D977'],
  ] as const)('PIN block, %s, PIN %s, card %s', (cipher, pin, pan, expected) => {
    expect(hexText(clearPinBlock(cipher, pin, pan))).toBe(expected)
  })

  it('encrypted PIN blocks of both forms', () => {
    expect(hexText(encryptedPinBlock('des', pinKey, '123456', card.pan))).toBe('D8B0CC70AD13CC4C')
    const sm4Key = hexBytes('F351D490994603795C6EBEE8FAEBB481')
    expect(hexText(encryptedPinBlock('sm4', sm4Key, '123654', '6601007726880'))).toBe(
      'CD01D6AD8F0A484C52A9364A0595AD60',
    )
  })

  it('the encrypted part of a track', () => {
    expect(encryptedTrack('des', trackKey, card.track2)).toBe('6225880000000001D30108E34120D79B7E413')
    const published = '1234567890123456789D0508201781999168302'
    const cryptogram = encryptedTrack('des', trackKey, published)
    expect([cryptogram.slice(0, 22), cryptogram.slice(38)]).toEqual([published.slice(0, 22), published.slice(38)])
    expect(hexText(decryptBlocks('des', trackKey, hexBytes(cryptogram.slice(22, 38))))).toBe('0820178199916830')
  })
})
