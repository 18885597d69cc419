// Operators: first passwords, forced change, locking, the supervisor's list (requirement A8).

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import { withTerminal } from '../testing/with-terminal.ts'

const password = (text: string) => new Sensitive(text)

describe('operators', () => {
  it('begin as 01, 00 and 99 and must choose a password of their own', () =>
    withTerminal(async ({ terminal, directory }) => {
      expect(terminal.state.operators.map(({ number }) => number)).toEqual(['00', '01', '99'])
      expect(await terminal.logIn('01', password('0000'))).toEqual({ kind: 'in', number: '01', mustChange: true })
      expect(await terminal.changePassword('01', password('0000'))).toMatchObject({ reason: 'passwordMalformed' })
      expect(await terminal.changePassword('01', password('12a4'))).toMatchObject({ reason: 'passwordMalformed' })
      expect(await terminal.changePassword('01', password('84613579'))).toEqual({ kind: 'done' })
      expect(await terminal.logIn('01', password('84613579'))).toEqual({ kind: 'in', number: '01', mustChange: false })
      expect(await readFile(join(directory, 'journal.log'), 'latin1')).not.toContain('84613579')
    }))

  it('are locked for a while after three wrong tries, twice as long the next time', async () => {
    let nowMs = Date.parse('2026-06-01T02:00:00Z')
    await withTerminal(
      async ({ terminal }) => {
        for (const triesLeft of [2, 1]) {
          expect(await terminal.logIn('01', password('9999'))).toEqual({ kind: 'wrong', triesLeft })
        }
        expect(await terminal.logIn('01', password('9999'))).toMatchObject({ kind: 'locked', untilMs: nowMs + 60_000 })
        expect(await terminal.logIn('01', password('0000'))).toMatchObject({ kind: 'locked' })
        nowMs += 60_001
        for (let tries = 0; tries < 2; tries++) await terminal.logIn('01', password('9999'))
        expect(await terminal.logIn('01', password('9999'))).toMatchObject({ kind: 'locked', untilMs: nowMs + 120_000 })
        nowMs += 120_001
        expect(await terminal.logIn('01', password('0000'))).toMatchObject({ kind: 'in' })
      },
      { now: () => new Date(nowMs) },
    )
  })

  it('answers an unknown number like a wrong password', () =>
    withTerminal(async ({ terminal }) => {
      expect(await terminal.logIn('42', password('0000'))).toEqual({ kind: 'wrong', triesLeft: 2 })
    }))

  it('are added, reset and removed, but never the supervisor', () =>
    withTerminal(async ({ terminal }) => {
      expect(await terminal.saveOperator('07', password('7777'))).toEqual({ kind: 'done' })
      expect(await terminal.logIn('07', password('7777'))).toMatchObject({ kind: 'in', mustChange: true })
      expect(await terminal.removeOperator('07')).toEqual({ kind: 'done' })
      expect(await terminal.logIn('07', password('7777'))).toMatchObject({ kind: 'wrong' })
      expect(await terminal.removeOperator('00')).toMatchObject({ reason: 'numberMalformed' })
      expect(await terminal.saveOperator('99', password('7777'))).toMatchObject({ reason: 'numberMalformed' })
    }))
})
