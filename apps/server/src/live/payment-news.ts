// Tells the live pages of every process about payments of every process. Who takes payments says by `notify` which ones were
// new, a few times a second and not once for each, so that a busy host does not pay for a page that nobody looks at; who serves
// pages hears it and reads those rows. It is news, not a record: what is lost on the way stands in the journal.

import { Fault } from '@shua/assert'
import { notify, type Database, type Subscription } from '@shua/postgres'

export interface PaymentNews {
  readonly paymentId: string
  readonly durationUs: number
}

const channel = 'shua_payment'
const intervalMs = 200
/** A page shows no more rows at a time, and a notification has room for 8,000 bytes. */
const newsMax = 50

export interface PaymentNewsTeller {
  tell(news: PaymentNews): void
  close(): Promise<void>
}

export function tellPaymentNews(database: Database, onFault: (error: unknown) => void): PaymentNewsTeller {
  let waiting: PaymentNews[] = []
  let timer: NodeJS.Timeout | undefined
  let telling: Promise<void> = Promise.resolve()

  function send(): void {
    const news = waiting
    waiting = []
    // The first after a quiet time is told at once, later ones together.
    timer = setTimeout(() => {
      timer = undefined
      if (waiting.length > 0) send()
    }, intervalMs)
    const payload = JSON.stringify(news.map(({ paymentId, durationUs }) => [paymentId, durationUs]))
    telling = telling.then(() => notify(database, channel, payload)).catch(onFault)
  }

  return {
    tell(news) {
      waiting.push(news)
      if (waiting.length > newsMax) waiting.shift()
      if (timer === undefined) send()
    },
    async close() {
      clearTimeout(timer)
      await telling
    },
  }
}

/** `onNews` may fail; `onFault` hears of it. */
export async function hearPaymentNews(
  database: Database,
  onNews: (news: readonly PaymentNews[]) => Promise<void>,
  onFault: (error: unknown) => void,
): Promise<Subscription> {
  return database.listen(channel, {
    onNotification: (payload) => {
      Promise.resolve(payload).then(readNews).then(onNews).catch(onFault)
    },
  })
}

function readNews(payload: string): PaymentNews[] {
  const news: unknown = JSON.parse(payload)
  if (!Array.isArray(news)) throw new Fault('PAYMENT_NEWS', 'a notification about payments is no list')
  return news.map((each: unknown) => {
    const [paymentId, durationUs] = Array.isArray(each) ? (each as unknown[]) : []
    if (typeof paymentId !== 'string' || typeof durationUs !== 'number')
      throw new Fault('PAYMENT_NEWS', 'a notification about payments names none')
    return { paymentId, durationUs }
  })
}
