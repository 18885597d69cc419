// The UnionPay-style dialect with the private fields that some acquirers add: QR codes and order numbers in 5 to 7,
// the merchant's name, terminal information and a result text, longer chip data, and field 59 without tags.

import type { Dialect } from '../dialect.ts'
import { type Elements, encodeElements } from './encode-elements.ts'
import { unionpayPos } from './union-pay-pos.ts'

const elements: Elements = {
  5: ['ans...999', 'Payment code or address', '二维码', 'secret'],
  6: ['ans...30', 'Order number', '订单号', 'long'],
  7: ['ans..99', 'Merchant order number', '商户订单号', 'long'],
  27: ['n1', 'Debit or credit', '借贷记标识'],
  43: ['t40', 'Merchant name', '商户名称', 'none'],
  46: ['b...999', 'Terminal information', '终端信息', 'long'],
  56: ['t...999', 'Result text', '结果说明', 'long'],
  57: ['b...999', 'Private data', '自定义域', 'secret'],
  59: ['b...999', 'Private data', '自定义域', 'secret'],
  63: ['t...999', 'Private data', '自定义域', 'long'],
}

const fields = encodeElements(elements, {
  digits: 'bcd',
  text: 'ascii',
  bytes: 'binary',
  prefix: 'bcd',
  chinese: 'gbk',
})

export const unionpayPosAcquirer: Dialect = {
  ...unionpayPos,
  name: 'unionpayPosAcquirer',
  title: { en: 'UnionPay-style terminal, acquirer variant', zh: '银联销售点终端（收单机构变体）' },
  fields: {
    ...unionpayPos.fields,
    ...fields,
    55: { ...unionpayPos.fields['55']!, length: 999 },
  },
}
