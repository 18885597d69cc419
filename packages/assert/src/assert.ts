// A failed assertion is a bug of ours, never somebody's bad input: it stops the work at hand and is reported.

/** Throws when a condition that our own code guarantees does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}

/** Marks a branch the compiler proved unreachable. */
export function assertNever(value: never): never {
  throw new Error(`assertion failed: unexpected value of type ${typeof value}`)
}
