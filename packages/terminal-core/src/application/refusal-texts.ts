// What a local refusal says, and what to do next. Nothing was sent in any of these cases, so no money moved.

import type { RefusalReason } from '../engine/outcome.ts'

interface RefusalText {
  readonly zh: string
  readonly en: string
  readonly nextZh: string
  readonly nextEn: string
}

function text(zh: string, en: string, nextZh: string, nextEn: string): RefusalText {
  return { zh, en, nextZh, nextEn }
}

const again = ['请重新操作', 'Start again'] as const
const signOn = ['按菜单键，选 7 签到', 'Press menu, then 7 to sign on'] as const

export const refusalTexts: Record<RefusalReason, RefusalText> = {
  noMasterKey: text('终端未装主密钥', 'No master key in this terminal', '请联系收单行', 'Call the acquirer'),
  notSignedOn: text('终端未签到', 'Not signed on', ...signOn),
  hostUnreachable: text(
    '无法连接主机，未发出，未扣款',
    'Host not reachable; nothing was sent',
    '请检查网络后重试',
    'Check the network and try again',
  ),
  keysWrong: text(
    '工作密钥校验失败',
    'The working keys do not check',
    '请联系收单行核对主密钥',
    'Have the acquirer compare the master key',
  ),
  needsSupervisor: text('需要主管密码', 'The supervisor must agree', '请主管输入密码', 'Ask the supervisor'),
  supervisorWrong: text('主管密码错误', 'Wrong supervisor password', ...again),
  supervisorLocked: text('主管密码已锁定', 'The supervisor is locked', '请稍后再试', 'Try again later'),
  originalNotInBatch: text(
    '本批次没有这笔交易',
    'Not in this batch',
    '请核对凭证号；已结算的请用退货',
    'Check the voucher number; after settlement use refund',
  ),
  originalNotVoidable: text(
    '这类交易不能这样撤销',
    'This kind cannot be voided here',
    '请核对交易类型',
    'Check the kind of transaction',
  ),
  originalVoided: text('这笔交易已撤销', 'Already voided', '无需再次撤销', 'Nothing to do'),
  cardNeeded: text('需要刷原卡', 'The card is needed', '请刷原交易的卡', 'Swipe the card of the original'),
  cardUnreadable: text('读卡失败', 'The card was not read', '请再刷一次', 'Swipe again'),
  cardDiffers: text(
    '不是原交易的卡',
    'Not the card of the original',
    '请刷原交易的卡',
    'Swipe the card of the original',
  ),
  expiryNeeded: text(
    '手工输入需要有效期',
    'A typed number needs its expiry date',
    '请输入卡面有效期',
    'Enter the date on the card',
  ),
  cardStopListed: text(
    '此卡已止付',
    'This card is stopped',
    '请留下卡片并联系收单行',
    'Keep the card and call the acquirer',
  ),
  manualEntryOff: text('不允许手工输入卡号', 'Typed numbers are not allowed', '请刷卡', 'Swipe the card'),
  pinMalformed: text('密码应为 4 至 12 位', 'A PIN has 4 to 12 digits', ...again),
  amountInvalid: text('金额无效', 'Invalid amount', '请重新输入金额', 'Enter the amount again'),
  batchFull: text('本批次已满', 'The batch is full', '请先结算', 'Settle first'),
  mustSettle: text('主机已换批次', 'The host works in another batch', '请先结算', 'Settle first'),
  settling: text('结算尚未完成', 'A settlement is not finished', '请先完成结算', 'Finish the settlement first'),
  reversalPending: text(
    '上一笔冲正尚未确认',
    'The last reversal is not confirmed',
    '请检查网络，稍后再试',
    'Check the network, then try again',
  ),
  advicesPending: text(
    '有交易尚未上送',
    'Stored transactions are not yet sent',
    '请检查网络后再结算',
    'Check the network, then settle',
  ),
  nothingToPrint: text('没有可打印的交易', 'Nothing to print', '请先完成一笔交易', 'Make a transaction first'),
  notFound: text('没有找到', 'Not found', ...again),
  passwordMalformed: text(
    '密码应为 4 至 12 位数字且不同于初始密码',
    'A password has 4 to 12 digits and is not the initial one',
    ...again,
  ),
  numberMalformed: text('柜员号应为 01 至 98', 'A cashier number is 01 to 98', ...again),
  journalFailed: text(
    '终端存储异常，未发出',
    'The terminal cannot store; nothing was sent',
    '请检查存储空间',
    'Check the free space of the disk',
  ),
}
