// A receipt printer on the network, raw ESC/POS on port 9100. It is asked for its paper first (DLE EOT 4); one that does not
// answer that question is taken to have some.

import { connect, type Socket } from 'node:net'
import { renderSlipEscPos, type SlipEncoding } from '../receipt/render-slip.ts'
import type { PrintResult, Printer, Slip } from './printer.ts'

export interface NetworkPrinterOptions {
  readonly host: string
  readonly port?: number
  /** 32 characters per line on 58 mm paper, 48 on 80 mm. */
  readonly columns?: number
  readonly encoding?: SlipEncoding
  readonly timeoutMs?: number
}

const askPaper = Buffer.from([0x10, 0x04, 0x04])
/** Bits 5 and 6 of the answer: the paper end sensor sees no paper. */
const paperEndBits = 0x60
const paperAnswerMs = 500

export class NetworkEscPosPrinter implements Printer {
  readonly #options: NetworkPrinterOptions

  constructor(options: NetworkPrinterOptions) {
    this.#options = options
  }

  async print(slip: Slip): Promise<PrintResult> {
    const { host, port = 9100, columns = 32, encoding = 'gb18030', timeoutMs = 10_000 } = this.#options
    const bytes = renderSlipEscPos(slip.markup, { encoding, columns })
    const socket = connect({ host, port })
    try {
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('the printer does not answer')))
      await once(socket, 'connect')
      if (((await paperStatus(socket)) & paperEndBits) !== 0) return 'outOfPaper'
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.end(bytes, () => resolve())
      })
      return 'printed'
    } catch {
      return 'failed'
    } finally {
      socket.destroySoon()
    }
  }
}

function once(socket: Socket, event: 'connect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    socket.once('error', reject)
  })
}

/** The status byte, or zero when the printer keeps silent. */
function paperStatus(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(0), paperAnswerMs)
    socket.once('error', reject)
    socket.once('data', (data: Buffer) => {
      clearTimeout(timer)
      resolve(data[0] ?? 0)
    })
    socket.write(askPaper)
  })
}
