// Loaded into a server or an agent with `--import`: the wall clock of the process is the true one plus what a file says, as after
// somebody set the machine's clock. Monotonic time and timers go on undisturbed, as they do on a real machine.

import { readFileSync } from 'node:fs'

const file = process.env['SHUA_CHAOS_CLOCK']
const pollMs = 100
const TrueDate = Date
let offsetMs = 0

function readOffset(path: string): void {
  try {
    const value = Number(readFileSync(path, 'utf8'))
    if (Number.isFinite(value)) offsetMs = value
  } catch {
    // Read between truncation and writing, or not there yet: the last offset stays.
  }
}

if (file !== undefined) {
  readOffset(file)
  setInterval(() => readOffset(file), pollMs).unref()
  const shifted = new Proxy(TrueDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [TrueDate.now() + offsetMs] : args, newTarget) as Date,
    apply: () => new TrueDate(TrueDate.now() + offsetMs).toString(),
    get: (target, key, receiver) =>
      key === 'now' ? () => TrueDate.now() + offsetMs : (Reflect.get(target, key, receiver) as unknown),
  })
  globalThis.Date = shifted
}
