import { describe, expect, it } from 'vitest'
import { deviceStroke } from './device-keys.ts'

const none = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false }

describe('a key press', () => {
  it.each([
    ['5', 'Digit5', {}, { key: '5' }],
    ['0', 'Numpad0', {}, { key: '0' }],
    ['.', 'Period', {}, { key: '00' }],
    ['Enter', 'NumpadEnter', {}, { key: 'enter' }],
    ['Escape', 'Escape', {}, { key: 'cancel' }],
    ['Backspace', 'Backspace', {}, { key: 'clear' }],
    ['m', 'KeyM', {}, { key: 'menu' }],
    ['F1', 'F1', {}, { key: 'menu' }],
    ['ArrowDown', 'ArrowDown', {}, { key: 'down' }],
    ['1', 'Digit1', { altKey: true }, { cardPlace: 0 }],
    ['¡', 'Digit1', { altKey: true }, { cardPlace: 0 }],
    ['!', 'Digit1', { shiftKey: true }, { cardPlace: 0 }],
    ['9', 'Digit9', { altKey: true }, { cardPlace: 8 }],
    ['0', 'Digit0', { altKey: true }, undefined],
    ['r', 'KeyR', { ctrlKey: true }, undefined],
    ['1', 'Digit1', { metaKey: true }, undefined],
    ['m', 'KeyM', { altKey: true }, undefined],
    ['a', 'KeyA', {}, undefined],
    ['Tab', 'Tab', {}, undefined],
  ] as const)('%s (%s) with %j is %j', (key, code, modifiers, stroke) => {
    expect(deviceStroke({ ...none, ...modifiers, key, code })).toEqual(stroke)
  })
})
