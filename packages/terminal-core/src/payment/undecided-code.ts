// The answer that decides nothing (DE 39, terminal-protocol §5).

/**
 * 96: the host could not work on this copy of the request. Another copy of it, made by the network, may be on its way still or be
 * done already, so it is not the end of a payment: a request is reversed, an advice is kept and sent again.
 */
export const undecidedCode = '96'
