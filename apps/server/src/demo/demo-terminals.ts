// Merchants and terminals of the demo. Terminal 10000001 is left free for outside clients and has the licence, serial and master
// key of the public test set; the others are run by this server for the browser, each with another profile.

import type { TerminalProfileName } from '@shua/scheme'

export const demoMerchants = [
  {
    merchantId: '898110015411234',
    name: '刷刷百货（王府井店）',
    nameEn: 'Shua Department Store, Wangfujing',
    category: '5311',
    city: '北京',
    state: 'active',
  },
  {
    merchantId: '898310058121001',
    name: '江南小馆',
    nameEn: 'Jiangnan Bistro',
    category: '5812',
    city: '上海',
    state: 'active',
    singleLimitMinor: 500_000n,
    dailyLimitMinor: 2_000_000n,
    monthlyLimitMinor: 20_000_000n,
  },
  {
    merchantId: '898440353119002',
    name: '已关闭的商户',
    nameEn: 'Closed merchant',
    category: '5311',
    city: '广州',
    state: 'closed',
  },
] as const

export interface DemoTerminalDefinition {
  readonly terminalId: string
  readonly merchantId: string
  readonly profile: TerminalProfileName
  readonly place: string
  readonly licenceSerial: string | null
  /** Clear master key, hex: demo only, so that anyone's terminal can load it. */
  readonly masterKey: string
  readonly hosted: boolean
  readonly state: 'active' | 'suspended'
  readonly batchNumber: number
  /** What is left out is no limit. */
  readonly singleLimitMinor?: bigint
  readonly dailyLimitMinor?: bigint
  readonly monthlyLimitMinor?: bigint
}

const store = '898110015411234'
const bistro = '898310058121001'

export const demoTerminals: readonly DemoTerminalDefinition[] = [
  {
    terminalId: '10000001',
    merchantId: store,
    profile: 'pos-3des',
    place: '北京·外接终端',
    licenceSerial: '3456SYNTH001',
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'active',
    batchNumber: 7,
  },
  {
    terminalId: '10000002',
    merchantId: store,
    profile: 'pos-3des',
    place: '北京·一层服务台',
    licenceSerial: '3456SYNTH002',
    masterKey: '89E04C2F6D1A7B3852C4E9F07A6B1D38',
    hosted: true,
    state: 'active',
    batchNumber: 1,
    singleLimitMinor: 1_000_000n,
    dailyLimitMinor: 5_000_000n,
    monthlyLimitMinor: 50_000_000n,
  },
  {
    terminalId: '10000003',
    merchantId: bistro,
    profile: 'pos-sm4',
    place: '上海·前台',
    licenceSerial: '3456SYNTH003',
    masterKey: '2B7F9A3C5D1E8046B2D4F6A81C3E507F',
    hosted: true,
    state: 'active',
    batchNumber: 1,
  },
  {
    terminalId: '10000004',
    merchantId: store,
    profile: 'pos-3des-track',
    place: '北京·二层收银台',
    licenceSerial: '3456SYNTH004',
    masterKey: '4C8A1F0E7B2D9635A1C3E5F70B2D4F61',
    hosted: true,
    state: 'active',
    batchNumber: 1,
  },
  {
    terminalId: '10000005',
    merchantId: store,
    profile: 'pos-x919',
    place: '北京·外接终端',
    licenceSerial: null,
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'active',
    batchNumber: 1,
  },
  {
    terminalId: '10000006',
    merchantId: store,
    profile: 'pos-3des-mac16',
    place: '北京·外接终端',
    licenceSerial: null,
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'active',
    batchNumber: 1,
  },
  {
    terminalId: '10000007',
    merchantId: store,
    profile: 'pos-x99',
    place: '北京·外接终端',
    licenceSerial: null,
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'active',
    batchNumber: 1,
  },
  {
    terminalId: '10000008',
    merchantId: store,
    profile: 'pos-3des',
    place: '北京·停用',
    licenceSerial: null,
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'suspended',
    batchNumber: 1,
  },
  {
    terminalId: '10000009',
    merchantId: '898440353119002',
    profile: 'pos-3des',
    place: '广州·已关闭商户',
    licenceSerial: null,
    masterKey: '0123456789ABCDEFFEDCBA9876543210',
    hosted: false,
    state: 'active',
    batchNumber: 1,
  },
]
