// Hears every statement that this process really sends to a database, by listening in where the driver writes its messages: what
// a role says through which interface, and what leaves together with what, does not matter.

import { Connection } from 'pg'

export interface SentStatement {
  readonly name: string | undefined
  readonly text: string
  /** As they are sent: text, bytes or null. */
  readonly values: readonly unknown[]
}

/** What the driver keeps of the statements it has prepared on a connection. */
interface DriverConnection {
  readonly parsedStatements: Readonly<Record<string, string | undefined>>
  readonly submittedNamedStatements: Readonly<Record<string, string | undefined>>
}

interface Driver {
  query: (this: DriverConnection, text: string) => void
  parse: (this: DriverConnection, message: { name?: string; text: string }) => void
  bind: (this: DriverConnection, message: { statement?: string; values?: readonly unknown[] }) => void
}

/** Listens until it is stopped. */
export function hearStatements(): { readonly sent: readonly SentStatement[]; stop(): void } {
  const sent: SentStatement[] = []
  const driver = Connection.prototype as unknown as Driver
  const { query, parse, bind } = driver
  /** The text of the last statement without a name, which is the one that a bind without a name means. */
  const unnamed = new WeakMap<DriverConnection, string>()
  driver.query = function (text) {
    sent.push({ name: undefined, text, values: [] })
    query.call(this, text)
  }
  driver.parse = function (message) {
    if (!message.name) unnamed.set(this, message.text)
    parse.call(this, message)
  }
  driver.bind = function (message) {
    const name = message.statement || undefined
    const known = name === undefined ? undefined : (this.parsedStatements[name] ?? this.submittedNamedStatements[name])
    const text = known ?? unnamed.get(this)
    if (text === undefined) throw new Error(`the statement ${name} was never prepared`)
    sent.push({ name, text, values: message.values ?? [] })
    bind.call(this, message)
  }
  return {
    sent,
    stop: () => {
      Object.assign(driver, { query, parse, bind })
    },
  }
}
