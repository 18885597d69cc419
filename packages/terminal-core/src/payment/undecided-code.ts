// The answer that decides nothing about an advice (DE 39, terminal-protocol §5).

/**
 * 96: the host could not work on it. An advice is kept and sent again then: an earlier copy of it may be on its way still and be
 * accepted, so a terminal that gave up here would know nothing of money that moved.
 */
export const undecidedCode = '96'
