// Hears every statement that this process really sends to a database, by listening in at the driver: what a role says through
// which interface does not matter.

import { Client } from 'pg'

export interface SentStatement {
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
}

/** Listens until it is stopped. */
export function hearStatements(): { readonly sent: readonly SentStatement[]; stop(): void } {
  const sent: SentStatement[] = []
  const driver: { query: (...given: unknown[]) => unknown } = Client.prototype as never
  const { query } = driver
  driver.query = function (this: unknown, ...given: unknown[]): unknown {
    sent.push(statementOf(given))
    return query.apply(this, given)
  }
  return {
    sent,
    stop: () => {
      driver.query = query
    },
  }
}

function statementOf([first, second]: readonly unknown[]): SentStatement {
  if (typeof first === 'string') return { name: undefined, text: first, values: Array.isArray(second) ? second : [] }
  const { name, text, values } = first as { name?: string; text: string; values?: unknown[] }
  return { name, text, values: values ?? [] }
}
