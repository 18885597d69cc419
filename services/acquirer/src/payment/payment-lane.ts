// A lane turns many single requests into batches without waiting: one batch is in flight, and while its commit runs the next
// one fills. An idle lane answers at once, a loaded one batches by itself (design §3). No two items of a batch share a key
// (terminal, card), so each decision sees the effects of all earlier ones.

import { assert } from '@shua/assert'

export interface Lane<Item, Answer> {
  /** The answer, or undefined when the lane is full and nothing was done. */
  submit(item: Item): Promise<Answer> | undefined
  readonly waiting: number
  /** Resolves when everything submitted has been answered. */
  idle(): Promise<void>
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly keys: readonly string[]
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

export function createLane<Item, Answer>(options: {
  work: (items: readonly Item[]) => Promise<readonly Answer[]>
  keysOf: (item: Item) => readonly string[]
  batchMax: number
  waitingMax: number
}): Lane<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let running: Promise<void> | undefined

  function nextBatch(): Waiting<Item, Answer>[] {
    const taken = new Set<string>()
    const batch: Waiting<Item, Answer>[] = []
    const later: Waiting<Item, Answer>[] = []
    for (const entry of waiting) {
      // An entry whose key is taken also bars later ones with its keys, so that the order of arrival is kept.
      const free = batch.length < options.batchMax && entry.keys.every((key) => !taken.has(key))
      for (const key of entry.keys) taken.add(key)
      if (free) batch.push(entry)
      else later.push(entry)
    }
    waiting = later
    return batch
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = nextBatch()
      try {
        const answers = await options.work(batch.map((entry) => entry.item))
        assert(answers.length === batch.length, 'a lane answers every item of a batch')
        batch.forEach((entry, index) => entry.resolve(answers[index]!))
      } catch (error) {
        for (const entry of batch) entry.reject(error)
      }
    }
    running = undefined
  }

  return {
    submit(item) {
      if (waiting.length >= options.waitingMax) return undefined
      const answer = new Promise<Answer>((resolve, reject) => {
        waiting.push({ item, keys: options.keysOf(item), resolve, reject })
      })
      running ??= run()
      return answer
    },
    get waiting() {
      return waiting.length
    },
    async idle() {
      await running
    },
  }
}

/** Several lanes side by side, each with its own batch in flight: while one waits for its commit the others compute. */
export function createLanes<Item, Answer>(
  lanes: readonly Lane<Item, Answer>[],
  laneOf: (item: Item) => number,
): Lane<Item, Answer> {
  assert(lanes.length > 0, 'there is at least one lane')
  return {
    submit: (item) => lanes[laneOf(item) % lanes.length]!.submit(item),
    get waiting() {
      return lanes.reduce((sum, lane) => sum + lane.waiting, 0)
    },
    async idle() {
      await Promise.all(lanes.map((lane) => lane.idle()))
    },
  }
}
