// A terminal in a process of its own, for the test that kills it: does what its parent tells it over the message channel, and
// says what came of it. Tests only.

import { Sensitive } from '@shua/card-data'
import { FilePrinter } from '../driver/file-printer.ts'
import { CopyingPrinter } from '../driver/copying-printer.ts'
import { MemoryPrinter } from '../driver/memory-printer.ts'
import { openTestTerminal, quickProfile, swipe } from './test-terminal.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
const amount = { minorUnits: 1000n, currency: 'CNY' } as const
const supervisor = new Sensitive('123456')

const memory = new MemoryPrinter()
const { terminal } = await openTestTerminal({
  directory,
  port: Number(port),
  profile: quickProfile(),
  printer: memory,
  wrapPrinter: (printer) => new CopyingPrinter(printer, new FilePrinter(`${directory}/paper`)),
})
await terminal.start()
process.send?.({ ready: true, batch: terminal.state.batchNumber })

process.on('message', (order: string) => {
  void obey(order).then((outcome) => process.send?.({ order, outcome }))
})

async function obey(order: string): Promise<unknown> {
  switch (order) {
    case 'signOn':
      return await terminal.signOn('01')
    case 'purchase':
      return (await terminal.purchase({ operator: '01', amount, card: swipe(), pin: supervisor })).kind
    case 'void': {
      const stan = terminal.state.records.findLast(
        ({ kind, status }) => kind === 'purchase' && status === 'approved',
      )?.stan
      return (await terminal.void({ operator: '01', stan: stan ?? '999999', card: swipe(), supervisor })).kind
    }
    case 'settle':
      return (await terminal.settle('01')).kind
    default:
      await terminal.close()
      process.disconnect()
      return undefined
  }
}
