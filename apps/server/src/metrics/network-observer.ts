// Where the network lets itself be watched from outside without knowing by whom: the batches handed to the switch, and the
// recorder of traces.

import type { TraceRecorder } from '@shua/acquirer'
import type { Database, Transaction } from '@shua/postgres'
import type { Switch } from '@shua/scheme'

export interface NetworkObserver {
  observeSwitch(network: Switch<Transaction>): Switch<Transaction>
  /** `create` gets the database through which the recorder must write. */
  observeTraces(database: Database, create: (database: Database) => TraceRecorder): TraceRecorder
}

export const nobodyObserves: NetworkObserver = {
  observeSwitch: (network) => network,
  observeTraces: (database, create) => create(database),
}
