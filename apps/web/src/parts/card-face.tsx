// A demo card drawn as a printed thing: one ink, fine guilloche lines, chip, masked number. The lines follow from the card's
// place in the list, so each card is always recognised by its own pattern.

import type { DemoCard } from '@shua/contract'
import { memo } from 'react'

const inkCount = 5
const width = 340
const height = 214
const lineCount = 9
const stepPx = 10

/** Waves that swell towards the right edge, as banknote printing has them. */
function guilloche(seed: number): string[] {
  const turn = 1.6 + (seed % 4) * 0.55
  const swell = 16 + ((seed * 7) % 5) * 6
  return Array.from({ length: lineCount }, (_, line) => {
    const phase = (line / lineCount) * Math.PI + seed
    const points: string[] = []
    for (let x = -stepPx; x <= width + stepPx; x += stepPx) {
      const along = x / width
      const y =
        height * 0.62 +
        Math.sin(along * turn * Math.PI * 2 + phase) * swell * (0.5 + along) +
        Math.cos(along * Math.PI * 3 + phase * 2) * 8
      points.push(`${x} ${y.toFixed(1)}`)
    }
    return `M${points.join('L')}`
  })
}

export const CardFace = memo(function CardFace({ card, place }: { card: DemoCard; place: number }) {
  return (
    <svg
      className={`card-face card-ink-${(place % inkCount) + 1}`}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <rect className="card-body" width={width} height={height} rx="16" />
      <g className="card-lines">
        {guilloche(place).map((line) => (
          <path key={line} d={line} />
        ))}
      </g>
      <text className="card-bank" x="24" y="40">
        刷 Shua
      </text>
      <path className="card-wave" d="M296 24a16 16 0 0 1 0 18M303 19a25 25 0 0 1 0 28M310 14a34 34 0 0 1 0 38" />
      <g className="card-chip">
        <rect x="24" y="66" width="44" height="34" rx="6" />
        <path d="M24 78h14v10H24M68 78H54v10h14M38 66v34M54 66v34" />
      </g>
      <text className="card-number" x="24" y="146">
        {groupsOfFour(card.maskedPan)}
      </text>
      <text className="card-holder" x="24" y="184">
        {card.holder}
      </text>
    </svg>
  )
})

function groupsOfFour(pan: string): string {
  return pan.replaceAll('*', '•').replaceAll(/(.{4})(?=.)/g, '$1 ')
}
