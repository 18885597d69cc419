// Waits until something that happens in the background has happened, for tests over real sockets and processes.

export interface EventuallyOptions {
  readonly timeoutMs: number
  readonly intervalMs?: number
}

/** Repeats the check until it neither throws nor rejects and answers its value; at the end its last error is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions): Promise<T> {
  const endMs = performance.now() + options.timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() >= endMs) throw error
    }
    await new Promise((resolve) => {
      setTimeout(resolve, options.intervalMs ?? 20)
    })
  }
}
