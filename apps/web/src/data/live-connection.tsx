// One stream of events for the whole page. It is closed while the page is hidden, because a browser allows only a handful of
// connections to one server and every open tab would take one; coming back continues where it stopped.

import { apiPath, liveEventSchema, type LiveEvent } from '@shua/contract'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { applyPayment } from './apply-payment.ts'

export type LiveState = 'connecting' | 'live' | 'lost'

interface Live {
  readonly state: LiveState
  /** Payments that came while the page was open; their rows say so for a moment. */
  readonly freshIds: ReadonlySet<string>
}

const LiveContext = createContext<Live>({ state: 'connecting', freshIds: new Set() })

const reconnectMs = 2000
/** The server beats every 15 s; silence for longer means that the stream is dead without saying so. */
const silenceMs = 40_000

interface LiveHandlers {
  readonly onState: (state: LiveState) => void
  readonly onEvent: (event: LiveEvent) => void
}

/** Keeps a stream open while the page is visible. Answers how to stop. */
function connectLive({ onState, onEvent }: LiveHandlers): () => void {
  let source: EventSource | undefined
  let lastEventId: string | undefined
  let retry = 0
  let watch = 0

  const stop = () => {
    clearTimeout(retry)
    clearTimeout(watch)
    source?.close()
    source = undefined
  }
  const again = () => {
    stop()
    onState('lost')
    retry = window.setTimeout(start, reconnectMs)
  }
  const heard = () => {
    clearTimeout(watch)
    watch = window.setTimeout(again, silenceMs)
  }
  function start() {
    stop()
    if (document.hidden) return
    source = new EventSource(apiPath.events(lastEventId))
    source.addEventListener('open', () => {
      onState('live')
      heard()
    })
    source.addEventListener('error', again)
    source.addEventListener('message', (message: MessageEvent<string>) => {
      heard()
      if (message.lastEventId) lastEventId = message.lastEventId
      const event = liveEventSchema.safeParse(JSON.parse(message.data))
      if (event.success) onEvent(event.data)
    })
  }
  const onVisibility = () => (document.hidden ? stop() : start())
  document.addEventListener('visibilitychange', onVisibility)
  start()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    stop()
  }
}

function applyEvent(client: QueryClient, event: LiveEvent): void {
  switch (event.type) {
    case 'payment':
      applyPayment(client, event.payment)
      void client.invalidateQueries({ queryKey: ['overview'] })
      break
    case 'terminal': {
      const key = ['terminal', event.terminalId]
      const known = client.getQueryData<{ version: number }>(key)?.version ?? -1
      if (event.version > known) void client.invalidateQueries({ queryKey: key })
      break
    }
    case 'resync':
      // Versions of a server that started anew begin anew.
      void client.resetQueries({ queryKey: ['terminal'] })
      void client.invalidateQueries()
      break
    case 'heartbeat':
      break
  }
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  const [freshIds, setFreshIds] = useState<ReadonlySet<string>>(new Set())

  useEffect(
    () =>
      connectLive({
        onState: (next) => {
          setState((before) => {
            // What failed while the server was away is asked again as soon as it is back.
            if (next === 'live' && before === 'lost') void client.invalidateQueries()
            return next
          })
        },
        onEvent: (event) => {
          if (event.type === 'payment') {
            setFreshIds((ids) => new Set([...[...ids].slice(-100), event.payment.paymentId]))
          }
          applyEvent(client, event)
        },
      }),
    [client],
  )

  const live = useMemo(() => ({ state, freshIds }), [state, freshIds])
  return <LiveContext value={live}>{children}</LiveContext>
}

export function useLive(): Live {
  return useContext(LiveContext)
}
