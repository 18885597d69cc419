// A flow is a list of steps that fill a draft. Every step can be undone before the money moves: `back` returns to the step
// before, `cancel` leaves the flow.

export type StepResult = 'next' | 'back' | 'cancel'
export type Step<Draft> = (draft: Draft) => Promise<StepResult>

/** True when all steps were answered. */
export async function runSteps<Draft>(draft: Draft, steps: readonly Step<Draft>[]): Promise<boolean> {
  let index = 0
  while (index < steps.length) {
    const result = await steps[index]!(draft)
    if (result === 'cancel') return false
    index += result === 'next' ? 1 : -1
    if (index < 0) return false
  }
  return true
}
