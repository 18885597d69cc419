import { it } from 'vitest'
import { startTestNetwork } from '../harness/start-test-network.ts'
import { demoCard, openTerminal } from './demo-terminal.ts'
it('probe', async () => {
  const network = await startTestNetwork()
  const card = demoCard('approved')
  for (const [id, code] of [
    ['10000001', '004'],
    ['10000004', '004'],
    ['10000003', '006'],
  ] as const) {
    const t = await openTerminal(network.terminalPort, id)
    for (let i = 0; i < 8; i++) {
      await t.signOn(code)
      const out = []
      for (const enc of [true, false]) {
        t.encryptsTrack = enc
        const x = await t.pay({ kind: 'balance', card, entry: 'swipe', pin: card.pin })
        out.push(enc, x.request.fields[35], x.answer.fields[39])
        const y = await t.pay({ kind: 'sale', card, entry: 'swipe', pin: card.pin, amount: 100 })
        out.push(y.answer.fields[39])
      }
      console.log(id, out.join(' '))
    }
  }
  await network.stop()
})
