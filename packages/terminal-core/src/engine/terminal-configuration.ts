// What is set once for a terminal: who it is, which dialect profile it speaks, and its fixed limits.

import type { TerminalProfile } from '@shua/scheme'

export interface TerminalConfiguration {
  /** DE 41 */
  readonly terminalId: string
  /** DE 42 */
  readonly merchantId: string
  /** On slips until a parameter download brings the acquirer's spelling. */
  readonly merchantName: string
  readonly profile: TerminalProfile
  /** Network licence (4 characters) and serial, DE 62 of the sign-on; older terminals have none. */
  readonly licenceAndSerial: string | undefined
  /** Ten hex digits. */
  readonly tpdu: string
  /** Twelve digits; digit 6 stays 0 in requests. */
  readonly header: string
  /** DE 60.4: 2 stripe, 5 chip, 6 contactless. */
  readonly readCapability: string
  /** Prints a test banner on every slip. */
  readonly testMode: boolean
  /** Approved transactions a batch may hold; totals count in three digits. */
  readonly batchRecordsMax: number
}

export const terminalConfigurationDefault = {
  merchantName: '',
  licenceAndSerial: undefined,
  tpdu: '6000030000',
  header: '603100310000',
  readCapability: '2',
  testMode: false,
  batchRecordsMax: 500,
} as const
