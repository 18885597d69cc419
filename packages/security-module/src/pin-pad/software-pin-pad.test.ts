// The PIN pad with the example key set of terminal-protocol §3.7 C: sign-on answer S2, sale S3 and S4.

import { Sensitive } from '@shua/card-data'
import { beforeEach, describe, expect, it } from 'vitest'
import { SoftwarePinPad } from '../index.ts'
import { exampleKeys, examplePan as pan, examplePin as pin, secret, testModule } from '../testing/example-keys.ts'
import { faultOf } from '../testing/fault-of.ts'

const wrapped = (cryptogram: string, kcv: string) => ({
  cryptogram: Buffer.from(cryptogram, 'hex'),
  kcv: Buffer.from(kcv, 'hex'),
})
const signOn = {
  pik: wrapped('873C04148FD7FF3AA930C1ACC0BD9F54', '6839D330'),
  mak: wrapped('1013F4500A30A98A', 'CAFFEDEE'),
  tdk: wrapped('FD7AF640961CDB8B5CCFBE13B358FE6E', '76CDB553'),
  algorithm: 'tdes2',
} as const
const sale = Buffer.from(
  '0200302004C020C0981300000000000001000000000202100012376225880000000001D30122011234567890123' +
    '03130303030303031383938313130303135343131323334313536D8B0CC70AD13CC4C260000000000000000142200000700060100033031' +
    '20',
  'hex',
)
const track = new Sensitive('6225880000000001D30122011234567890123')

let pad: SoftwarePinPad

beforeEach(() => {
  pad = new SoftwarePinPad(testModule('pad'))
  pad.loadMasterKey({ components: [secret(exampleKeys.tmk)], algorithm: 'tdes2' })
})

const none = { masterKeySlots: [1], pik: false, mak: false, tdk: false }

describe('the PIN pad', () => {
  it('computes fields 52, 64 and the track of the sample sale', () => {
    pad.loadWorkingKeys(signOn)
    expect(pad.encryptPin(pin, pan).toString('hex').toUpperCase()).toBe('D8B0CC70AD13CC4C')
    const mac = pad.computeMac('unionpayEcb', sale)
    expect(mac.toString('latin1')).toBe('ECAD961B')
    expect(pad.verifyMac('unionpayEcb', sale, mac)).toBe(true)
    expect(pad.verifyMac('unionpayEcb', sale, Buffer.from('ECAD961C'))).toBe(false)
    expect(pad.encryptTrack(track).reveal()).toBe('6225880000000001D30108E34120D79B7E413')
  })

  it('works without a TDK, and says so when one is needed', () => {
    pad.loadWorkingKeys(signOn)
    pad.loadWorkingKeys({ ...signOn, tdk: undefined })
    expect(pad.keysPresent()).toEqual({ masterKeySlots: [1], pik: true, mak: true, tdk: false })
    expect(faultOf(() => pad.encryptTrack(track))).toMatchObject({ code: 'SECURITY_KEY_MISSING', path: 'tdk' })
  })

  it.each(['pik', 'mak', 'tdk'] as const)('refuses the whole set when the check value of the %s is wrong', (name) => {
    pad.loadWorkingKeys(signOn)
    const before = pad.computeMac('unionpayEcb', sale)
    for (const kcv of ['00000000', '', signOn[name].kcv.toString('hex').slice(0, 4)]) {
      const wrong = { ...signOn, [name]: { ...signOn[name], kcv: Buffer.from(kcv, 'hex') } }
      expect(faultOf(() => pad.loadWorkingKeys(wrong))).toMatchObject({ code: 'SECURITY_KEY_CHECK', path: name })
    }
    const changed = Buffer.from(signOn[name].cryptogram)
    changed[0]! ^= 0x80
    const wrong = { ...signOn, [name]: { ...signOn[name], cryptogram: changed } }
    expect(faultOf(() => pad.loadWorkingKeys(wrong))).toMatchObject({ code: 'SECURITY_KEY_CHECK', path: name })
    const short = { ...signOn, [name]: { ...signOn[name], cryptogram: changed.subarray(1) } }
    expect(faultOf(() => pad.loadWorkingKeys(short))).toMatchObject({ code: 'SECURITY_KEY_LENGTH', path: name })
    // The keys of the last good sign-on are still there.
    expect(pad.computeMac('unionpayEcb', sale)).toEqual(before)
  })

  it('speaks SM4 with SM4 keys', () => {
    pad.loadMasterKey({ components: [secret('1234567890ABCDEFABCDEF0987654321')], algorithm: 'sm4', slot: 2 })
    const key = wrapped('3D66234C49E4296FF9C78D8BACBD6A76', '861E83E31FAEBF10')
    pad.loadWorkingKeys({ pik: key, mak: key, tdk: key, algorithm: 'sm4', slot: 2 })
    const block = pad.encryptPin(new Sensitive('123654'), new Sensitive('6230606601007726888'))
    expect(block.toString('hex').toUpperCase()).toBe('CD01D6AD8F0A484C52A9364A0595AD60')
    expect(pad.verifyMac('sm4Ecb', sale, pad.computeMac('sm4Ecb', sale))).toBe(true)
    expect(pad.encryptTrack(track).reveal()).toMatch(/^6225[0-9A-F]{32}3$/)
  })

  it('takes another PIN block format when asked', () => {
    pad.loadWorkingKeys(signOn)
    expect(pad.encryptPin(pin, pan, 'withoutPan')).not.toEqual(pad.encryptPin(pin, pan))
    expect(pad.encryptPin(pin, pan, 1)).not.toEqual(pad.encryptPin(pin, pan, 1))
  })

  it('forgets the working keys when told, and when a master key is injected', () => {
    pad.loadWorkingKeys(signOn)
    pad.eraseWorkingKeys()
    expect(pad.keysPresent()).toEqual(none)
    pad.loadWorkingKeys(signOn)
    pad.loadMasterKey({ components: [secret(exampleKeys.tdk)], algorithm: 'tdes2' })
    expect(pad.keysPresent()).toEqual(none)
    for (const call of [() => pad.encryptPin(pin, pan), () => pad.computeMac('unionpayEcb', sale)]) {
      expect(faultOf(call).code).toBe('SECURITY_KEY_MISSING')
    }
  })

  it('takes its master key in components with a check value', () => {
    const components = [secret('E09B073B4007541FAB76B04370451031'), secret('4CBF5D51EA8525EF045EFED6E386D9D9')]
    pad.loadMasterKey({ components, algorithm: 'tdes2', checkValue: Buffer.from('40D522', 'hex'), slot: 3 })
    expect(pad.keysPresent().masterKeySlots).toEqual([1, 3])
    const wrong = { components, algorithm: 'tdes2', checkValue: Buffer.from('40D523', 'hex'), slot: 4 } as const
    expect(faultOf(() => pad.loadMasterKey(wrong))).toMatchObject({ code: 'SECURITY_KEY_CHECK', path: 'masterKey' })
    expect(pad.keysPresent().masterKeySlots).toEqual([1, 3])
  })

  it.each([0, 10, 1.5])('has no master key slot %s', (slot) => {
    const call = () => pad.loadMasterKey({ components: [secret(exampleKeys.tmk)], algorithm: 'tdes2', slot })
    expect(faultOf(call)).toMatchObject({ code: 'SECURITY_KEY_MISSING', path: 'slot' })
    expect(faultOf(() => pad.loadWorkingKeys({ ...signOn, slot: 2 })).code).toBe('SECURITY_KEY_MISSING')
  })
})

describe('the stored state', () => {
  it('brings all keys back in a pad with the same master key', () => {
    pad.loadMasterKey({ components: [secret(exampleKeys.tdk)], algorithm: 'tdes2', slot: 2 })
    pad.loadWorkingKeys(signOn)
    const state = JSON.parse(JSON.stringify(pad.exportState())) as unknown
    const restarted = new SoftwarePinPad(testModule('pad'))
    restarted.importState(state)
    expect(restarted.keysPresent()).toEqual({ masterKeySlots: [1, 2], pik: true, mak: true, tdk: true })
    expect(restarted.computeMac('unionpayEcb', sale)).toEqual(pad.computeMac('unionpayEcb', sale))
    restarted.loadWorkingKeys(signOn)
  })

  it('is worth nothing to another pad', () => {
    pad.loadWorkingKeys(signOn)
    const other = new SoftwarePinPad(testModule('other pad'))
    const fault = faultOf(() => other.importState(pad.exportState()))
    expect(fault).toMatchObject({ code: 'SECURITY_PIN_PAD_STATE', path: 'masterKeys.1' })
    expect(other.keysPresent()).toEqual({ masterKeySlots: [], pik: false, mak: false, tdk: false })
  })

  it('is refused when it is anything else, and changes nothing then', () => {
    pad.loadWorkingKeys(signOn)
    const { masterKeys, workingKeys } = pad.exportState()
    const before = pad.exportState()
    const states: [state: unknown, path: string][] = [
      [undefined, ''],
      ['', ''],
      [[], ''],
      [{ version: 2, masterKeys, workingKeys }, ''],
      [{ version: 1, masterKeys }, ''],
      [{ version: 1, masterKeys: { 0: masterKeys['1'] }, workingKeys }, 'masterKeys.0'],
      [{ version: 1, masterKeys: { 1: 7 }, workingKeys }, 'masterKeys.1'],
      [{ version: 1, masterKeys: { 1: 'D0112' }, workingKeys }, 'masterKeys.1'],
      [{ version: 1, masterKeys: { 1: workingKeys.pik }, workingKeys }, 'masterKeys.1'],
      [{ version: 1, masterKeys, workingKeys: { pik: workingKeys.mak } }, 'workingKeys.pik'],
      [{ version: 1, masterKeys, workingKeys: { __proto__: null, pek: workingKeys.pik } }, 'workingKeys'],
      [{ version: 1, masterKeys, workingKeys: { tdk: `${workingKeys.tdk!.slice(0, -1)}?` } }, 'workingKeys.tdk'],
    ]
    for (const [state, path] of states) {
      expect(faultOf(() => pad.importState(state))).toMatchObject({ code: 'SECURITY_PIN_PAD_STATE', path })
    }
    expect(pad.exportState()).toEqual(before)
  })
})
