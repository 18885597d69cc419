// The rack of demo cards: one that is approved, and one for each decline a newcomer may want to see. Invented numbers in one
// BIN; the first is the card of the public test set, so that anyone's client can try it.

export interface DemoCardDefinition {
  readonly cardId: string
  readonly pan: string
  /** YYMM */
  readonly expiry: string
  readonly serviceCode: string
  readonly discretionaryData: string
  readonly pin: string
  readonly holder: string
  readonly state: 'active' | 'lost' | 'stolen' | 'frozen' | 'notActivated' | 'closed'
  readonly balanceMinor: bigint
  readonly singleLimitMinor?: bigint
  readonly pinTries?: number
  readonly chip?: boolean
  readonly stopListed?: boolean
  readonly unknownToIssuer?: boolean
  readonly scenario: string
  readonly responseCode: string
  readonly label: { readonly zh: string; readonly en: string }
  readonly note: { readonly zh: string; readonly en: string }
}

const common = {
  expiry: '3012',
  serviceCode: '201',
  discretionaryData: '1234567890123',
  pin: '123456',
  state: 'active',
  balanceMinor: 500_000n,
} as const

export const demoCards: readonly DemoCardDefinition[] = [
  {
    ...common,
    cardId: 'approved',
    pan: '6225880000000001',
    holder: 'LI MING',
    scenario: 'approved',
    responseCode: '00',
    label: { zh: '李明 · 储值卡', en: 'Li Ming · stored value' },
    note: { zh: '余额 5,000.00 元，密码 123456', en: 'Balance 5,000.00, PIN 123456' },
  },
  {
    ...common,
    cardId: 'approved-two',
    pan: '6225880000000019',
    holder: 'WANG FANG',
    scenario: 'approved',
    responseCode: '00',
    balanceMinor: 1_288_000n,
    label: { zh: '王芳 · 储值卡', en: 'Wang Fang · stored value' },
    note: { zh: '余额 12,880.00 元，密码 123456', en: 'Balance 12,880.00, PIN 123456' },
  },
  {
    ...common,
    cardId: 'low-balance',
    pan: '6225880000000027',
    holder: 'ZHANG WEI',
    scenario: 'insufficient',
    responseCode: '51',
    balanceMinor: 500n,
    label: { zh: '余额不足', en: 'Low balance' },
    note: { zh: '余额仅 5.00 元', en: 'Only 5.00 left' },
  },
  {
    ...common,
    cardId: 'pin-locked',
    pan: '6225880000000035',
    holder: 'CHEN JING',
    scenario: 'pinTries',
    responseCode: '75',
    pinTries: 3,
    label: { zh: '密码锁定', en: 'PIN locked' },
    note: { zh: '密码已输错三次', en: 'Three wrong PINs before' },
  },
  {
    ...common,
    cardId: 'lost',
    pan: '6225880000000043',
    holder: 'LIU YANG',
    scenario: 'lost',
    responseCode: '41',
    state: 'lost',
    label: { zh: '挂失卡', en: 'Lost card' },
    note: { zh: '持卡人已挂失', en: 'Reported lost' },
  },
  {
    ...common,
    cardId: 'stolen',
    pan: '6225880000000050',
    holder: 'ZHAO LEI',
    scenario: 'stolen',
    responseCode: '43',
    state: 'stolen',
    label: { zh: '被窃卡', en: 'Stolen card' },
    note: { zh: '已报失窃', en: 'Reported stolen' },
  },
  {
    ...common,
    cardId: 'frozen',
    pan: '6225880000000068',
    holder: 'SUN LI',
    scenario: 'frozen',
    responseCode: '62',
    state: 'frozen',
    label: { zh: '冻结卡', en: 'Frozen card' },
    note: { zh: '资金已冻结', en: 'Funds are frozen' },
  },
  {
    ...common,
    cardId: 'expired',
    pan: '6225880000000076',
    holder: 'ZHOU MIN',
    scenario: 'expired',
    responseCode: '54',
    expiry: '2412',
    label: { zh: '过期卡', en: 'Expired card' },
    note: { zh: '有效期至 2024 年 12 月', en: 'Expired in December 2024' },
  },
  {
    ...common,
    cardId: 'not-activated',
    pan: '6225880000000084',
    holder: 'WU QIANG',
    scenario: 'notActivated',
    responseCode: '21',
    state: 'notActivated',
    label: { zh: '未激活', en: 'Not activated' },
    note: { zh: '尚未售出激活', en: 'Produced, not yet sold' },
  },
  {
    ...common,
    cardId: 'single-limit',
    pan: '6225880000000092',
    holder: 'XU NA',
    scenario: 'limit',
    responseCode: '61',
    singleLimitMinor: 5_000n,
    label: { zh: '单笔限额', en: 'Single limit' },
    note: { zh: '单笔限额 50.00 元', en: 'At most 50.00 a payment' },
  },
  {
    ...common,
    cardId: 'stop-listed',
    pan: '6225880000000100',
    holder: 'MA CHAO',
    scenario: 'stopListed',
    responseCode: '04',
    stopListed: true,
    label: { zh: '止付名单', en: 'Stop list' },
    note: { zh: '在收单行止付名单上', en: 'On the acquirer’s stop list' },
  },
  {
    ...common,
    cardId: 'chip-only',
    pan: '6225880000000118',
    holder: 'HU JUN',
    scenario: 'chip',
    responseCode: '45',
    chip: true,
    label: { zh: '须插芯片', en: 'Chip required' },
    note: { zh: '芯片卡不得降级刷磁条', en: 'A chip card may not be swiped' },
  },
  {
    ...common,
    cardId: 'foreign-bin',
    pan: '4900000000000003',
    holder: 'TEST CARD',
    scenario: 'noIssuer',
    responseCode: '15',
    unknownToIssuer: true,
    label: { zh: '无此发卡方', en: 'Unknown issuer' },
    note: { zh: '本网络没有此卡的发卡方', en: 'No issuer in this network' },
  },
]

export function demoTrack2(card: DemoCardDefinition): string {
  return `${card.pan}D${card.expiry}${card.serviceCode}${card.discretionaryData}`
}
