// Everything a run consists of, as real processes on loopback: one PostgreSQL, the servers, a faulty link before each of them, and agents
// that play terminals. All of it starts again by itself when it ends.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parsePan } from '@shua/card-data'
import {
  demoCards,
  demoTrack2,
  loadMasterKey,
  loadMerchantId,
  loadPan,
  loadPin,
  loadProfile,
  loadTerminalId,
  loadTrack2,
} from '@shua/server'
import type { AgentConfiguration, AgentMessage, AgentPhase } from '../agent/agent-message.ts'
import { derivedSeed } from '../plan/plan-faults.ts'
import { bundlePrograms } from '../processes/bundle-programs.ts'
import { SupervisedProcess } from '../processes/supervised-process.ts'
import { ChaosDatabase } from './chaos-database.ts'
import { freePort } from './free-port.ts'
import { openLimitedDisk, type LimitedDisk } from './limited-disk.ts'
import { startLinkStorm, type LinkStorm } from './link-storm.ts'
import type { RunDirectory } from './run-directory.ts'
import { seedNetwork } from './seed-network.ts'

export interface WorldOptions {
  readonly directory: RunDirectory
  readonly seed: number
  readonly minutes: number
  readonly servers: number
  readonly agents: number
  readonly terminalsPerAgent: number
  readonly answerTimeoutMs: number
  readonly thinkMs: number
  readonly allowMount: boolean
  readonly onAgentMessage: (agent: number, message: AgentMessage) => void
  /** A process that had ended answers again. */
  readonly onReady: (what: 'server' | 'database' | 'agent', index: number) => void
  readonly say: (line: string) => void
}

export interface World {
  readonly database: ChaosDatabase
  readonly disk: LimitedDisk
  readonly servers: readonly SupervisedProcess[]
  readonly links: LinkStorm
  readonly agents: readonly SupervisedProcess[]
  readonly terminals: readonly { readonly terminalId: string; readonly directory: string }[]
  setClock(process: 'server' | 'agent', index: number, offsetMs: number): void
  /** Agents that start later are told too. */
  setPhase(phase: AgentPhase): void
  isServerReady(index: number): Promise<boolean>
  stop(): Promise<void>
}

const cardCount = 10
/** The database of a run grows by some ten megabytes a minute; the rest is PostgreSQL's own. */
const diskMegabytes = 256
const diskMegabytesPerMinute = 30
const readyPollMs = 200

const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const clockSource = entry('shifted-clock.ts')
const serverSource = entry('../../apps/server/src/main.ts')
const agentSource = entry('../agent/agent-process.ts')

export async function startWorld(options: WorldOptions): Promise<World> {
  const { directory, say } = options
  const programs = await bundlePrograms([clockSource, serverSource, agentSource], directory.programs)
  const nodeArgs = (source: string): string[] => ['--import', programs.get(clockSource)!, programs.get(source)!]
  const disk = await openLimitedDisk({
    directory: directory.database,
    sizeMegabytes: diskMegabytes + Math.ceil(options.minutes * diskMegabytesPerMinute),
    allowMount: options.allowMount,
  })
  say(`disk      ${disk.method}`)
  const database = await ChaosDatabase.start({
    directory: directory.database,
    logFile: join(directory.logs, 'database.log'),
    onReady: () => options.onReady('database', 0),
  })
  const terminalCount = options.agents * options.terminalsPerAgent
  await seedNetwork({
    url: database.url,
    directory,
    servers: options.servers,
    terminals: terminalCount,
    cards: cardCount,
  })
  const servers = await startServers(options, database.url, nodeArgs(serverSource))
  const links = await startLinkStorm(servers.map(({ terminalPort }) => terminalPort))
  let phase: AgentPhase = 'pay'
  const agents = startAgents(options, { ports: links.ports, args: nodeArgs(agentSource), phase: () => phase })
  return {
    database,
    disk,
    servers: servers.map(({ process }) => process),
    links,
    agents: agents.map(({ process }) => process),
    terminals: agents.flatMap(({ configuration }) =>
      configuration.terminals.map(({ terminalId }) => ({
        terminalId,
        directory: join(configuration.directory, terminalId),
      })),
    ),
    setClock: (kind, index, offsetMs) => writeFileSync(clockFile(directory, kind, index), String(offsetMs)),
    setPhase(next) {
      phase = next
      for (const { process } of agents) process.tell(next)
    },
    isServerReady: (index) => isReady(servers[index]!.httpPort),
    async stop() {
      await Promise.all(agents.map(({ process }) => process.stop()))
      await Promise.all(servers.map(({ process }) => process.stop()))
      await links.close()
      await database.stop()
    },
  }
}

function clockFile(directory: RunDirectory, kind: 'server' | 'agent', index: number): string {
  return join(directory.clocks, `${kind}-${index + 1}`)
}

async function startServers(options: WorldOptions, url: string, args: readonly string[]) {
  const { directory } = options
  const servers = []
  for (let index = 0; index < options.servers; index++) {
    const [terminalPort, httpPort] = [await freePort(), await freePort()]
    const name = `server-${index + 1}`
    const process: SupervisedProcess = new SupervisedProcess({
      name,
      args,
      cwd: directory.root,
      env: {
        DATABASE_URL: url,
        SHUA_DATA_DIR: directory.server(index),
        SHUA_LISTEN: '127.0.0.1',
        SHUA_HTTP_PORT: String(httpPort),
        SHUA_TERMINAL_PORT: String(terminalPort),
        SHUA_LOG_LEVEL: 'warn',
        SHUA_ROLES: 'acquirer,switch,issuer,jobs',
        SHUA_CHAOS_CLOCK: clockFile(directory, 'server', index),
      },
      logFile: join(directory.logs, `${name}.log`),
      onStart: () =>
        void tellWhenReady(
          () => process.starts,
          httpPort,
          () => options.onReady('server', index),
        ),
    })
    process.start()
    servers.push({ process, terminalPort, httpPort })
  }
  return servers
}

/** Asks until the server answers that it is ready, or was started once more. */
async function tellWhenReady(starts: () => number, httpPort: number, tell: () => void): Promise<void> {
  const started = starts()
  while (starts() === started) {
    if (await isReady(httpPort)) {
      tell()
      return
    }
    await new Promise((resolve) => setTimeout(resolve, readyPollMs).unref())
  }
}

async function isReady(httpPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/health/ready`, { signal: AbortSignal.timeout(1_500) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

function startAgents(
  options: WorldOptions,
  { ports, args, phase }: { ports: readonly number[]; args: readonly string[]; phase: () => AgentPhase },
) {
  return Array.from({ length: options.agents }, (_, agent) => {
    const configuration = agentConfiguration(options, ports, agent)
    const process: SupervisedProcess = new SupervisedProcess({
      name: configuration.name,
      args: [...args, JSON.stringify(configuration)],
      cwd: options.directory.root,
      env: { SHUA_CHAOS_CLOCK: clockFile(options.directory, 'agent', agent) },
      logFile: join(options.directory.logs, `${configuration.name}.log`),
      onStart: () => process.tell(phase()),
      onLine: (line) => {
        const message = parseMessage(line)
        if (message?.type === 'up') options.onReady('agent', agent)
        if (message) options.onAgentMessage(agent, message)
      },
      isWanted: (exitCode) => exitCode !== 0,
    })
    process.start()
    return { process, configuration }
  })
}

function agentConfiguration(options: WorldOptions, ports: readonly number[], agent: number): AgentConfiguration {
  const { terminalsPerAgent, seed, answerTimeoutMs, thinkMs, directory } = options
  const name = `agent-${agent + 1}`
  const poor = demoCards.find(({ cardId }) => cardId === 'low-balance')!
  return {
    name,
    directory: join(directory.agents, name),
    seed: derivedSeed(seed, name),
    ports,
    terminals: Array.from({ length: terminalsPerAgent }, (_, index) => {
      const number = agent * terminalsPerAgent + index
      return { terminalId: loadTerminalId(number), merchantId: loadMerchantId(number) }
    }),
    tracks: [
      ...Array.from({ length: cardCount }, (_, index) => ({
        masked: masked(loadPan(index)),
        track2: loadTrack2(index),
      })),
      { masked: masked(poor.pan), track2: demoTrack2(poor) },
    ],
    pin: loadPin,
    masterKey: loadMasterKey,
    profile: loadProfile,
    answerTimeoutMs,
    thinkMs,
  }
}

/** A number prints itself masked. */
function masked(pan: string): string {
  return String(parsePan(pan))
}

/** A killed agent may leave half a line. */
function parseMessage(line: string): AgentMessage | undefined {
  try {
    return JSON.parse(line) as AgentMessage
  } catch {
    return undefined
  }
}
