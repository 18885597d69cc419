// The terminal as a person works it: keys and swipes in, views out, against the test host on a real socket.

import { Sensitive } from '@shua/card-data'
import { describe, expect, it } from 'vitest'
import { refusalTexts } from './refusal-texts.ts'
import { TerminalApplication } from './terminal-application.ts'
import { texts } from './texts.ts'
import type { TerminalKey, TerminalView } from './terminal-view.ts'
import { testPan, testTrack, swipe } from '../testing/test-terminal.ts'
import { withTerminal, type Bench } from '../testing/with-terminal.ts'

/** A person at the device: types, swipes, and waits for the display. */
class Person {
  readonly application: TerminalApplication
  readonly views: TerminalView[] = []

  constructor(bench: Bench, retryMs = 0) {
    this.application = new TerminalApplication({ terminal: bench.terminal, paper: bench.printer, retryMs })
    this.application.subscribe((view) => this.views.push(view))
  }

  get view(): TerminalView {
    return this.application.view()
  }

  get text(): string {
    const { title, lines, hint } = this.view
    return [title, ...lines.map(({ text }) => text), hint].join('\n')
  }

  press(...keys: readonly (TerminalKey | number)[]): void {
    for (const key of keys) {
      const digits = typeof key === 'number' ? String(key).split('') : [key]
      for (const digit of digits) this.application.input({ type: 'key', key: digit as TerminalKey })
    }
  }

  swipe(track = testTrack): void {
    this.application.input({ type: 'swipe', track2: new Sensitive(track) })
  }

  /** Resolves when the display shows the text. */
  sees(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited for ${text}, display shows:\n${this.text}`)), 10_000)
      const stop = this.application.subscribe(() => check())
      const check = (): void => {
        if (!this.text.includes(text)) return
        clearTimeout(timer)
        stop()
        resolve()
      }
      check()
    })
  }

  /** First log-in of operator 01 with a new password; ends on the home screen. */
  async logIn(): Promise<void> {
    await this.sees('首次使用：操作员 01，密码 0000')
    this.press('0', '1', 'enter')
    await this.sees('请输入密码')
    this.press('00', '00', 'enter')
    await this.sees('请设置新密码')
    this.press(2468, 'enter')
    await this.sees('请再输一遍')
    this.press(2468, 'enter')
    await this.sees('密码已修改')
    this.press('enter')
    await this.sees('输入金额后刷卡')
  }
}

async function withPerson(work: (person: Person, bench: Bench) => Promise<void>, retryMs = 0): Promise<void> {
  await withTerminal(async (bench) => {
    const person = new Person(bench, retryMs)
    await person.logIn()
    await work(person, bench)
    person.application.stop()
  })
}

describe('terminal application', () => {
  it('takes a purchase: amount, swipe, PIN, approved, two slips', () =>
    withPerson(async (person) => {
      person.press(100, '00')
      expect(person.view).toMatchObject({
        status: 'idle',
        input: { kind: 'amount', shown: '100.00' },
        accepts: { stripe: true },
      })
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press(123456)
      expect(person.view.input).toEqual({ kind: 'pin', shown: '●●●●●●', lengthMax: 12 })
      person.press('enter')
      await person.sees('交易成功')
      expect(person.view).toMatchObject({ status: 'approved', lastRrn: '000007000002' })
      expect(person.text).toContain('100.00')
      expect(person.view.slips.map(({ copy }) => copy)).toEqual(['cardholder', 'merchant'])
      person.application.input({ type: 'tearOff', slipId: person.view.slips[0]!.id })
      expect(person.view.slips.map(({ copy }) => copy)).toEqual(['merchant'])
      person.press('enter')
      await person.sees('输入金额后刷卡')
      const everything = JSON.stringify(person.views)
      for (const secret of [testPan, testTrack, '123456"', '2468']) expect(everything).not.toContain(secret)
    }))

  it('asks for the amount when the card comes first, and lets every step be undone', () =>
    withPerson(async (person, { host }) => {
      person.swipe()
      await person.sees('请输入金额')
      person.press(5, 'clear')
      expect(person.view.input?.shown).toBe('0.00')
      person.press(1234, 'enter')
      await person.sees('请持卡人输入密码')
      person.press('clear')
      await person.sees('请输入金额')
      expect(person.view.input?.shown).toBe('12.34')
      person.press('enter')
      await person.sees('请持卡人输入密码')
      person.press(12, 'enter')
      await person.sees('密码应为 4 至 12 位')
      person.press('cancel')
      await person.sees('输入金额后刷卡')
      expect(host.seen.map(({ kind }) => kind)).toEqual(['signOn'])
    }))

  it('ignores keys while it is busy', () =>
    withPerson(async (person, { host }) => {
      host.next({ kind: 'delay', ms: 150 }, '0200')
      person.press(100)
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press('enter')
      await person.sees('正在联机')
      expect(person.view).toMatchObject({ status: 'busy', accepts: { keys: false, stripe: false } })
      person.press('enter', 'cancel', 9)
      person.swipe()
      await person.sees('交易成功')
      expect(host.seen.filter(({ kind }) => kind === 'purchase')).toHaveLength(1)
    }))

  it('shows code, meaning and what to do, and asks for the PIN again after 55', () =>
    withPerson(async (person, { host }) => {
      host.next({ kind: 'decline', responseCode: '55' }, '0200')
      person.press(100)
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press(111111, 'enter')
      await person.sees('55 密码错误')
      expect(person.view.status).toBe('declined')
      expect(person.text).toContain('未扣款，请重新输入密码')
      person.press('enter')
      await person.sees('请持卡人输入密码')
      person.press(123456, 'enter')
      await person.sees('交易成功')
      expect(person.text).toContain('1.00')
    }))

  it('is amber while an outcome is unknown, then tells that it was reversed', () =>
    withPerson(async (person, { host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      host.next({ kind: 'delay', ms: 100 }, '0400')
      person.press(100)
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press('enter')
      await person.sees('结果未知，正在冲正')
      expect(person.view).toMatchObject({ status: 'unknown', indicators: { pendingReversal: true } })
      expect(person.view.lines[0]?.tone).toBe('wait')
      await person.sees('已冲正，未扣款')
      expect(person.view.indicators.pendingReversal).toBe(false)
    }))

  it.each([
    ['zh', '主机繁忙，正在冲正', '已冲正，未扣款'],
    ['en', 'Host busy, reversing', 'Reversed. No money moved'],
  ] as const)('tells in %s that a busy host is asked to reverse', (language, busy, reversed) =>
    withPerson(async (person, { host }) => {
      person.application.input({ type: 'language', language })
      host.next({ kind: 'answerRolledBackCopy' }, '0200')
      host.next({ kind: 'delay', ms: 100 }, '0400')
      person.press(100)
      person.swipe()
      await person.sees(language === 'zh' ? '请持卡人输入密码' : 'enter your PIN')
      person.press('enter')
      await person.sees(busy)
      expect(person.view.status).toBe('unknown')
      await person.sees(reversed)
      expect(host.standing()).toEqual([])
    }),
  )

  it('tries the reversal again while nobody does anything', () =>
    withPerson(async (person, { host }) => {
      host.next({ kind: 'swallowAnswer' }, '0200')
      host.next({ kind: 'loseRequest' }, '0400')
      person.press(100)
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press('enter')
      await person.sees('冲正未获应答，将自动重发')
      await person.sees('已冲正，未扣款')
      expect(host.seen.filter(({ kind }) => kind === 'reversal')).toHaveLength(1)
    }, 60))

  it('voids with the supervisor, the voucher, a confirmation and the card', () =>
    withPerson(async (person, { terminal }) => {
      await terminal.purchase({ operator: '01', amount: { minorUnits: 500n, currency: 'CNY' }, card: swipe() })
      person.press('menu')
      await person.sees('主菜单')
      expect(person.view.menu).toHaveLength(9)
      person.press('2')
      await person.sees('主管初始密码 123456')
      person.press(123456, 'enter')
      await person.sees('原凭证号')
      person.press(2, 'enter')
      await person.sees('撤销这笔交易')
      expect(person.text).toContain('622588******0001')
      person.press('enter')
      await person.sees('请刷卡')
      person.swipe()
      await person.sees('交易成功')
      expect(terminal.state.records.map(({ kind }) => kind)).toEqual(['purchase', 'void'])
    }))

  it('keys a card number, of which four digits show', () =>
    withPerson(async (person, { host }) => {
      person.press(100, 'enter')
      await person.sees('刷卡，或直接输入卡号')
      person.press(...('6225880000000009'.split('') as TerminalKey[]))
      expect(person.view.input?.shown).toBe('••••••••••••0009')
      person.press('clear', '1', 'enter')
      await person.sees('有效期')
      person.press(3012, 'enter')
      await person.sees('请持卡人输入密码')
      person.press('enter')
      await person.sees('交易成功')
      const sent = host.seen.at(-1)!.message
      expect([sent.text('22'), sent.text('14'), sent.has(35)]).toEqual(['012', '3012', false])
    }))

  it('refunds, pre-authorizes, completes and settles from the menu', () =>
    withPerson(async (person, { host, terminal }) => {
      await terminal.purchase({ operator: '01', amount: { minorUnits: 500n, currency: 'CNY' }, card: swipe() })
      person.press('menu')
      await person.sees('主菜单')
      person.press('3')
      await person.sees('请主管输入密码')
      person.press(123456, 'enter')
      await person.sees('原参考号')
      person.press('00', '00', '0', '7', '00', '00', '0', '2', 'enter')
      await person.sees('原交易日期')
      person.press('0', '6', '0', '1', 'enter')
      await person.sees('请输入金额')
      person.press(200, 'enter')
      await person.sees('请刷卡')
      person.swipe()
      await person.sees('交易成功')
      person.press('enter')
      await person.sees('输入金额后刷卡')
      person.press('menu')
      await person.sees('主菜单')
      person.press('4')
      await person.sees('预授权类')
      expect(person.view.menu.map(({ label }) => label)).toContain('预授权完成（请求）')
      person.press('1')
      await person.sees('请输入金额')
      person.press(30000, 'enter')
      await person.sees('请刷卡')
      person.swipe()
      await person.sees('请持卡人输入密码')
      person.press('enter')
      await person.sees('授权码 000004')
      person.press('enter')
      await person.sees('输入金额后刷卡')
      person.press('menu')
      await person.sees('主菜单')
      person.press('6')
      await person.sees('结算后本批次不能再撤销')
      expect(person.text).toContain('借记 1 笔 5.00')
      person.press('enter')
      await person.sees('对账平')
      expect(person.view.indicators.batchNumber).toBe('000008')
      expect(host.batch.closed).toHaveLength(1)
    }))

  it('changes language at any moment, and keeps it', () =>
    withPerson(async (person, bench) => {
      person.application.input({ type: 'language', language: 'en' })
      expect(person.text).toContain('Type an amount and swipe')
      await bench.terminal.whenIdle()
      const { terminal } = await bench.restart()
      expect(terminal.state.language).toBe('en')
    }))

  it('locks out somebody who guesses, and says for how long', async () => {
    await withTerminal(async (bench) => {
      const person = new Person(bench)
      for (const expected of ['还可试 2 次', '还可试 1 次', '已锁定']) {
        await person.sees('请输入操作员号')
        person.press('1', 'enter')
        await person.sees('请输入密码')
        person.press(9999, 'enter')
        await person.sees(expected)
        person.press('enter')
      }
      expect(JSON.stringify(person.views)).not.toContain('9999')
      person.application.stop()
    })
  })

  it('tests itself and lists open cases', () =>
    withPerson(async (person) => {
      person.press('menu')
      await person.sees('主菜单')
      person.press('9')
      await person.sees('管理')
      person.press('6')
      await person.sees('终端自检')
      await person.sees('线路  正常')
      expect(person.text).toContain('打印  正常')
      person.press('enter')
      await person.sees('管理')
      person.press('7')
      await person.sees('没有未结事项')
    }))

  it('has every text in both languages', () => {
    const all: { zh: string; en: string }[] = Object.values(texts)
    expect(all.every(({ zh, en }) => zh.length > 0 && en.length > 0)).toBe(true)
    for (const words of Object.values(refusalTexts)) {
      expect([words.zh, words.en, words.nextZh, words.nextEn].every((text) => text !== '')).toBe(true)
    }
    const holes = (text: string) =>
      [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).toSorted((a, b) => a.localeCompare(b))
    for (const { zh, en } of all) expect(holes(zh)).toEqual(holes(en))
  })
})
