// Deadlines in order, so that one timer serves any number of waiting requests: a binary heap whose items know their
// place, which makes removing an answered request as cheap as adding it.

import { assert } from '@shua/assert'

export interface Deadline {
  readonly dueMs: number
  /** Kept by the heap; -1 outside. */
  heapIndex: number
}

export class DeadlineHeap<T extends Deadline> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** The item due first. */
  first(): T | undefined {
    return this.#items[0]
  }

  add(item: T): void {
    assert(item.heapIndex === -1, 'an item is in one heap once')
    this.#items.push(item)
    this.#rise(item, this.#items.length - 1)
  }

  remove(item: T): void {
    const index = item.heapIndex
    assert(this.#items[index] === item, 'only an item of this heap can be removed')
    item.heapIndex = -1
    const last = this.#items.pop()
    if (last === undefined || last === item) return
    this.#rise(last, index)
    this.#sink(last, last.heapIndex)
  }

  #rise(item: T, from: number): void {
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = this.#at(parentIndex)
      if (parent.dueMs <= item.dueMs) break
      this.#place(parent, index)
      index = parentIndex
    }
    this.#place(item, index)
  }

  #sink(item: T, from: number): void {
    let index = from
    for (;;) {
      let childIndex = index * 2 + 1
      if (childIndex >= this.#items.length) break
      const other = this.#items[childIndex + 1]
      if (other !== undefined && other.dueMs < this.#at(childIndex).dueMs) childIndex += 1
      const child = this.#at(childIndex)
      if (item.dueMs <= child.dueMs) break
      this.#place(child, index)
      index = childIndex
    }
    this.#place(item, index)
  }

  #place(item: T, index: number): void {
    this.#items[index] = item
    item.heapIndex = index
  }

  #at(index: number): T {
    const item = this.#items[index]
    assert(item !== undefined, 'the heap has no gaps')
    return item
  }
}
