// How fast the security module is at what one purchase needs on the host: verify the request's MAC, take the PIN to the
// issuer's key and check it, compute the answer's MAC. The baseline does the same cryptography by creating an OpenSSL
// cipher for every call from clear keys, which is what the module would cost without its kept ciphers, less the unwrapping.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Sensitive } from '@shua/card-data'
import { SoftwareSecurityModule, type KeyAlgorithm, type KeyBlock, type KeyUsage } from '@shua/security-module'
import { measureRates, resultOf, type BenchResult } from './measure.ts'

const terminals = 64

interface TerminalKeys {
  readonly pik: KeyBlock
  readonly mak: KeyBlock
}

export function benchSecurity(): Promise<BenchResult[]> {
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), randomBytes)
  const rates = measureRates(
    [
      { name: 'set', repeat: repeated(preparePurchase(module)) },
      { name: 'naive', repeat: repeated(prepareNaivePurchase()) },
      { name: 'translate', repeat: repeated(prepareTranslation(module)) },
      { name: 'unwrap', repeat: repeated(prepareUnwrapping()) },
    ],
    { runs: 7, runMs: 200 },
  )
  const of = (name: string): number[] => rates.get(name)!
  return Promise.resolve([
    resultOf('security.purchaseSet', 'sets/s', { values: of('set'), baseline: of('naive') }),
    resultOf('security.translatePin', 'blocks/s', { values: of('translate') }),
    resultOf('security.unwrapKeyBlock', 'keys/s', { values: of('unwrap') }),
  ])
}

function repeated(work: (index: number) => void): (count: number) => void {
  return (count) => {
    for (let index = 0; index < count; index++) work(index)
  }
}

/** The module as acquirer and issuer call it, with another terminal's keys each time. */
function preparePurchase(module: SoftwareSecurityModule): (index: number) => void {
  const generate = (usage: KeyUsage, algorithm: KeyAlgorithm): KeyBlock => module.generateKey({ usage, algorithm })
  const keys: TerminalKeys[] = Array.from({ length: terminals }, () => ({
    pik: generate('pin', 'tdes2'),
    mak: generate('mac', 'des'),
  }))
  const issuerKey = generate('pin', 'tdes2')
  const pvvKey = generate('pinVerification', 'tdes2')
  const pan = new Sensitive('6225880000000001')
  const pin = new Sensitive('123456')
  const pvv = module.pinVerificationValue({ key: pvvKey, keyIndex: 1, pin, pan })
  const [request, answer] = [randomBytes(102), randomBytes(128)]
  const variant = 'unionpayEcb'
  const macs = keys.map(({ mak }) => module.computeMac({ key: mak, variant, data: request }))
  const blocks = keys.map(({ pik }) => module.encryptPinBlock({ key: pik, format: 0, pin, pan }))
  return (index) => {
    const terminal = index % terminals
    const { pik, mak } = keys[terminal]!
    const verified = module.verifyMac({ key: mak, variant, data: request, mac: macs[terminal]! })
    const from = { key: pik, format: 0 } as const
    const block = module.translatePinBlock({ from, to: { key: issuerKey, format: 0 }, block: blocks[terminal]!, pan })
    const check = module.verifyPin({ pinKey: issuerKey, format: 0, block, pan, pvvKey, pvvKeyIndex: 1, pvv })
    const mac = module.computeMac({ key: mak, variant, data: answer })
    if (!verified || check !== 'right' || mac.length !== 8) throw new Error('the purchase set failed')
  }
}

/** The block operations of the same set: two for each MAC, two for the translation, two for the PIN check. */
function prepareNaivePurchase(): (index: number) => void {
  const key = randomBytes(24)
  const block = randomBytes(8)
  return () => {
    for (let call = 0; call < 6; call++) createCipheriv('des-ede3-ecb', key, null).update(block)
    for (let call = 0; call < 2; call++) {
      createDecipheriv('des-ede3-ecb', key, null).setAutoPadding(false).update(block)
    }
  }
}

function prepareTranslation(module: SoftwareSecurityModule): (index: number) => void {
  const pan = new Sensitive('6225880000000001')
  const from = { key: module.generateKey({ usage: 'pin', algorithm: 'sm4' }), format: 'sm4' } as const
  const to = { key: module.generateKey({ usage: 'pin', algorithm: 'tdes2' }), format: 0 } as const
  const block = module.encryptPinBlock({ ...from, pin: new Sensitive('123456'), pan })
  return () => {
    module.translatePinBlock({ from, to, block, pan })
  }
}

/** More keys than the module keeps, so that each call takes one out of its block. */
function prepareUnwrapping(): (index: number) => void {
  const module = SoftwareSecurityModule.withMasterKey(new Sensitive(randomBytes(32)), randomBytes, { keysInUseMax: 1 })
  const keys = Array.from({ length: 16 }, () => module.generateKey({ usage: 'mac', algorithm: 'tdes2' }))
  return (index) => {
    module.describeKey(keys[index % keys.length]!)
  }
}
