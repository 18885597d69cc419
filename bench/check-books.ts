// The money rules after a benchmark: a fast chain that loses money has no speed.

import { checkMoneyRules } from '@shua/issuer'
import { openDatabase } from '@shua/postgres'

export async function refuseWrongBooks(url: string): Promise<void> {
  const database = openDatabase({ url, connectionsMax: 1, applicationName: 'shua-bench' })
  try {
    const violations = await checkMoneyRules(database)
    if (violations.length > 0)
      throw new Error(`the books are wrong after the benchmark: ${JSON.stringify(violations.slice(0, 5))}`)
  } finally {
    await database.close()
  }
}
