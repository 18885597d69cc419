// The display of the terminal as lines of text.

import type { TerminalView, ViewLine } from '@shua/terminal-core'

const width = 44

/** Chinese characters take two columns. */
function columns(text: string): number {
  let count = 0
  for (const character of text) count += /[⺀-꓏豈-﫿︰-﹏＀-￦、-〗]/.test(character) ? 2 : 1
  return count
}

function aligned(line: ViewLine): string {
  const room = Math.max(width - columns(line.text), 0)
  if (line.align === 'right') return ' '.repeat(room) + line.text
  if (line.align === 'center') return ' '.repeat(Math.floor(room / 2)) + line.text
  return line.text
}

const marks = { good: '✓ ', bad: '✗ ', wait: '… ', plain: '', muted: '' } as const

export function drawView(view: TerminalView): string {
  const { indicators } = view
  const state = [
    view.terminalId,
    indicators.signedOn ? `批次 ${indicators.batchNumber}` : '未签到',
    indicators.operator === '' ? '' : `操作员 ${indicators.operator}`,
    indicators.link,
    indicators.pendingReversal ? '冲正中' : '',
    indicators.paper === 'out' ? '缺纸' : '',
  ]
  return [
    '─'.repeat(width),
    state.filter((part) => part !== '').join(' · '),
    `【${view.title}】`,
    ...view.lines.map((line) => aligned({ ...line, text: marks[line.tone ?? 'plain'] + line.text })),
    ...view.menu.map(({ key, label }) => `  ${key}  ${label}`),
    ...(view.input && view.input.kind !== 'amount' ? [`  > ${view.input.shown}`] : []),
    view.hint,
  ].join('\n')
}
