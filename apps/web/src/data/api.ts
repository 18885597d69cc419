// Calls the server and checks what it answers against the contract. Whatever goes wrong becomes one of the failures a page
// knows how to show.

import { problemSchema } from '@shua/contract'
import type { ZodType } from 'zod'

export type FailureKind = 'offline' | 'forbidden' | 'notFound' | 'failed'

export class ApiFailure extends Error {
  readonly kind: FailureKind
  readonly code: string

  constructor(kind: FailureKind, code: string, message: string) {
    super(message)
    this.name = 'ApiFailure'
    this.kind = kind
    this.code = code
  }
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'forbidden'
  return status === 404 ? 'notFound' : 'failed'
}

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiFailure('offline', 'UNREACHABLE', 'the server cannot be reached')
  }
  if (response.ok) return response
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined)).data
  throw new ApiFailure(
    kindOf(response.status),
    problem?.code ?? `HTTP_${response.status}`,
    problem?.message ?? `the server answered ${response.status}`,
  )
}

async function readAs<T>(response: Response, schema: ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new ApiFailure('failed', 'ANSWER_INVALID', `the server's answer is not understood: ${path}`)
}

export async function getJson<T>(path: string, schema: ZodType<T>, signal?: AbortSignal): Promise<T> {
  return readAs(await call(path, signal ? { signal } : {}), schema)
}

export async function postJson<T>(path: string, body: unknown, schema: ZodType<T>): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return readAs(await call(path, { method: 'POST', headers, body: JSON.stringify(body) }), schema)
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await call(path, signal ? { signal } : {})).text()
}
