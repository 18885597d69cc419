// Slip markup → picture or printer bytes, by the receiptline library. Markup does not know the paper's width.

import { transform } from 'receiptline'

export type SlipEncoding = 'gb18030' | 'big5' | 'multilingual'

/** An SVG picture; 32 columns are a 58 mm slip of 384 dots. */
export function renderSlipSvg(markup: string, options: { columns?: number } = {}): string {
  return transform(markup, { cpl: options.columns ?? 32, encoding: 'gb18030', command: 'svg', spacing: true })
}

/** Plain text lines, for a console. */
export function renderSlipText(markup: string, options: { columns?: number } = {}): string {
  return transform(markup, { cpl: options.columns ?? 32, encoding: 'gb18030', command: 'text' })
}

/** The bytes a receipt printer takes on port 9100. */
export function renderSlipEscPos(
  markup: string,
  options: { encoding: SlipEncoding; columns?: number; cut?: boolean },
): Buffer {
  const commands = transform(markup, {
    cpl: options.columns ?? 32,
    encoding: options.encoding,
    command: 'escpos',
    cutting: options.cut ?? true,
    spacing: true,
  })
  // The library gives one character per byte.
  return Buffer.from(commands, 'latin1')
}
