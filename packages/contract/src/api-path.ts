// The addresses of the API, written once: servers route the patterns, the web builds the paths.

export const apiPattern = {
  health: '/api/health',
  overview: '/api/overview',
  responseCodes: '/api/response-codes',
  payments: '/api/payments',
  xray: '/api/payments/:paymentId/xray',
  events: '/api/events',
  terminalView: '/api/terminals/:terminalId/view',
  terminalInput: '/api/terminals/:terminalId/input',
  slip: '/api/terminals/:terminalId/slips/:file',
} as const

const part = encodeURIComponent

export const apiPath = {
  overview: () => apiPattern.overview,
  responseCodes: () => apiPattern.responseCodes,
  payments: (query: Record<string, string>) => `${apiPattern.payments}?${new URLSearchParams(query).toString()}`,
  xray: (paymentId: string) => `/api/payments/${part(paymentId)}/xray`,
  events: (lastEventId: string | undefined) =>
    lastEventId === undefined ? apiPattern.events : `${apiPattern.events}?lastEventId=${part(lastEventId)}`,
  terminalView: (terminalId: string) => `/api/terminals/${part(terminalId)}/view`,
  terminalInput: (terminalId: string) => `/api/terminals/${part(terminalId)}/input`,
  slip: (terminalId: string, slipId: string) => `/api/terminals/${part(terminalId)}/slips/${part(slipId)}.svg`,
} as const
