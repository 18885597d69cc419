// Which key does what, behind one button so that it does not stand in the way.

import { Icon } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import type { TextKey } from '../words/en.ts'

const rows: readonly (readonly [string, TextKey])[] = [
  ['0–9', 'help.digits'],
  ['.', 'help.doubleZero'],
  ['Enter', 'key.enter'],
  ['Backspace', 'key.clear'],
  ['Esc', 'key.cancel'],
  ['M · F1', 'key.menu'],
  ['↑ ↓', 'help.arrows'],
  ['Alt/Shift + 1–9', 'help.swipe'],
]

export function KeyboardHelp() {
  const t = useText()
  return (
    <details className="keyboard-help">
      <summary className="button is-small">
        <Icon name="keyboard" />
        {t('help.title')}
      </summary>
      <dl className="sheet">
        {rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
