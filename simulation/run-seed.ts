// One seed: a network, some terminals, a storm of faults, calm, and the question whether every fen is where all four say it is.
// The same seed tells the same story, word by word.

import { expireHolds } from '@shua/issuer'
import type { BatchRecord, TerminalState } from '@shua/terminal-core'
import { MemoryDatabase, type DatabaseWeather } from './memory/memory-database.ts'
import type { Statements } from './memory/statement.ts'
import { copyTables, type TableName } from './memory/tables.ts'
import { checkHost } from './rules/check-host.ts'
import { casesLeft, checkEnd, checkTerminal } from './rules/check-terminals.ts'
import { liveTerminal, type LifeContext } from './terminal-life.ts'
import type { NetworkTemplate } from './world/network-template.ts'
import { VirtualDevice } from './world/virtual-device.ts'
import { VirtualHost, type HostParts } from './world/virtual-host.ts'
import { VirtualLink } from './world/virtual-link.ts'
import { VirtualWorld, type Violation } from './world/virtual-world.ts'

/** A build that is broken on purpose. */
export interface Mutation {
  /** The answer to the second copy of a doubled request may come back first; see docs/simulation.md. */
  readonly answersDoubles?: boolean
  readonly host?: HostParts
  readonly statements?: Statements
}

export interface SeedResult {
  readonly seed: number
  readonly steps: number
  readonly payments: number
  readonly faults: ReadonlyMap<string, number>
  readonly violations: readonly Violation[]
  /** What terminals left to a person. */
  readonly cases: number
  readonly story: readonly string[]
}

export async function runSeed(template: NetworkTemplate, seed: number, mutation: Mutation = {}): Promise<SeedResult> {
  const world = new VirtualWorld(seed)
  world.answersDoubles = mutation.answersDoubles ?? false
  template.drawFrom((size) => world.keyRandom.bytes(size))
  const changed = new Set<TableName>(checkedTables)
  const database = new MemoryDatabase({
    tables: copyTables(template.tables),
    weather: weatherOf(world, () => crashSomeHost(world, hosts)),
    onCommit: (tables) => {
      for (const table of tables) changed.add(table)
    },
    ...(mutation.statements === undefined ? {} : { replaced: mutation.statements }),
  })
  const hosts = Array.from(
    { length: world.random.next() < 0.3 ? 2 : 1 },
    (_, index) =>
      new VirtualHost({ name: `server ${index + 1}`, world, template, database, parts: mutation.host ?? {} }),
  )
  const lives = createLives({ world, template, hosts, database })
  for (const life of lives) liveTerminal(life)
  const seen = lives.map(({ device }) => device.journal.state)
  await world.run(() => {
    if (checkedTables.some((table) => changed.has(table))) {
      for (const { rule, what } of checkHost(database.tables)) world.violated(rule, what)
    }
    const isPaid = changed.has('payment')
    for (const [index, { device }] of lives.entries()) {
      const { state } = device.journal
      if (!isPaid && saysTheSame(state, seen[index]!)) continue
      seen[index] = state
      for (const { rule, what } of checkTerminal(device, database.tables)) world.violated(rule, what)
    }
    changed.clear()
  })
  const devices = lives.map(({ device }) => device)
  if (world.violations.length === 0) {
    for (const { device, isDrained } of lives) {
      if (!isDrained) world.violated('4', `terminal ${device.identity.terminalId} waits for ever`)
    }
    for (const { rule, what } of checkEnd(devices, database.tables)) world.violated(rule, what)
  }
  return {
    seed,
    steps: world.steps,
    payments: database.tables.payment.size,
    faults: world.faults,
    violations: world.violations,
    cases: casesLeft(devices),
    story: world.story,
  }
}

/** What the rules look at; what is written elsewhere breaks none of them. */
const checkedTables: readonly TableName[] = [
  'payment',
  'reversal',
  'authorization',
  'account',
  'ledgerAccount',
  'transfer',
]

function saysTheSame(state: TerminalState, before: TerminalState): boolean {
  return state.records === before.records && state.closedBatch === before.closedBatch && state.last === before.last
}

function createLives(o: {
  readonly world: VirtualWorld
  readonly template: NetworkTemplate
  readonly hosts: readonly VirtualHost[]
  readonly database: MemoryDatabase
}): LifeContext[] {
  const { world, template, hosts, database } = o
  const { random } = world
  const slips: BatchRecord[] = []
  const faultShare = 0.05 + 0.3 * random.next()
  const faults = { powerCut: 0.008 * random.next(), journalFull: 0.003 * random.next(), paperOut: 0.03 }
  const count = 1 + random.integer(4)
  const lives: LifeContext[] = Array.from({ length: count }, (_, index) => {
    const link = new VirtualLink(world, hosts, faultShare)
    const device = new VirtualDevice({ identity: template.terminals[index]!, world, template, link, faults })
    return {
      world,
      template,
      device,
      slips,
      flowsLeft: 3 + random.integer(8),
      draining: () => !world.stormy,
      stormOver: world.stormOver,
      isDrained: false,
      onFlow: () => world.after(random.integer(70_000), () => blow({ world, hosts, lives, database })),
      onWorked: () => {
        if (lives.every(({ flowsLeft }) => flowsLeft === 0)) calm(world, hosts, lives)
      },
    }
  })
  return lives
}

/** The storm ends when every terminal has done its work. */
function calm(world: VirtualWorld, hosts: readonly VirtualHost[], lives: readonly LifeContext[]): void {
  if (!world.stormy) return
  world.endStorm()
  for (const host of hosts) {
    host.skewMs = 0
    host.start()
  }
  for (const { device } of lives) device.skewMs = 0
}

/** Crashes and clocks that are set, beside what link and database do themselves: now and then while a terminal works. */
function blow(o: {
  readonly world: VirtualWorld
  readonly hosts: readonly VirtualHost[]
  readonly lives: readonly LifeContext[]
  readonly database: MemoryDatabase
}): void {
  const { world, hosts, lives, database } = o
  if (!world.stormy) return
  if (world.random.next() < 0.08) crashSomeHost(world, hosts)
  if (world.strikes('terminal switched off', 0.05)) world.random.pick(lives).device.cutPower()
  if (world.strikes('clock set', 0.05)) {
    const minutes = world.random.integer(20) - 10
    const machine = world.random.next() < 0.5 ? world.random.pick(hosts) : world.random.pick(lives).device
    machine.skewMs = minutes * 60_000
  }
  if (world.random.next() < 0.1) expireSomeHolds(world, database)
}

function expireSomeHolds(world: VirtualWorld, database: MemoryDatabase): void {
  const sessions = database.connect()
  sessions
    .inTransaction((tx) => expireHolds(tx, { now: world.now(), limit: 10 }))
    .then(
      (count) => (count > 0 ? world.note(`${count} holds expired`) : undefined),
      () => world.note('the job of holds failed'),
    )
}

function crashSomeHost(world: VirtualWorld, hosts: readonly VirtualHost[]): void {
  const host = world.random.pick(hosts)
  if (!host.isUp || !world.stormy) return
  world.struck('server killed')
  host.crash()
  world.after(500 + world.random.integer(30_000), () => host.start())
}

function weatherOf(world: VirtualWorld, crash: () => void): DatabaseWeather {
  const { random } = world
  const slowShare = random.next() < 0.5 ? 0.05 : 0.5
  const faultShare = 0.01 * random.next()
  const crashShare = 0.01 * random.next()
  return {
    pause(what) {
      if (what === 'commit' && world.stormy && random.next() < crashShare) world.after(0, crash)
      if (random.next() >= slowShare) return undefined
      if (world.strikes('database stalls', 0.004)) return world.sleep(random.integer(90_000))
      return world.sleep(1 + random.integer(8))
    },
    statement(name) {
      if (world.strikes('statement lost', faultShare, name)) return 'lost'
      return world.strikes('transaction conflict', faultShare, name) ? 'conflict' : 'runs'
    },
    commit() {
      if (world.strikes('commit lost before', faultShare)) return 'lostBefore'
      return world.strikes('commit lost after', faultShare) ? 'lostAfter' : 'told'
    },
  }
}
