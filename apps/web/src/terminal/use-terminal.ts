// One hosted terminal: its view, and a way to press its keys. Keys are sent one after another, so that fast typing arrives in
// the order in which it was typed.

import { apiPath, terminalViewSchema, type TerminalInput, type TerminalView } from '@shua/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { postJson } from '../data/api.ts'
import { terminalQuery } from '../data/queries.ts'

export interface Terminal {
  readonly view: TerminalView | undefined
  readonly error: Error | null
  /** Why the last key did not arrive; undefined when it did. */
  readonly sendFailure: unknown
  readonly send: (input: TerminalInput) => void
  readonly reload: () => void
}

export function useTerminal(terminalId: string): Terminal {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(terminalQuery(terminalId))
  const [sendFailure, setSendFailure] = useState<unknown>(undefined)
  const queue = useRef<Promise<void>>(Promise.resolve())

  const send = useCallback(
    (input: TerminalInput) => {
      queue.current = queue.current.then(async () => {
        try {
          const view = await postJson(apiPath.terminalInput(terminalId), input, terminalViewSchema)
          client.setQueryData(terminalQuery(terminalId).queryKey, (known) =>
            known && known.version > view.version ? known : view,
          )
          setSendFailure(undefined)
        } catch (failure) {
          setSendFailure(failure)
        }
      })
    },
    [client, terminalId],
  )

  return { view: data, error, sendFailure, send, reload: () => void refetch() }
}
