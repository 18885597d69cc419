// What `shua settle` says, in both languages.

import { transactionTypes } from '@shua/scheme'

export type Language = 'en' | 'zh'

interface Words {
  readonly title: string
  readonly run: string
  readonly open: string
  readonly items: string
  readonly merchant: string
  readonly shop: string
  readonly issuer: string
  readonly line: string
  readonly count: string
  readonly debit: string
  readonly credit: string
  readonly net: string
  readonly total: string
  readonly reversal: string
  readonly nothing: string
  readonly balanced: string
  readonly differences: string
  readonly journal: string
  readonly ledger: string
  readonly payment: string
  readonly notInLedger: string
  readonly notInJournal: string
  readonly amountDiffers: string
}

export const settleWords: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Business date',
    run: 'Run',
    open: 'not finished',
    items: 'items',
    merchant: 'Merchant',
    shop: 'Shop',
    issuer: 'Issuer',
    line: 'Line',
    count: 'Count',
    debit: 'Debit',
    credit: 'Credit',
    net: 'Net',
    total: 'Total',
    reversal: 'Taken back',
    nothing: 'Nothing to clear.',
    balanced: 'Merchants and issuers sum to zero; the ledger agrees.',
    differences: 'Differences on somebody’s desk',
    journal: 'journal',
    ledger: 'ledger',
    payment: 'Payment',
    notInLedger: 'not in the ledger',
    notInJournal: 'not in the journal',
    amountDiffers: 'amounts differ',
  },
  zh: {
    title: '营业日',
    run: '场次',
    open: '未完成',
    items: '笔',
    merchant: '商户',
    shop: '门店',
    issuer: '发卡方',
    line: '项目',
    count: '笔数',
    debit: '借方',
    credit: '贷方',
    net: '净额',
    total: '合计',
    reversal: '清算后冲正',
    nothing: '没有需要清算的交易。',
    balanced: '商户与发卡方合计为零，与总账一致。',
    differences: '待处理差错',
    journal: '流水',
    ledger: '总账',
    payment: '交易',
    notInLedger: '总账无',
    notInJournal: '流水无',
    amountDiffers: '金额不符',
  },
}

/** A kind of transaction by the name its receipts carry. */
export function lineName(line: string, language: Language): string {
  if (line === 'reversal') return settleWords[language].reversal
  const types: Readonly<Record<string, { readonly name: Readonly<Record<Language, string>> } | undefined>> =
    transactionTypes
  return types[line]?.name[language] ?? line
}
