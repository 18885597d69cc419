// Saves a slip as a file: the server's SVG as it came, or a PNG drawn from it.

import { drawSlip, readSlipSvg, slipTextPx } from './slip-svg.ts'

export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser needs the address until the download began.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

export function saveSlipSvg(name: string, source: string): void {
  saveFile(`${name}.svg`, new Blob([source], { type: 'image/svg+xml' }))
}

export async function saveSlipPng(name: string, source: string): Promise<void> {
  const style = getComputedStyle(document.documentElement)
  const svg = readSlipSvg(source)
  const fontFamily = style.getPropertyValue('--mono')
  // Every character of the slip must have its font before it is drawn.
  await document.fonts.load(`500 ${slipTextPx}px ${fontFamily}`, svg.textContent)
  const canvas = drawSlip({
    svg,
    paper: '#ffffff',
    ink: style.getPropertyValue('--paper-ink'),
    fontFamily,
  })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob) saveFile(`${name}.png`, blob)
}
