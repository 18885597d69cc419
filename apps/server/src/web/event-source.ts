// One place to which parts of the server publish and from which the live page is fed.

export interface EventSource<Event> {
  publish(event: Event): void
  /** Answers how to stop. */
  subscribe(listener: (event: Event) => void): () => void
}

export function createEventSource<Event>(): EventSource<Event> {
  const listeners = new Set<(event: Event) => void>()
  return {
    publish(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
