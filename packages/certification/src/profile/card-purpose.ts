// What each test card of a profile is for, and which response codes a host may answer it with (terminal-protocol §5). Where an
// acquirer answers otherwise, the card of the profile says so with `expected`.

import type { Title } from '@shua/iso8583'

export interface CardPurpose {
  readonly title: Title
  /** DE 39 of a purchase with it. */
  readonly expected: readonly string[]
}

export const cardPurposes = {
  good: { title: { zh: '正常卡', en: 'a good card' }, expected: ['00'] },
  second: { title: { zh: '另一张正常卡', en: 'another good card' }, expected: ['00'] },
  expired: { title: { zh: '过期卡', en: 'an expired card' }, expected: ['54', '33'] },
  lost: { title: { zh: '挂失卡', en: 'a lost card' }, expected: ['41'] },
  stolen: { title: { zh: '被窃卡', en: 'a stolen card' }, expected: ['43'] },
  noFunds: { title: { zh: '余额不足的卡', en: 'a card without funds' }, expected: ['51'] },
  overLimit: { title: { zh: '超出限额的卡', en: 'a card whose limit is below the amount' }, expected: ['61'] },
  pinLocked: { title: { zh: '密码已锁定的卡', en: 'a card whose PIN is locked' }, expected: ['75', '38'] },
  frozen: { title: { zh: '受限制的卡', en: 'a restricted card' }, expected: ['62', '36', '57'] },
  notActivated: { title: { zh: '未激活的卡', en: 'a card not yet activated' }, expected: ['21', '62'] },
  stopListed: { title: { zh: '止付名单上的卡', en: 'a card on the stop list' }, expected: ['04', '07', '41', '43'] },
  chipOnly: { title: { zh: '须插芯片的卡', en: 'a chip card that is swiped' }, expected: ['45'] },
  unknownCard: { title: { zh: '不存在的卡号', en: 'a card number nobody issued' }, expected: ['14', '56'] },
  unknownIssuer: { title: { zh: '无此发卡方的卡', en: 'a card of an unknown issuer' }, expected: ['15', '31', '14'] },
} as const satisfies Record<string, CardPurpose>

export type CardPurposeName = keyof typeof cardPurposes

export const cardPurposeNames = Object.keys(cardPurposes) as CardPurposeName[]
