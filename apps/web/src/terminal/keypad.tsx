// The keys of the device. A click does not take the focus, so that Enter on the keyboard afterwards is still the device's.

import type { TerminalKey, TerminalView } from '@shua/contract'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useText } from '../preferences/preferences.tsx'
import type { TextKey } from '../words/en.ts'

interface KeyShape {
  readonly key: TerminalKey
  readonly look: 'digit' | 'soft' | 'cancel' | 'clear' | 'enter'
  readonly face: string | { icon: IconName } | { text: TextKey }
  readonly name?: TextKey
}

const softKeys: readonly KeyShape[] = [
  { key: 'menu', look: 'soft', face: { text: 'key.menu' } },
  { key: 'up', look: 'soft', face: { icon: 'arrowUp' }, name: 'key.up' },
  { key: 'down', look: 'soft', face: { icon: 'arrowDown' }, name: 'key.down' },
]

const digit = (key: TerminalKey): KeyShape => ({ key, look: 'digit', face: key })

const mainKeys: readonly KeyShape[] = [
  digit('1'),
  digit('2'),
  digit('3'),
  { key: 'cancel', look: 'cancel', face: { text: 'key.cancel' } },
  digit('4'),
  digit('5'),
  digit('6'),
  { key: 'clear', look: 'clear', face: { text: 'key.clear' } },
  digit('7'),
  digit('8'),
  digit('9'),
  { key: 'enter', look: 'enter', face: { text: 'key.enter' } },
  digit('00'),
  digit('0'),
]

const marks: Partial<Record<KeyShape['look'], IconName>> = { cancel: 'declined', clear: 'back', enter: 'ring' }

interface KeypadProps {
  readonly pressed: TerminalKey | undefined
  readonly onKey: (key: TerminalKey) => void
  readonly language: TerminalView['language']
  readonly onLanguage: () => void
}

export function Keypad({ pressed, onKey, language, onLanguage }: KeypadProps) {
  const t = useText()
  const press = (shape: KeyShape) => (
    <Key key={shape.key} shape={shape} pressed={pressed === shape.key} onPress={() => onKey(shape.key)} />
  )
  return (
    <div className="keypad" role="group" aria-label={t('terminal.keys')}>
      <div className="keypad-soft">
        {softKeys.map(press)}
        <button
          type="button"
          className="key look-soft"
          onMouseDown={(event) => event.preventDefault()}
          onClick={onLanguage}
        >
          <span className="unseen">{t('key.language')} </span>
          {language === 'zh' ? 'EN' : '中文'}
        </button>
      </div>
      <div className="keypad-main">{mainKeys.map(press)}</div>
    </div>
  )
}

function Key({ shape, pressed, onPress }: { shape: KeyShape; pressed: boolean; onPress: () => void }) {
  const t = useText()
  const { key, look, face, name } = shape
  const mark = marks[look]
  return (
    <button
      type="button"
      className={`key look-${look}${pressed ? ' is-pressed' : ''}`}
      data-key={key}
      aria-label={name ? t(name) : undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {mark && <Icon name={mark} />}
      {typeof face === 'string' ? face : 'icon' in face ? <Icon name={face.icon} /> : t(face.text)}
    </button>
  )
}
