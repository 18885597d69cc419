// Work that is done again and again beside the payments, in every process with the role `jobs`. What one round could not do the
// next one does, so a fault is reported and no more.

export interface RunningJob {
  /** Waits for the round under way. */
  stop(): Promise<void>
}

export interface JobToStart {
  /** Named in reports. */
  readonly name: string
  readonly intervalMs: number
  /** One round. A long one looks now and then whether it should stop. */
  readonly work: (stopped: () => boolean) => Promise<void>
  readonly onFault: (where: string, error: unknown) => void
}

export function startJob({ name, intervalMs, work, onFault }: JobToStart): RunningJob {
  let running: Promise<void> | undefined
  let isStopped = false
  const round = async (): Promise<void> => {
    try {
      await work(() => isStopped)
    } catch (error) {
      onFault(name, error)
    } finally {
      running = undefined
    }
  }
  const timer = setInterval(() => {
    // A slow round is not overtaken by the next one.
    running ??= round()
  }, intervalMs)
  timer.unref()
  return {
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}
