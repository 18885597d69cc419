// The questions pages ask, with the keys under which answers are kept. Live events change the same keys (live-connection.tsx).

import {
  apiPath,
  overviewSchema,
  paymentPageSchema,
  responseCodeListSchema,
  terminalViewSchema,
  xrayReportSchema,
  type PaymentStatus,
  type ResponseCodeText,
} from '@shua/contract'
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { getJson, getText } from './api.ts'

export interface PaymentFilters {
  readonly terminalId?: string | undefined
  readonly status?: PaymentStatus | undefined
  readonly q?: string | undefined
}

const paymentsPerPage = 50

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => getJson(apiPath.overview(), overviewSchema, signal),
})

export function paymentsQuery(filters: PaymentFilters) {
  return infiniteQueryOptions({
    queryKey: ['payments', filters],
    queryFn: ({ signal, pageParam }) => {
      const query: Record<string, string> = { limit: String(paymentsPerPage) }
      if (filters.terminalId) query['terminalId'] = filters.terminalId
      if (filters.status) query['status'] = filters.status
      if (filters.q) query['q'] = filters.q
      if (pageParam) query['before'] = pageParam
      return getJson(apiPath.payments(query), paymentPageSchema, signal)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextBefore ?? undefined,
  })
}

export function xrayQuery(paymentId: string) {
  return queryOptions({
    queryKey: ['xray', paymentId],
    queryFn: ({ signal }) => getJson(apiPath.xray(paymentId), xrayReportSchema, signal),
  })
}

function isOlder(next: unknown, known: unknown): boolean {
  const versionOf = (view: unknown) => (view as { version?: number } | undefined)?.version ?? -1
  return versionOf(next) < versionOf(known)
}

export function terminalQuery(terminalId: string) {
  return queryOptions({
    queryKey: ['terminal', terminalId],
    queryFn: ({ signal }) => getJson(apiPath.terminalView(terminalId), terminalViewSchema, signal),
    // An answer that was overtaken by a newer one is dropped: a key's own answer may come before an earlier question's.
    structuralSharing: (known, next) => (isOlder(next, known) ? known : next),
  })
}

export function slipQuery(terminalId: string, slipId: string) {
  return queryOptions({
    queryKey: ['slip', terminalId, slipId],
    queryFn: ({ signal }) => getText(apiPath.slip(terminalId, slipId), signal),
    staleTime: Infinity,
    gcTime: Infinity,
  })
}

const responseCodesQuery = queryOptions({
  queryKey: ['responseCodes'],
  queryFn: async ({ signal }) => {
    const { items } = await getJson(apiPath.responseCodes(), responseCodeListSchema, signal)
    return new Map(items.map((item) => [item.code, item]))
  },
  staleTime: Infinity,
})

/** The words of a DE 39 value, once the table is here. */
export function useResponseCode(code: string | null): ResponseCodeText | undefined {
  const { data } = useQuery(responseCodesQuery)
  return code === null ? undefined : data?.get(code)
}
