import { money } from '@shua/money'
import { createTestIssuer } from '/work/main/services/issuer/src/testing/test-issuer.ts'
import { nextPaymentId } from '/work/main/services/issuer/src/testing/build-facts.ts'
import { seededRandom } from '@shua/testkit'
import { checkMoneyRules } from '@shua/issuer'

const bank = await createTestIssuer()
const random = seededRandom(4)
const count = 6_000
const pans = Array.from({ length: count }, () => bank.issuer.choosePan({ bin: '622588', length: 16 }, (n) => random.integer(n)))
const date = { businessDate: '2026-08-01', at: new Date('2026-08-01T00:00:00Z') }
let t = Date.now()
for (let i = 0; i < count; i += 2000) {
  await bank.database.inTransaction(async (tx) => await bank.issuer.issueCards(tx, pans.slice(i, i + 2000).map((pan) => ({
    accountId: nextPaymentId(), programmeId: 'gift', initialBalance: money(1_000_000n, 'CNY'), loadPaymentId: nextPaymentId(),
    cards: [{ pan, expiry: '3012', serviceCode: '201', chip: false }] })), date))
}
console.log('issue', Math.round(count / ((Date.now() - t) / 1000)), '/s')
await bank.database.query('analyze')

const times: Record<string, number> = {}
for (const size of [1, 64, 256]) {
  for (const k of Object.keys(times)) delete times[k]
  const rounds = size === 1 ? 300 : 60
  const t0 = performance.now()
  for (let r = 0; r < rounds; r++) {
    const start = random.integer(count - size)
    const reqs = pans.slice(start, start + size).map((pan) => bank.request({ accountId: '', pan }, {}))
    const tb = performance.now()
    await bank.database.inTransaction(async (tx) => {
      times['begin'] = (times['begin'] ?? 0) + performance.now() - tb
      const wrapped = { kind: 'transaction' as const, query: async (text: string, values: any, name: string) => {
        const a = performance.now(); const rows = await tx.query(text, values, name); times[name] = (times[name] ?? 0) + performance.now() - a; return rows as any } }
      const a = performance.now()
      await bank.issuer.authorize(reqs, wrapped)
      times['authorize'] = (times['authorize'] ?? 0) + performance.now() - a
      ;(globalThis as any).end = performance.now()
    })
    times['commit'] = (times['commit'] ?? 0) + performance.now() - (globalThis as any).end
  }
  const total = performance.now() - t0
  console.log(size, (size * rounds / total * 1000).toFixed(0) + '/s', JSON.stringify(Object.fromEntries(Object.entries(times).map(([k, v]) => [k, (v / rounds).toFixed(2) + ' ms']))))
}
await bank.drop()
process.exit(0)
