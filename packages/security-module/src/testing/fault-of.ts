// For tests: the fault a call ends with. Anything else it throws passes through.

import { Fault } from '@shua/assert'

export function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('the call was accepted')
}
