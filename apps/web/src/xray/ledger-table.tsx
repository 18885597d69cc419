// The money: each transfer as its debit and its credit, and the proof that both sides are equal.

import type { LedgerTransfer, XrayReport } from '@shua/contract'
import { Amount } from '../parts/amount.tsx'
import { Icon } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import { useTraceName } from './trace-name.tsx'

interface Entry {
  readonly key: string
  readonly account: string
  readonly side: 'debit' | 'credit'
  readonly transfer: LedgerTransfer
}

function entriesOf(transfer: LedgerTransfer): Entry[] {
  return [
    { key: `${transfer.transferId}d`, account: transfer.debitAccount, side: 'debit', transfer },
    { key: `${transfer.transferId}c`, account: transfer.creditAccount, side: 'credit', transfer },
  ]
}

export function LedgerTable({ report }: { report: XrayReport }) {
  const t = useText()
  const transfers = report.ledger
  return (
    <section className="panel sheet" aria-labelledby="ledger">
      <h2 id="ledger">{t('ledger.title')}</h2>
      {transfers.length === 0 ? (
        <p className="quiet">{t('ledger.none')}</p>
      ) : (
        <>
          <table className="ledger">
            <thead>
              <tr>
                <th scope="col">{t('ledger.account')}</th>
                <th scope="col" className="is-figure">
                  {t('ledger.debit')}
                </th>
                <th scope="col" className="is-figure">
                  {t('ledger.credit')}
                </th>
              </tr>
            </thead>
            <tbody>
              {transfers.flatMap(entriesOf).map((entry) => (
                <EntryRow key={entry.key} entry={entry} />
              ))}
            </tbody>
            <tfoot>
              <SumRow transfers={transfers} />
            </tfoot>
          </table>
          <p className="status tone-good">
            <Icon name="scale" />
            {t('ledger.zero')}
          </p>
        </>
      )}
      {report.balancesAfter && <Balances balances={report.balancesAfter} />}
    </section>
  )
}

function EntryRow({ entry: { account, side, transfer } }: { entry: Entry }) {
  const traceName = useTraceName()
  const [kind = account, owner = ''] = account.split(':')
  const amount = <Amount minor={transfer.amountMinor} currency={transfer.currency} />
  return (
    <tr className={`side-${side}`}>
      <th scope="row">
        {traceName(kind)} <span className="ledger-kind quiet">{side === 'debit' ? traceName(transfer.kind) : ''}</span>
        <span className="mono quiet ledger-owner">{owner}</span>
      </th>
      <td className="is-figure">{side === 'debit' && amount}</td>
      <td className="is-figure">{side === 'credit' && amount}</td>
    </tr>
  )
}

function SumRow({ transfers }: { transfers: readonly LedgerTransfer[] }) {
  const t = useText()
  const sum = transfers.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n).toString()
  const currency = transfers[0]?.currency ?? ''
  return (
    <tr>
      <th scope="row">{t('ledger.sum')}</th>
      <td className="is-figure">
        <Amount minor={sum} currency={currency} />
      </td>
      <td className="is-figure">
        <Amount minor={sum} currency={currency} />
      </td>
    </tr>
  )
}

function Balances({ balances }: { balances: NonNullable<XrayReport['balancesAfter']> }) {
  const t = useText()
  const traceName = useTraceName()
  return (
    <dl className="facts">
      {balances.map(({ account, postedMinor, availableMinor, currency }) => (
        <div key={account}>
          <dt>{t('ledger.after', { account: traceName(account.split(':')[0] ?? account) })}</dt>
          <dd>
            <Amount minor={postedMinor} currency={currency} />
            {postedMinor !== availableMinor && (
              <span className="quiet">
                {t('ledger.available')} <Amount minor={availableMinor} currency={currency} />
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
