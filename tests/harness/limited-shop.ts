// A merchant with limits and its terminals, registered in a running test network, and what their counters say.

import { registerMerchant, registerTerminal, type NewMerchant, type NewTerminal } from '@shua/acquirer'
import { Sensitive } from '@shua/card-data'
import type { Database } from '@shua/postgres'
import { HostConnection } from '../protocol/independent-client/host-connection.ts'
import { TerminalSession } from '../protocol/independent-client/terminal-session.ts'
import type { TestNetwork } from './start-test-network.ts'

export type Limits = Pick<NewMerchant & NewTerminal, 'singleLimitMinor' | 'dailyLimitMinor' | 'monthlyLimitMinor'>

const masterKey = '0123456789ABCDEFFEDCBA9876543210'
let shopCount = 0
let terminalCount = 0

/** Signed on; the caller closes the connections. */
export async function openLimitedShop(
  network: TestNetwork,
  o: { readonly merchant?: Limits; readonly terminals: readonly Limits[]; readonly now: Date },
): Promise<TerminalSession[]> {
  shopCount += 1
  const merchantId = `8981100153${String(shopCount).padStart(5, '0')}`
  const name = `Shop ${shopCount}`
  const place = { category: '5311', city: '北京', state: 'active' } as const
  await registerMerchant(network.database, { merchantId, name, nameEn: name, ...place, ...o.merchant }, o.now)
  const key = network.securityModule.importKey({
    usage: 'terminalMaster',
    algorithm: 'tdes2',
    key: new Sensitive(Buffer.from(masterKey, 'hex')),
  })
  const sessions: TerminalSession[] = []
  for (const limits of o.terminals) {
    terminalCount += 1
    const terminalId = String(30_000_000 + terminalCount)
    await registerTerminal(network.database, {
      terminalId,
      merchantId,
      state: 'active',
      profile: 'pos-3des',
      place: '',
      licenceSerial: null,
      masterKey: key,
      batchNumber: 1,
      forbiddenKinds: [],
      ...limits,
    })
    const settings = { terminalId, merchantId, masterKey, cipher: 'des', macVariant: 'foldDes' } as const
    const session = new TerminalSession(settings, await HostConnection.open(network.terminalPort))
    await session.signOn('003')
    sessions.push(session)
  }
  return sessions
}

/** Every counter that is not what the standing payments of its day counted; empty when all agree. */
export async function counterDifferences(database: Database): Promise<object[]> {
  return database.query(
    `with standing as (
       select side.subject, side.number, p.business_date, sum(side.minor)::bigint as minor
         from acquirer.payment p,
              lateral (values ('terminal', p.terminal_id, p.terminal_counted_minor),
                              ('merchant', p.merchant_id, p.merchant_counted_minor)) as side(subject, number, minor)
        where p.state in ('approved', 'completed') and side.minor is not null
        group by 1, 2, 3
     )
     select subject, number, business_date, c.counted_minor as counter, s.minor as standing
       from acquirer.limit_counter c full join standing s using (subject, number, business_date)
      where coalesce(c.counted_minor, 0) <> coalesce(s.minor, 0)`,
  )
}
