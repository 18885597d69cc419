// A cleared day as text: every merchant with its shops, the issuers, totals per currency, and what differs from the ledger.

import { formatAmount } from '@shua/money'
import type { ListedShop } from '@shua/server'
import { netMinor, type ClearedDay, type PositionLine } from '@shua/settlement'
import { displayWidth, padToWidth, printable } from '../decode/display-width.ts'
import { lineName, settleWords, type Language } from './settle-words.ts'

export function formatClearedDay(day: ClearedDay, shops: readonly ListedShop[], language: Language): string {
  const words = settleWords[language]
  const runs = day.runs.map(
    ({ sequence, items, state }) =>
      `${words.run} ${sequence}: ${items} ${words.items}${state === 'open' ? ` (${words.open})` : ''}`,
  )
  const tables = day.lines.length === 0 ? [words.nothing] : positions(day.lines, shops, language)
  return [`${words.title} ${day.businessDate}`, ...runs, '', ...tables, '', ...differences(day, language)].join('\n')
}

/** The same for a program; amounts are texts of minor units, because they may not fit into a JSON number. */
export function clearedDayAsJson(day: ClearedDay): string {
  const nets = currenciesOf(day.lines).map((currency) => ({
    currency,
    netMinor: netMinor(day.lines.filter((line) => line.currency === currency)),
  }))
  return JSON.stringify({ ...day, nets }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2)
}

type Row = readonly string[]

function positions(lines: readonly PositionLine[], shops: readonly ListedShop[], language: Language): string[] {
  const words = settleWords[language]
  const header: Row = [words.line, words.count, words.debit, words.credit, words.net]
  const rows: (Row | string)[] = []
  for (const party of groups(lines, (line) => `${line.partyKind} ${line.partyId} ${line.shopId} ${line.currency}`)) {
    rows.push('', headingOf(party[0]!, shops, language))
    for (const line of party) rows.push(rowOf(lineName(line.line, language), [line]))
    if (party.length > 1) rows.push(rowOf(words.total, party))
  }
  rows.push('', words.total)
  for (const group of groups(lines, (line) => `${line.partyKind} ${line.currency}`)) {
    const [{ partyKind, currency }] = group as [PositionLine]
    rows.push(rowOf(`${partyKind === 'merchant' ? words.merchant : words.issuer} ${currency}`, group))
  }
  return align([header, ...rows])
}

function headingOf(line: PositionLine, shops: readonly ListedShop[], language: Language): string {
  const words = settleWords[language]
  if (line.partyKind === 'issuer') return `${words.issuer} ${line.partyId}  ${line.currency}`
  const shop = shops.find(({ shopId }) => shopId === line.shopId)
  const merchant = language === 'zh' ? shop?.merchantName : shop?.merchantNameEn
  return printable(
    `${words.merchant} ${line.partyId} ${merchant ?? ''}  ${words.shop} ${line.shopId} ${shop?.name ?? ''}  ${line.currency}`,
  )
}

function rowOf(name: string, lines: readonly PositionLine[]): Row {
  const sum = (pick: (line: PositionLine) => bigint): bigint => lines.reduce((total, line) => total + pick(line), 0n)
  const amount = (minorUnits: bigint): string => formatAmount({ minorUnits, currency: lines[0]!.currency })
  const count = lines.reduce((total, { items }) => total + items, 0)
  return [
    name,
    String(count),
    amount(sum(({ debitMinor }) => debitMinor)),
    amount(sum(({ creditMinor }) => creditMinor)),
    amount(netMinor(lines)),
  ]
}

function align(rows: readonly (Row | string)[]): string[] {
  const cells = rows.filter((row): row is Row => typeof row !== 'string')
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column]!))))
  return rows.map((row) => {
    if (typeof row === 'string') return row
    const [name, ...figures] = row.map((text, column) =>
      column === 0 ? padToWidth(text, widths[0]!) : ' '.repeat(widths[column]! - displayWidth(text)) + text,
    )
    return `  ${[name, ...figures].join('  ')}`
  })
}

function differences(day: ClearedDay, language: Language): string[] {
  const words = settleWords[language]
  if (day.caseCount === 0) return day.lines.length === 0 ? [] : [words.balanced]
  const amount = (minorUnits: bigint, currency: PositionLine['currency']): string =>
    formatAmount({ minorUnits, currency })
  return [
    `${words.differences}: ${day.caseCount}`,
    ...day.cases.map(
      (each) =>
        `  ${words.payment} ${each.paymentId}  ${words.merchant} ${each.merchantId}  ${words[each.difference]}: ` +
        `${words.journal} ${amount(each.journalMinor, each.currency)}, ${words.ledger} ${amount(each.ledgerMinor, each.currency)} ${each.currency}`,
    ),
    ...(day.caseCount > day.cases.length ? ['  …'] : []),
  ]
}

function currenciesOf(lines: readonly PositionLine[]): PositionLine['currency'][] {
  return [...new Set(lines.map(({ currency }) => currency))]
}

/** In the order in which they first appear. */
function groups<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const found = new Map<string, T[]>()
  for (const item of items) {
    const group = found.get(key(item))
    if (group === undefined) found.set(key(item), [item])
    else group.push(item)
  }
  return [...found.values()]
}
