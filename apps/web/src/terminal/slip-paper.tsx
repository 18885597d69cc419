// A slip as paper: the server's SVG, its text kept as text, so that it can be read aloud, searched and drawn in our fonts.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { slipQuery } from '../data/queries.ts'
import { Failed, Loading } from '../parts/page-state.tsx'
import { readSlipSvg } from './slip-svg.ts'

interface SlipPaperProps {
  readonly terminalId: string
  readonly slipId: string
  readonly title: string
}

export function SlipPaper({ terminalId, slipId, title }: SlipPaperProps) {
  const { data, error, refetch } = useQuery(slipQuery(terminalId, slipId))
  const holder = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (data === undefined) return
    const svg = readSlipSvg(data)
    svg.setAttribute('role', 'img')
    svg.setAttribute('aria-label', title)
    holder.current?.replaceChildren(svg)
  }, [data, title])
  // A slip that was torn off is no longer the printer's; the picture taken before is still good.
  if (data === undefined && error) return <Failed error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading />
  return <div ref={holder} className="slip-svg" />
}
