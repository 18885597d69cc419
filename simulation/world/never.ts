/** What died goes on no further. A promise of its own each time: one for all would keep alive whatever ever waited for it. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined)
}
