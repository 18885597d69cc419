// Answers that mean the host does not take this terminal's keys or session any more (DE 39, terminal-protocol §5). What is kept
// to be sent again (a reversal, an advice) signs on and goes once more; a person waits for a payment and is asked instead.

export function asksForSignOn(code: string | undefined): boolean {
  return code === '77' || code === 'A0'
}
