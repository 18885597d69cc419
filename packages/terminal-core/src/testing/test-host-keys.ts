// The test host's sign-on: fresh working keys under the terminal's master key, as the profile wants them.

import { formatWorkingKeys, type HostAnswer, type ManagementMessage, type WrappedKey } from '@shua/scheme'
import type { KeyBlock } from '@shua/security-module'
import type { TestHost } from './test-host.ts'

export function signOnAnswer(
  host: TestHost,
  request: ManagementMessage,
): Partial<HostAnswer> & { responseCode: string } {
  const { algorithm, mak, checkValueBytes } = host.options.profile.keySet
  const wrap = (key: KeyBlock): WrappedKey => ({
    cryptogram: host.module.wrapKey({ under: host.masterKey, key }),
    checkValue: host.module.checkValue(key).subarray(0, checkValueBytes),
  })
  const withTrackKey = request.head.networkCode === '004' || request.head.networkCode === '006'
  const keys = {
    pik: host.module.generateKey({ usage: 'pin', algorithm }),
    mak: host.module.generateKey({ usage: 'mac', algorithm: mak === 'half' ? 'des' : algorithm }),
    tdk: withTrackKey ? host.module.generateKey({ usage: 'track', algorithm }) : undefined,
  }
  host.keys = keys
  return {
    responseCode: '00',
    batchNumber: String(host.batch.batchNumber).padStart(6, '0'),
    data: formatWorkingKeys({ pik: wrap(keys.pik), mak: wrap(keys.mak), tdk: keys.tdk && wrap(keys.tdk) }),
  }
}
