// Every metric of the product by name: what it counts, its labels, its buckets. The server exports them, and a test holds
// dashboards and alert rules under deploy/ to these names. Labels have few values by construction: kinds, codes, reasons –
// never a terminal, a merchant or a card.

export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[]
}

/** From one statement on an idle machine to a terminal's own time-out. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const

export const metricCatalogue = {
  payments: {
    type: 'counter',
    name: 'shua_payments_total',
    help: 'Payments and reversals by kind and response code (DE 39); code "none" is one that got no answer.',
    labels: ['kind', 'response_code'],
  },
  authorizationDuration: {
    type: 'histogram',
    name: 'shua_authorization_duration_seconds',
    help: 'From the last byte of a payment or reversal to its answer, by outcome.',
    labels: ['outcome'],
    buckets: secondsBuckets,
  },
  messages: {
    type: 'counter',
    name: 'shua_messages_total',
    help: 'Messages of terminals by MTI and outcome.',
    labels: ['mti', 'outcome'],
  },
  linkConnections: {
    type: 'gauge',
    name: 'shua_link_connections',
    help: 'Connections of terminals now.',
    labels: [],
  },
  linkInFlight: {
    type: 'gauge',
    name: 'shua_link_in_flight',
    help: 'Messages received and not yet answered.',
    labels: [],
  },
  linkFrames: {
    type: 'counter',
    name: 'shua_link_frames_total',
    help: 'Frames taken from and given to terminals.',
    labels: ['direction'],
  },
  linkDropped: {
    type: 'counter',
    name: 'shua_link_dropped_total',
    help: 'Connections ended because something was wrong, by reason.',
    labels: ['reason'],
  },
  linkRefused: {
    type: 'counter',
    name: 'shua_link_refused_total',
    help: 'Connections turned away because the most allowed were open.',
    labels: [],
  },
  linkUnanswered: {
    type: 'counter',
    name: 'shua_link_unanswered_total',
    help: 'Frames that got no answer: unreadable, or of unknown outcome.',
    labels: [],
  },
  linkUndeliverable: {
    type: 'counter',
    name: 'shua_link_undeliverable_total',
    help: 'Answers whose terminal had gone.',
    labels: [],
  },
  laneWaiting: {
    type: 'gauge',
    name: 'shua_lane_waiting',
    help: 'Messages received that are not in a batch being decided: at the edge, or waiting for the batch before theirs.',
    labels: [],
  },
  batchSize: {
    type: 'histogram',
    name: 'shua_batch_payments',
    help: 'Payments decided together in one database transaction.',
    labels: [],
    buckets: batchBuckets,
  },
  databaseUp: {
    type: 'gauge',
    name: 'shua_database_up',
    help: '1 when the database answered the last sample in time.',
    labels: [],
  },
  databaseConnections: {
    type: 'gauge',
    name: 'shua_database_connections',
    help: 'Connections to this database by state, as the database counts those of this application.',
    labels: ['state'],
  },
  databaseCallsInProgress: {
    type: 'gauge',
    name: 'shua_database_calls_in_progress',
    help: 'Statements and transactions begun and not ended, those that wait for a connection included.',
    labels: ['call'],
  },
  databaseCallDuration: {
    type: 'histogram',
    name: 'shua_database_call_duration_seconds',
    help: 'Statements outside transactions, and whole transactions with their commit.',
    labels: ['call'],
    buckets: secondsBuckets,
  },
  databaseFaults: {
    type: 'counter',
    name: 'shua_database_faults_total',
    help: 'Statements and transactions that failed, by fault code.',
    labels: ['code'],
  },
  tracesWaiting: {
    type: 'gauge',
    name: 'shua_traces_waiting',
    help: 'Traces not yet written for the X-ray.',
    labels: [],
  },
  tracesDropped: {
    type: 'counter',
    name: 'shua_traces_dropped_total',
    help: 'Traces not kept: more than the budget under load, by design (load), or refused by the database (database).',
    labels: ['reason'],
  },
  terminalsActive: {
    type: 'gauge',
    name: 'shua_terminals_active',
    help: 'Terminals that may pay.',
    labels: [],
  },
  terminalsSignedOn: {
    type: 'gauge',
    name: 'shua_terminals_signed_on',
    help: 'Terminals that may pay and are signed on.',
    labels: [],
  },
  reversalsPending: {
    type: 'gauge',
    name: 'shua_reversals_pending',
    help: 'Reversals taken whose issuer has not answered yet.',
    labels: [],
  },
  casesOpen: {
    type: 'gauge',
    name: 'shua_settlement_cases_open',
    help: 'Settlement differences that wait for a person.',
    labels: [],
  },
  faults: {
    type: 'counter',
    name: 'shua_faults_total',
    help: 'Faults that cost somebody something, by where they were met.',
    labels: ['where'],
  },
  diskFree: {
    type: 'gauge',
    name: 'shua_disk_free_bytes',
    help: 'Free space of the file system that holds the data directory.',
    labels: [],
  },
  diskSize: {
    type: 'gauge',
    name: 'shua_disk_size_bytes',
    help: 'Size of the file system that holds the data directory.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
