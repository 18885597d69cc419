// A V8 processor profile as tables: where the time of a process went, by package and by function, without the time in which it
// had nothing to do. The file itself opens in the developer tools of any Chromium.

import { readFileSync } from 'node:fs'

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

export interface ProfileShare {
  readonly name: string
  /** Microseconds in which it was itself at work, not what it called. */
  readonly selfUs: number
}

export interface ProfileSummary {
  /** Microseconds of work, garbage collection included. */
  readonly busyUs: number
  readonly garbageUs: number
  readonly packages: readonly ProfileShare[]
  readonly functions: readonly ProfileShare[]
}

export function summariseProfile(file: string): ProfileSummary {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyUs = 0
  let garbageUs = 0
  profile.samples.forEach((id, index) => {
    const { callFrame } = nodes.get(id)!
    // A delta is the time up to its sample, so the next one is how long this lasted.
    const us = Math.max(0, profile.timeDeltas[index + 1] ?? 0)
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(root)') return
    busyUs += us
    if (callFrame.functionName === '(garbage collector)') garbageUs += us
    const home = packageOf(callFrame)
    add(packages, home, us)
    add(functions, `${callFrame.functionName || '(anonymous)'}  ${placeOf(callFrame) ?? home}`, us)
  })
  return { busyUs, garbageUs, packages: sorted(packages), functions: sorted(functions) }
}

type CallFrame = ProfileNode['callFrame']

/** The workspace or npm package; natives have no file. */
function packageOf({ url, functionName }: CallFrame): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'native: system calls and engine'
  if (url === '') return 'native: built-in functions'
  if (url.startsWith('node:')) return `node: ${url.slice(5).split('/').at(-1) ?? ''}`
  const npm = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)
  if (npm) return npm[1]!
  return /\/((?:packages|services|apps)\/[^/]+|bench)\//.exec(url)?.[1] ?? 'other'
}

function placeOf({ url, lineNumber }: CallFrame): string | undefined {
  const path = /\/((?:packages|services|apps|bench|node_modules)\/.*)$/.exec(url)?.[1]
  // Sources that are compiled when they are loaded stand on one line.
  return path === undefined || lineNumber === 0 ? path : `${path}:${lineNumber + 1}`
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us)
}

function sorted(sums: ReadonlyMap<string, number>): ProfileShare[] {
  return [...sums].map(([name, selfUs]) => ({ name, selfUs })).toSorted((a, b) => b.selfUs - a.selfUs)
}
