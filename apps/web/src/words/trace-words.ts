// What the roles call their steps and checks, in words. A name without an entry is shown as it is: a new step must never
// disappear from an X-ray because nobody translated it.

import type { LocalizedText } from '@shua/contract'

const words = {
  // terminal
  stripeRead: { zh: '读取磁条', en: 'Stripe read' },
  numberKeyed: { zh: '手工输入卡号', en: 'Number typed' },
  pinEncrypted: { zh: '密码加密', en: 'PIN encrypted' },
  reversalStored: { zh: '先存冲正记录', en: 'Reversal record stored first' },
  macComputed: { zh: '计算 MAC', en: 'MAC computed' },
  answerReadable: { zh: '应答可读', en: 'Answer readable' },
  answerMatches: { zh: '应答与请求相符', en: 'Answer matches request' },
  answerMac: { zh: '应答 MAC', en: 'MAC of the answer' },
  noAnswer: { zh: '没有收到应答', en: 'No answer came' },
  notSent: { zh: '未能发出', en: 'Not sent' },
  approved: { zh: '批准', en: 'Approved' },
  declined: { zh: '拒绝', en: 'Declined' },
  unknown: { zh: '结果未知', en: 'Outcome unknown' },
  stored: { zh: '已存储', en: 'Stored' },

  // acquirer
  'message format': { zh: '报文格式', en: 'Message format' },
  'terminal known': { zh: '终端已登记', en: 'Terminal known' },
  'merchant of the terminal': { zh: '终端属于该商户', en: 'Terminal belongs to merchant' },
  'terminal active': { zh: '终端启用', en: 'Terminal active' },
  'signed on': { zh: '已签到', en: 'Signed on' },
  'message authentication code': { zh: '请求 MAC', en: 'MAC of the request' },
  batch: { zh: '批次号', en: 'Batch number' },
  'batch open': { zh: '批次未结算', en: 'Batch open' },
  'card data': { zh: '卡数据可读', en: 'Card data readable' },
  'not a duplicate': { zh: '不是重复交易', en: 'Not a duplicate' },
  'merchant open': { zh: '商户正常', en: 'Merchant open' },
  'permitted to terminal': { zh: '终端有权办理', en: 'Permitted to terminal' },
  currency: { zh: '币种', en: 'Currency' },
  amount: { zh: '金额', en: 'Amount' },
  'terminal limit': { zh: '终端单笔限额', en: 'Terminal single limit' },
  'merchant limit': { zh: '商户单笔限额', en: 'Merchant single limit' },
  'original transaction': { zh: '原交易', en: 'Original transaction' },
  'stop list': { zh: '不在止付名单', en: 'Not on the stop list' },
  'terminal daily limit': { zh: '终端日累计限额', en: 'Terminal daily limit' },
  'terminal monthly limit': { zh: '终端月累计限额', en: 'Terminal monthly limit' },
  'merchant daily limit': { zh: '商户日累计限额', en: 'Merchant daily limit' },
  'merchant monthly limit': { zh: '商户月累计限额', en: 'Merchant monthly limit' },
  reversible: { zh: '可以冲正', en: 'Can be reversed' },
  failed: { zh: '处理失败', en: 'Failed' },

  // switch
  'route by BIN': { zh: '按卡号找发卡方', en: 'Issuer found by BIN' },
  'PIN translation': { zh: '密码转加密', en: 'PIN translated' },
  'issuer answered': { zh: '发卡方应答', en: 'Issuer answered' },

  // issuer
  'card known': { zh: '卡片存在', en: 'Card known' },
  'first of its payment': { zh: '首次处理', en: 'First of its payment' },
  'state of the original': { zh: '原交易状态', en: 'State of the original' },
  'card state': { zh: '卡片状态', en: 'Card state' },
  expiry: { zh: '有效期', en: 'Expiry date' },
  'card verification value': { zh: '磁条校验值', en: 'Stripe verification value' },
  chip: { zh: '芯片要求', en: 'Chip rule' },
  PIN: { zh: '密码', en: 'PIN' },
  'programme scope': { zh: '卡产品适用范围', en: 'Programme scope' },
  'single limit': { zh: '单笔限额', en: 'Single limit' },
  'daily limit': { zh: '日累计限额', en: 'Daily limit' },
  'monthly limit': { zh: '月累计限额', en: 'Monthly limit' },
  'daily count': { zh: '日累计笔数', en: 'Daily count' },
  'available balance': { zh: '可用余额', en: 'Available balance' },
  original: { zh: '原交易', en: 'Original' },

  // ledger
  load: { zh: '充值', en: 'Load' },
  purchase: { zh: '消费', en: 'Purchase' },
  void: { zh: '消费撤销', en: 'Void' },
  refund: { zh: '退货', en: 'Refund' },
  completion: { zh: '预授权完成', en: 'Completion' },
  completionAdvice: { zh: '预授权完成通知', en: 'Completion advice' },
  completionVoid: { zh: '预授权完成撤销', en: 'Void of completion' },
  reversal: { zh: '冲正', en: 'Reversal' },
  shortfall: { zh: '不足部分', en: 'Shortfall' },
  cardholder: { zh: '持卡人账户', en: 'Cardholder' },
  merchant: { zh: '商户账户', en: 'Merchant' },
  custody: { zh: '备付金', en: 'Custody' },
  receivable: { zh: '应收持卡人', en: 'Receivable' },

  // keys
  TMK: { zh: '终端主密钥 TMK', en: 'Terminal master key, TMK' },
  PIK: { zh: '密码密钥 PIK', en: 'PIN key, PIK' },
  MAK: { zh: 'MAC 密钥 MAK', en: 'MAC key, MAK' },
  TDK: { zh: '磁道密钥 TDK', en: 'Track key, TDK' },
} as const satisfies Record<string, LocalizedText>

export function traceWords(name: string): LocalizedText | undefined {
  return Object.hasOwn(words, name) ? words[name as keyof typeof words] : undefined
}
