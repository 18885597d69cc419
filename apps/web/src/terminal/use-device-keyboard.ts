// The whole page listens to the keyboard as the device would, except while somebody types into a field or stands on a control.

import type { TerminalKey } from '@shua/contract'
import { useEffect } from 'react'
import { deviceStroke } from './device-keys.ts'

interface KeyboardOptions {
  readonly enabled: boolean
  readonly onKey: (key: TerminalKey) => void
  readonly onCard: (place: number) => void
}

function belongsToControl(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('input, textarea, select, dialog')) return true
  return (key === 'Enter' || key === ' ') && target.closest('button, a') !== null
}

export function useDeviceKeyboard({ enabled, onKey, onCard }: KeyboardOptions): void {
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => {
      if (event.repeat || belongsToControl(event.target, event.key)) return
      const stroke = deviceStroke(event)
      if (!stroke) return
      event.preventDefault()
      if ('key' in stroke) onKey(stroke.key)
      else onCard(stroke.cardPlace)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [enabled, onKey, onCard])
}
