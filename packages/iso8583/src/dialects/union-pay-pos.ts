// The dialect of UnionPay-style terminals: packed digits on the left, lengths in BCD that count digits, a 64-bit
// bitmap, TPDU and a header of twelve digits in front.

import type { Dialect } from '../dialect.ts'
import { type Elements, encodeElements } from './encode-elements.ts'

const elements: Elements = {
  2: ['n..19', 'Primary account number', '主账号', 'pan'],
  3: ['n6', 'Processing code', '交易处理码'],
  4: ['amount12', 'Amount', '交易金额'],
  11: ['n6', 'System trace audit number', '受卡方系统跟踪号'],
  12: ['n6', 'Local time', '受卡方所在地时间'],
  13: ['n4', 'Local date', '受卡方所在地日期'],
  14: ['n4', 'Card expiry', '卡有效期', 'secret'],
  15: ['n4', 'Settlement date', '清算日期'],
  22: ['n3', 'Point of service entry mode', '服务点输入方式码'],
  23: ['n3', 'Card sequence number', '卡序列号'],
  25: ['n2', 'Point of service condition code', '服务点条件码'],
  26: ['n2', 'PIN capture code', '服务点PIN获取码'],
  32: ['n..11', 'Acquirer identification', '受理方标识码'],
  35: ['h..37', 'Track 2', '二磁道数据', 'track'],
  36: ['h...104', 'Track 3', '三磁道数据', 'secret'],
  37: ['an12', 'Retrieval reference number', '检索参考号'],
  38: ['an6', 'Authorization code', '授权标识应答码'],
  39: ['an2', 'Response code', '应答码'],
  41: ['ans8', 'Terminal number', '受卡机终端标识码', 'none'],
  42: ['ans15', 'Merchant number', '受卡方标识码', 'none'],
  44: ['ans..25', 'Additional response data', '附加响应数据', 'none'],
  48: ['n...322', 'Additional data', '附加数据', 'long'],
  49: ['an3', 'Currency', '交易货币代码'],
  52: ['b8', 'Encrypted PIN', '个人标识码数据', 'secret'],
  53: ['n16', 'Security control information', '安全控制信息', 'none'],
  54: ['ans...40', 'Additional amounts', '附加金额', 'none'],
  55: ['b...255', 'Chip data', 'IC卡数据域'],
  58: ['b...100', 'Electronic purse data', 'PBOC电子钱包标准的交易信息', 'secret'],
  59: ['b...999', 'Private data', '自定义域'],
  60: ['n...17', 'Private data', '自定义域'],
  61: ['n...29', 'Original message', '原始信息域'],
  62: ['b...999', 'Private data', '自定义域', 'secret'],
  63: ['t...163', 'Private data', '自定义域', 'long'],
  64: ['b8', 'Message authentication code', '报文鉴别码', 'none'],
}

const fields = encodeElements(elements, {
  digits: 'bcd',
  text: 'ascii',
  bytes: 'binary',
  prefix: 'bcd',
  chinese: 'gbk',
  // Some terminals fill with F where others fill with 0; both are read, and written back as they came.
  variableDigits: { align: 'left', filler: '0', fillerRead: 'any' },
})

export const unionpayPos: Dialect = {
  name: 'unionpayPos',
  title: { en: 'UnionPay-style terminal', zh: '银联销售点终端' },
  envelope: [
    { id: 'tpdu', title: { en: 'TPDU', zh: 'TPDU' }, bytes: 5 },
    { id: 'header', title: { en: 'Application header', zh: '报文头' }, bytes: 6 },
  ],
  mti: {
    encoding: 'bcd',
    versions: '0',
    titles: {
      '0320': { en: 'Batch upload', zh: '批上送' },
      '0330': { en: 'Batch upload response', zh: '批上送应答' },
      '0400': { en: 'Reversal', zh: '冲正' },
      '0410': { en: 'Reversal response', zh: '冲正应答' },
      '0500': { en: 'Settlement', zh: '批结算' },
      '0510': { en: 'Settlement response', zh: '批结算应答' },
      '0620': { en: 'Script result notice', zh: '脚本结果通知' },
      '0630': { en: 'Script result notice response', zh: '脚本结果通知应答' },
      '0800': { en: 'Sign-on or download', zh: '签到或下载' },
      '0810': { en: 'Sign-on or download response', zh: '签到或下载应答' },
      '0820': { en: 'Sign-off, echo or status', zh: '签退、回响或状态上送' },
      '0830': { en: 'Sign-off, echo or status response', zh: '签退、回响或状态上送应答' },
    },
  },
  bitmap: { encoding: 'binary', size: 8 },
  mac: { field: 64 },
  fields: {
    ...fields,
    // The only fixed digits that stand on the left: 021 travels as 02 10.
    22: { ...fields['22']!, align: 'left' },
    55: { ...fields['55']!, composite: { kind: 'berTlv' } },
    59: {
      ...fields['59']!,
      composite: {
        kind: 'tagged',
        tag: { length: 2, encoding: 'ascii' },
        prefix: { digits: 3, encoding: 'ascii' },
        subfields: {
          A1: {
            title: { en: 'SM4 PIN block', zh: '国密PIN密文' },
            content: 'bytes',
            encoding: 'binary',
            length: 16,
            mask: 'secret',
          },
          A2: {
            title: { en: 'Terminal information', zh: '终端信息' },
            content: 'bytes',
            encoding: 'binary',
            length: 512,
            mask: 'secret',
          },
          A3: {
            title: { en: 'Customer payment code', zh: 'C2B付款码' },
            content: 'printable',
            encoding: 'ascii',
            length: 20,
            mask: 'secret',
          },
          A4: {
            title: { en: 'Payment voucher code', zh: '付款凭证码' },
            content: 'printable',
            encoding: 'ascii',
            length: 20,
            mask: 'secret',
          },
        },
      },
    },
    60: {
      ...fields['60']!,
      composite: {
        kind: 'positional',
        subfields: [
          { id: '1', title: { en: 'Message kind', zh: '交易类型码' }, length: 2 },
          { id: '2', title: { en: 'Batch number', zh: '批次号' }, length: 6 },
          { id: '3', title: { en: 'Network management code', zh: '网络管理信息码' }, length: 3 },
          { id: '4', title: { en: 'Terminal reading capability', zh: '终端读取能力' }, length: 1 },
          { id: '5', title: { en: 'Chip condition code', zh: 'IC卡条件代码' }, length: 1 },
          { id: '6', title: { en: 'Partial approval support', zh: '支持部分扣款和返回余额的标志' }, length: 1 },
          { id: '7', title: { en: 'Account kind', zh: '账户类型' }, length: 3 },
        ],
      },
    },
    61: {
      ...fields['61']!,
      composite: {
        kind: 'positional',
        subfields: [
          { id: '1', title: { en: 'Original batch number', zh: '原始交易批次号' }, length: 6 },
          { id: '2', title: { en: 'Original trace number', zh: '原始交易流水号' }, length: 6 },
          { id: '3', title: { en: 'Original date', zh: '原始交易日期' }, length: 4 },
          { id: '4', title: { en: 'Original authorization mode', zh: '原交易授权方式' }, length: 2 },
          { id: '5', title: { en: 'Original authorizing institution', zh: '原交易授权机构代码' }, length: 11 },
        ],
      },
    },
  },
}
